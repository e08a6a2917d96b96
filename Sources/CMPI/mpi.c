#include "CMPI.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// Handles are pointers in Open MPI and ints in MPICH. Both fit into a register, of which a callee that
// takes an int reads the lower half, in all calling conventions of 64-bit Linux.
typedef uintptr_t handle;

static struct {
  handle world, byte;
  int (*init_thread)(int *, char ***, int, int *);
  int (*finalize)(void);
  int (*comm_rank)(handle, int *);
  int (*comm_size)(handle, int *);
  int (*alltoallv)(
      const void *, const int *, const int *, handle, void *, const int *, const int *, handle,
      handle);
  int (*allgather)(const void *, int, handle, void *, int, handle, handle);
  int (*send)(const void *, int, handle, int, int, handle);
  int (*iprobe)(int, int, handle, int *, void *);
  int (*get_count)(const void *, handle, int *);
  int (*recv)(void *, int, handle, int, int, handle, void *);
} mpi;

// One thread after another calls MPI; the same number in both kinds.
enum { serialized = 2 };

// An MPI_Status of either kind, which has 24 and 20 bytes.
typedef struct {
  int64_t words[8];
} status;

static bool load(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  *(void **)function = symbol;
  return symbol != NULL;
}

const char *cmpi_join(const char *name) {
  // The library loads plug-ins that look for its symbols.
  void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!library) return dlerror();
  if (!load(library, "MPI_Init_thread", &mpi.init_thread) ||
      !load(library, "MPI_Finalize", &mpi.finalize) ||
      !load(library, "MPI_Comm_rank", &mpi.comm_rank) ||
      !load(library, "MPI_Comm_size", &mpi.comm_size) ||
      !load(library, "MPI_Alltoallv", &mpi.alltoallv) ||
      !load(library, "MPI_Allgather", &mpi.allgather) ||
      !load(library, "MPI_Send", &mpi.send) || !load(library, "MPI_Iprobe", &mpi.iprobe) ||
      !load(library, "MPI_Get_count", &mpi.get_count) ||
      !load(library, "MPI_Recv", &mpi.recv)) {
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
  int provided = 0;
  if (mpi.init_thread(NULL, NULL, serialized, &provided)) return "MPI_Init_thread failed";
  return provided < serialized ? "it can be called by one thread only" : NULL;
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

void cmpi_send(const void *bytes, size_t count, int rank) {
  mpi.send(bytes, (int)count, mpi.byte, rank, 0, mpi.world);
}

int cmpi_waiting(int rank) {
  status status;
  int is_there = 0, count = 0;
  mpi.iprobe(rank, 0, mpi.world, &is_there, &status);
  if (!is_there) return -1;
  mpi.get_count(&status, mpi.byte, &count);
  return count;
}

void cmpi_receive(void *bytes, size_t count, int rank) {
  status status;
  mpi.recv(bytes, (int)count, mpi.byte, rank, 0, mpi.world, &status);
}
