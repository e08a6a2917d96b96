// Sixteen scalars at a time, for processors that have AVX-512.
#ifndef IMPASTO_LANES_AVX512_H
#define IMPASTO_LANES_AVX512_H

#include <immintrin.h>

#include "parallel.h"

// Compiles a function for AVX-512 as a whole. Instructions for bf16 are met on the paths of that
// type only, so that f32 needs no processor that has them.
#define VECTORS __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,avx512bf16")))

enum {
  vector_lanes = 16,
  has_bf16 = true,
  product_rows = 14,           // With their sums of 32 columns in 28 of the 32 registers.
  block_products = 2,          // Each panel of a filter is read once for two products.
};

typedef __m512 lanes;
typedef __mmask16 lane_mask;

VECTORS INLINE lanes no_lanes(void) { return _mm512_setzero_ps(); }
VECTORS INLINE lanes all_lanes(float value) { return _mm512_set1_ps(value); }
VECTORS INLINE lanes load_floats(const float *aligned) { return _mm512_load_ps(aligned); }
VECTORS INLINE void store_floats(float *aligned, lanes v) { _mm512_store_ps(aligned, v); }

/// The first `count` lanes.
VECTORS INLINE lane_mask first_lanes(int64_t count) {
  return count >= vector_lanes ? 0xFFFF : (lane_mask)((1u << count) - 1);
}

/// The scalars of the lanes in `mask`, widened; zeros in the others.
VECTORS INLINE lanes load_lanes(const void *source, kernels_scalar type, lane_mask mask) {
  if (type == kernels_f32) return _mm512_maskz_loadu_ps(mask, source);
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, source));
  return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

/// Rounds and writes the lanes in `mask`.
VECTORS INLINE void store_lanes(void *target, kernels_scalar type, lane_mask mask, lanes value) {
  if (type == kernels_f32)
    _mm512_mask_storeu_ps(target, mask, value);
  else
    _mm256_mask_storeu_epi16(target, mask, (__m256i)_mm512_cvtneps_pbh(value));
}

/// The lanes' scalars of part `part` of a group of 32: f32 in their order; of bf16 those at even
/// places, or those at odd ones.
VECTORS INLINE lanes load_part(const char *group, kernels_scalar type, int part) {
  if (type == kernels_f32) return _mm512_loadu_ps(group + part * vector_lanes * sizeof(float));
  const __m512i pairs = _mm512_loadu_si512(group);
  return _mm512_castsi512_ps(
      part == 0 ? _mm512_slli_epi32(pairs, 16)
                : _mm512_and_si512(pairs, _mm512_set1_epi32((int)0xFFFF0000)));
}

/// Writes f32 `first`; of bf16, rounded, its scalars and those of `second` by turns.
VECTORS INLINE void store_step(void *aligned, kernels_scalar type, lanes first, lanes second) {
  if (type == kernels_f32) {
    store_floats(aligned, first);
    return;
  }
  uint16_t order[2 * vector_lanes];
  for (int i = 0; i < vector_lanes; ++i) {
    order[2 * i] = (uint16_t)i;
    order[2 * i + 1] = (uint16_t)(vector_lanes + i);
  }
  _mm512_store_si512(
      aligned, _mm512_permutexvar_epi16(
                   _mm512_loadu_si512(order), (__m512i)_mm512_cvtne2ps_pbh(second, first)));
}

/// Writes the first `outputs` of each four lanes side by side, for `pixels` fours.
VECTORS INLINE void store_outputs(
    void *target, kernels_scalar type, int64_t outputs, int64_t pixels, lanes value) {
  const lane_mask mask = (lane_mask)(0x1111 * ((1 << outputs) - 1));
  store_lanes(
      target, type, first_lanes(pixels * outputs), _mm512_maskz_compress_ps(mask, value));
}

/// max(0, value); NaN stays NaN.
VECTORS INLINE lanes rectified_lanes(lanes value) { return _mm512_max_ps(no_lanes(), value); }

/// a·b + c
VECTORS INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }

/// c - a·b
VECTORS INLINE lanes subtract_product(lanes a, lanes b, lanes c) {
  return _mm512_fnmadd_ps(a, b, c);
}

/// The sums and the products of each lane's four bytes: one f32, or two bf16.
VECTORS INLINE lanes accumulated(kernels_scalar type, lanes sum, lanes a, lanes b) {
  return type == kernels_bf16 ? _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b)
                              : _mm512_fmadd_ps(a, b, sum);
}

#endif
