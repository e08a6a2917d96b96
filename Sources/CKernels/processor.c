#include "parallel.h"

#if defined(__x86_64__)
bool kernels_convolves(kernels_scalar type) {
  __builtin_cpu_init();
  const bool has_vectors =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (type == kernels_f32) return has_vectors;
  return has_vectors && __builtin_cpu_supports("avx512bf16") && !__builtin_cpu_supports("amx-bf16");
}
#else
bool kernels_convolves(kernels_scalar type) {
  (void)type;
  return false;
}
#endif
