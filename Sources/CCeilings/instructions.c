#include "CCeilings.h"
#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)

ceilings_instruction ceilings_fastest_f32(void) {
  const kernels_instructions set = kernels_instructions_in_use();
  if (set >= kernels_avx512) return ceilings_avx512_f32;
  return set >= kernels_avx2 ? ceilings_avx2_f32 : ceilings_plain_f32;
}

ceilings_instruction ceilings_fastest_bf16(void) {
  const kernels_instructions set = kernels_instructions_in_use();
  if (set >= kernels_amx) return ceilings_amx_bf16;
  return set >= kernels_avx512_bf16 ? ceilings_avx512_bf16 : ceilings_no_instruction;
}

#else

ceilings_instruction ceilings_fastest_f32(void) { return ceilings_plain_f32; }
ceilings_instruction ceilings_fastest_bf16(void) { return ceilings_no_instruction; }

#endif
