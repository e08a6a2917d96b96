#include "CCeilings.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Whether the processor has AMX for bf16 and the kernel lets this process use it.
static bool has_amx(void) {
  enum { bf16_bit = 22, tile_bit = 24 };  // CPUID leaf 7, EDX.
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return false;
  if (!(edx >> bf16_bit & 1) || !(edx >> tile_bit & 1)) return false;
  enum { request_permission = 0x1023, tile_data = 18 };  // ARCH_REQ_XCOMP_PERM of asm/prctl.h.
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

ceilings_instruction ceilings_fastest_f32(void) {
  if (__builtin_cpu_supports("avx512f")) return ceilings_avx512_f32;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ceilings_avx2_f32;
  return ceilings_plain_f32;
}

ceilings_instruction ceilings_fastest_bf16(void) {
  if (has_amx()) return ceilings_amx_bf16;
  if (__builtin_cpu_supports("avx512bf16")) return ceilings_avx512_bf16;
  return ceilings_no_instruction;
}

#else

ceilings_instruction ceilings_fastest_f32(void) { return ceilings_plain_f32; }
ceilings_instruction ceilings_fastest_bf16(void) { return ceilings_no_instruction; }

#endif
