#include "CKernels.h"

#include <assert.h>
#include <stdatomic.h>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

/// Whether the kernel lets this process use the registers of AMX.
static bool may_use_tiles(void) {
  enum { request_permission = 0x1023, tile_data = 18 };  // ARCH_REQ_XCOMP_PERM of asm/prctl.h.
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

kernels_instructions kernels_largest_instructions(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v3")) return kernels_baseline;
  if (!__builtin_cpu_supports("x86-64-v4")) return kernels_avx2;
  if (!__builtin_cpu_supports("avx512vnni") || !__builtin_cpu_supports("avx512bf16"))
    return kernels_avx512;
  return __builtin_cpu_supports("amx-bf16") && may_use_tiles() ? kernels_amx
                                                               : kernels_avx512_bf16;
}

#else

kernels_instructions kernels_largest_instructions(void) { return kernels_baseline; }

#endif

static _Atomic int in_use = -1;

void kernels_use_instructions(kernels_instructions instructions) {
  atomic_store_explicit(&in_use, instructions, memory_order_relaxed);
}

kernels_instructions kernels_instructions_in_use(void) {
  const int set = atomic_load_explicit(&in_use, memory_order_relaxed);
  assert(set >= 0 && "kernels_use_instructions comes first");
  return set < 0 ? kernels_baseline : (kernels_instructions)set;
}
