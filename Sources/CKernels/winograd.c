#include "winograd_convolutions.h"

/// The fastest for this processor, or null.
static const winograd_convolutions *convolutions_for(kernels_scalar type) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool has_avx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (type == kernels_bf16) {
    const bool is_fastest =
        __builtin_cpu_supports("avx512bf16") && !__builtin_cpu_supports("amx-bf16");
    return has_avx512 && is_fastest ? &winograd_avx512 : 0;
  }
  if (has_avx512) return &winograd_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &winograd_avx2;
#endif
  return 0;
}

bool kernels_convolves(kernels_scalar type) { return convolutions_for(type) != 0; }

void kernels_convolve_by_tiles(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *bias, bool rectified, void *output, int threads) {
  convolutions_for(type)->by_tiles(
      input, type, shape, filter, bias, rectified, output, threads);
}

void kernels_convolve_by_rows(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    void *output, int threads) {
  convolutions_for(type)->by_rows(input, type, shape, filter, output, threads);
}

void kernels_filter_gradient_by_tiles(
    const void *input, const void *output_gradient, kernels_scalar type,
    kernels_convolution shape, float *filter_gradient, int threads) {
  convolutions_for(type)->filter_gradient(
      input, output_gradient, type, shape, filter_gradient, threads);
}
