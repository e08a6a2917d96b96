// Eight f32 at a time, for processors that have AVX2 and FMA: what `lanes_avx512.h` says of sixteen
// scalars. There is no bf16.
#ifndef IMPASTO_LANES_AVX2_H
#define IMPASTO_LANES_AVX2_H

#include <immintrin.h>

#include "parallel.h"

#define VECTORS __attribute__((target("avx2,fma")))

enum {
  vector_lanes = 8,
  has_bf16 = false,
  product_rows = 6,            // With their sums of 16 columns in 12 of the 16 registers.
  block_products = 4,
};

typedef __m256 lanes;
typedef __m256i lane_mask;

VECTORS INLINE lanes no_lanes(void) { return _mm256_setzero_ps(); }
VECTORS INLINE lanes all_lanes(float value) { return _mm256_set1_ps(value); }
VECTORS INLINE lanes load_floats(const float *aligned) { return _mm256_load_ps(aligned); }
VECTORS INLINE void store_floats(float *aligned, lanes v) { _mm256_store_ps(aligned, v); }

VECTORS INLINE lane_mask first_lanes(int64_t count) {
  const int bound = (int)least(count, vector_lanes);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(bound), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

VECTORS INLINE lanes load_lanes(const void *source, kernels_scalar type, lane_mask mask) {
  (void)type;
  return _mm256_maskload_ps(source, mask);
}

VECTORS INLINE void store_lanes(void *target, kernels_scalar type, lane_mask mask, lanes value) {
  (void)type;
  _mm256_maskstore_ps(target, mask, value);
}

VECTORS INLINE lanes load_part(const char *group, kernels_scalar type, int part) {
  (void)type;
  return _mm256_loadu_ps((const float *)group + part * vector_lanes);
}

VECTORS INLINE void store_step(void *aligned, kernels_scalar type, lanes first, lanes second) {
  (void)type, (void)second;
  store_floats(aligned, first);
}

VECTORS INLINE void store_outputs(
    void *target, kernels_scalar type, int64_t outputs, int64_t pixels, lanes value) {
  (void)type;
  const __m128i mask =
      _mm_cmpgt_epi32(_mm_set1_epi32((int)outputs), _mm_setr_epi32(0, 1, 2, 3));
  _mm_maskstore_ps(target, mask, _mm256_castps256_ps128(value));
  if (pixels > 1)
    _mm_maskstore_ps((float *)target + outputs, mask, _mm256_extractf128_ps(value, 1));
}

VECTORS INLINE lanes rectified_lanes(lanes value) { return _mm256_max_ps(no_lanes(), value); }

VECTORS INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return _mm256_fmadd_ps(a, b, c); }

VECTORS INLINE lanes subtract_product(lanes a, lanes b, lanes c) {
  return _mm256_fnmadd_ps(a, b, c);
}

VECTORS INLINE lanes accumulated(kernels_scalar type, lanes sum, lanes a, lanes b) {
  (void)type;
  return _mm256_fmadd_ps(a, b, sum);
}

#endif
