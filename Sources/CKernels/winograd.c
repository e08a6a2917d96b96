#include <assert.h>

#include "winograd_convolutions.h"

/// The fastest for the instructions in use, or null.
static const winograd_convolutions *convolutions_for(kernels_scalar type) {
#if defined(__x86_64__)
  const kernels_instructions set = kernels_instructions_in_use();
  if (type == kernels_bf16) return set == kernels_avx512_bf16 ? &winograd_avx512 : 0;
  if (set >= kernels_avx512) return &winograd_avx512;
  if (set >= kernels_avx2) return &winograd_avx2;
#endif
  return 0;
}

bool kernels_convolves(kernels_scalar type) { return convolutions_for(type) != 0; }

void kernels_convolve_by_tiles(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *bias, bool rectified, void *output, int threads) {
  assert(shape.kernel_height == shape.kernel_width && kernels_convolves(type));
  assert(shape.kernel_width == 2 || shape.kernel_width == 3);
  convolutions_for(type)->by_tiles(
      input, type, shape, filter, bias, rectified, output, threads);
}

void kernels_convolve_by_rows(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    void *output, int threads) {
  assert(shape.kernel_height % 3 == 0 && shape.kernel_height <= 9 && kernels_convolves(type));
  convolutions_for(type)->by_rows(input, type, shape, filter, output, threads);
}

void kernels_filter_gradient_by_tiles(
    const void *input, const void *output_gradient, kernels_scalar type,
    kernels_convolution shape, float *filter_gradient, int threads) {
  assert(shape.kernel_height == shape.kernel_width && kernels_convolves(type));
  assert(shape.kernel_width == 2 || shape.kernel_width == 3);
  convolutions_for(type)->filter_gradient(
      input, output_gradient, type, shape, filter_gradient, threads);
}
