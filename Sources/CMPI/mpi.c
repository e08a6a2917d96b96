#include "CMPI.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// Handles are pointers in Open MPI and ints in MPICH. Both fit into a register, of which a callee that
// takes an int reads the lower half, in all calling conventions of 64-bit Linux.
typedef uintptr_t handle;

static struct {
  handle world, byte;
  int (*init)(int *, char ***);
  int (*finalize)(void);
  int (*comm_rank)(handle, int *);
  int (*comm_size)(handle, int *);
  int (*alltoallv)(
      const void *, const int *, const int *, handle, void *, const int *, const int *, handle,
      handle);
  int (*allgather)(const void *, int, handle, void *, int, handle, handle);
} mpi;

static bool load(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  *(void **)function = symbol;
  return symbol != NULL;
}

const char *cmpi_join(const char *name) {
  // The library loads plug-ins that look for its symbols.
  void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!library) return dlerror();
  if (!load(library, "MPI_Init", &mpi.init) ||
      !load(library, "MPI_Finalize", &mpi.finalize) ||
      !load(library, "MPI_Comm_rank", &mpi.comm_rank) ||
      !load(library, "MPI_Comm_size", &mpi.comm_size) ||
      !load(library, "MPI_Alltoallv", &mpi.alltoallv) ||
      !load(library, "MPI_Allgather", &mpi.allgather)) {
    return "it lacks functions of MPI";
  }
  void *world = dlsym(library, "ompi_mpi_comm_world");
  void *byte = dlsym(library, "ompi_mpi_byte");
  if (world && byte) {
    mpi.world = (handle)world;
    mpi.byte = (handle)byte;
  } else {
    // The ABI that MPICH, Intel MPI and MVAPICH share.
    mpi.world = 0x44000000;
    mpi.byte = 0x4c00010d;
  }
  return mpi.init(NULL, NULL) ? "MPI_Init failed" : NULL;
}

void cmpi_leave(void) { mpi.finalize(); }

int cmpi_rank(void) {
  int rank = 0;
  mpi.comm_rank(mpi.world, &rank);
  return rank;
}

int cmpi_size(void) {
  int size = 1;
  mpi.comm_size(mpi.world, &size);
  return size;
}

void cmpi_exchange(
    const void *bytes, const int *counts, const int *offsets, void *received,
    const int *received_counts, const int *received_offsets) {
  mpi.alltoallv(
      bytes, counts, offsets, mpi.byte, received, received_counts, received_offsets, mpi.byte,
      mpi.world);
}

void cmpi_gather(const void *bytes, size_t count, void *all) {
  mpi.allgather(bytes, (int)count, mpi.byte, all, (int)count, mpi.byte, mpi.world);
}
