// Sixteen scalars at a time, for processors that have AVX-512.
#ifndef IMPASTO_AVX512_H
#define IMPASTO_AVX512_H

#include "parallel.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Compiles a function for AVX-512 as a whole. Instructions for bf16 are met on the paths of that
// type only, so that f32 needs no processor that has them.
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,avx512bf16")))

enum { vector_lanes = 16 };

/// The first `count` of sixteen lanes.
AVX512 INLINE __mmask16 first_lanes(int64_t count) {
  return count >= vector_lanes ? 0xFFFF : (__mmask16)((1u << count) - 1);
}

/// The scalars of the lanes in `mask`, widened; zeros in the others.
AVX512 INLINE __m512 load_lanes(const void *source, kernels_scalar type, __mmask16 mask) {
  if (type == kernels_f32) return _mm512_maskz_loadu_ps(mask, source);
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, source));
  return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

/// Rounds and writes the lanes in `mask`.
AVX512 INLINE void store_lanes(void *target, kernels_scalar type, __mmask16 mask, __m512 value) {
  if (type == kernels_f32)
    _mm512_mask_storeu_ps(target, mask, value);
  else
    _mm256_mask_storeu_epi16(target, mask, (__m256i)_mm512_cvtneps_pbh(value));
}
#endif

#endif
