// The convolutions in tiles, once for each set of instructions; what they do says `CKernels.h`.
#ifndef IMPASTO_WINOGRAD_CONVOLUTIONS_H
#define IMPASTO_WINOGRAD_CONVOLUTIONS_H

#include "CKernels.h"

typedef struct {
  void (*by_tiles)(
      const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
      const float *bias, bool rectified, void *output, int threads);
  void (*by_rows)(
      const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
      void *output, int threads);
  void (*filter_gradient)(
      const void *input, const void *output_gradient, kernels_scalar type,
      kernels_convolution shape, float *filter_gradient, int threads);
} winograd_convolutions;

#if defined(__x86_64__)
extern const winograd_convolutions winograd_avx512;
extern const winograd_convolutions winograd_avx2;  ///< f32 only.
#endif

#endif
