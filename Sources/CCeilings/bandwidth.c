#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "CCeilings.h"
#include "CKernels.h"

typedef float four_floats __attribute__((vector_size(16)));

/// One piece of work: 1 MB.
enum { vectors_of_block = 1 << 16, huge_page = 2 << 20 };

typedef struct {
  four_floats values[vectors_of_block];
} block;

struct ceilings_memory {
  int64_t blocks;
  block *from, *to;
};

static block *allocate(int64_t blocks) {
  void *memory = NULL;
  size_t size = (size_t)blocks * sizeof(block);
  if (posix_memalign(&memory, huge_page, size) != 0) abort();  // As for tensors.
#ifdef MADV_HUGEPAGE
  madvise(memory, size, MADV_HUGEPAGE);
#endif
  memset(memory, 0, size);  // Pages that were never written would all be one and the same.
  return memory;
}

ceilings_memory *ceilings_allocate(int64_t blocks) {
  ceilings_memory *memory = malloc(sizeof *memory);
  if (memory == NULL) abort();
  *memory = (ceilings_memory){blocks, allocate(blocks), allocate(blocks)};
  return memory;
}

void ceilings_free(ceilings_memory *memory) {
  free(memory->from);
  free(memory->to);
  free(memory);
}

typedef struct {
  const ceilings_memory *memory;
  int64_t first;
} pass;

static int64_t place_of(const pass *pass, int64_t piece) {
  return (pass->first + piece) % pass->memory->blocks;
}

static void copy_block(const void *context, int64_t piece) {
  const pass *pass = context;
  const four_floats *from = pass->memory->from[place_of(pass, piece)].values;
  four_floats *to = pass->memory->to[place_of(pass, piece)].values;
  for (int i = 0; i < vectors_of_block; i++) __builtin_nontemporal_store(from[i], to + i);
}

static void read_block(const void *context, int64_t piece) {
  const pass *pass = context;
  const four_floats *from = pass->memory->from[place_of(pass, piece)].values;
  enum { chains = 8 };
  four_floats sums[chains] = {0};
  for (int i = 0; i < vectors_of_block; i += chains) {
    _Pragma("clang loop unroll(full)") for (int k = 0; k < chains; k++) sums[k] += from[i + k];
  }
  __asm__ volatile("" : : "m"(sums));  // Or the compiler would see that nobody needs them.
}

int64_t ceilings_copy(
    const ceilings_memory *memory, int64_t first, int64_t count, int threads) {
  pass pass = {memory, first};
  kernels_parallel(count, threads, copy_block, &pass);
  return 2 * count * (int64_t)sizeof(block);
}

int64_t ceilings_read(
    const ceilings_memory *memory, int64_t first, int64_t count, int threads) {
  pass pass = {memory, first};
  kernels_parallel(count, threads, read_block, &pass);
  return count * (int64_t)sizeof(block);
}
