#include "product.h"

#if defined(__x86_64__)
#include "avx512.h"

enum { column_vectors = product_columns / vector_lanes, step_bytes = product_columns * 4 };

AVX512 INLINE __m512 accumulated(kernels_scalar type, __m512 sum, __m512 a, __m512 b) {
  return type == kernels_bf16 ? _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b)
                              : _mm512_fmadd_ps(a, b, sum);
}

// Two loads of b and one of a for each row feed two multiplications for each row: with 14 rows the
// multipliers never wait.
AVX512 INLINE void multiply_rows(
    const product_layout *layout, kernels_scalar type, int rows, const char *a, const char *b,
    float *c) {
  const int64_t steps = layout->steps, stride = layout->a_stride, step = layout->a_step;
  __m512 sums[product_rows][column_vectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < column_vectors; ++v)
      sums[r][v] = layout->accumulates
                       ? _mm512_load_ps(c + r * layout->c_stride + v * vector_lanes)
                       : _mm512_setzero_ps();
  for (int64_t s = 0; s < layout->segments; ++s, a += layout->segment_stride)
#pragma clang loop unroll_count(2)
    for (int64_t k = 0; k < steps; ++k, b += step_bytes) {
      const __m512 b0 = _mm512_load_ps(b), b1 = _mm512_load_ps(b + step_bytes / 2);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; ++r) {
        float pair;
        memcpy(&pair, a + r * stride + k * step, sizeof pair);
        const __m512 broadcast = _mm512_set1_ps(pair);
        sums[r][0] = accumulated(type, sums[r][0], broadcast, b0);
        sums[r][1] = accumulated(type, sums[r][1], broadcast, b1);
      }
    }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < column_vectors; ++v)
      _mm512_store_ps(c + r * layout->c_stride + v * vector_lanes, sums[r][v]);
}

#define MULTIPLY_CASE(rows)                            \
  case rows:                                           \
    return multiply_rows(layout, type, rows, a, b, c);

// Compiled anew for each number of rows, since the sums' registers are chosen when compiling.
AVX512 INLINE void multiply(
    const product_layout *layout, kernels_scalar type, int64_t rows, const void *a, const void *b,
    float *c) {
  switch (rows) {
    MULTIPLY_CASE(1)
    MULTIPLY_CASE(2)
    MULTIPLY_CASE(3)
    MULTIPLY_CASE(4)
    MULTIPLY_CASE(5)
    MULTIPLY_CASE(6)
    MULTIPLY_CASE(7)
    MULTIPLY_CASE(8)
    MULTIPLY_CASE(9)
    MULTIPLY_CASE(10)
    MULTIPLY_CASE(11)
    MULTIPLY_CASE(12)
    MULTIPLY_CASE(13)
    MULTIPLY_CASE(14)
  }
}

AVX512 void product_multiply(
    const product_layout *layout, int64_t rows, const void *a, const void *b, float *c) {
  if (layout->type == kernels_bf16)
    multiply(layout, kernels_bf16, rows, a, b, c);
  else
    multiply(layout, kernels_f32, rows, a, b, c);
}
#endif
