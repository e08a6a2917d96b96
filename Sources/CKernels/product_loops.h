// The innermost loop of convolutions.
#ifndef IMPASTO_PRODUCT_LOOPS_H
#define IMPASTO_PRODUCT_LOOPS_H

#include "product.h"

enum {
  step_bytes = product_columns * 4,
  sum_vectors = 2,  // Of each row, in registers.
  sum_columns_at_once = sum_vectors * vector_lanes,
};

// Two loads of b and one of a for each row feed two multiplications for each row: with
// `product_rows` rows the multipliers never wait.
VECTORS INLINE void multiply_rows(
    const product_layout *layout, kernels_scalar type, int rows, const char *a, const char *b,
    float *c) {
  const int64_t steps = layout->steps, stride = layout->a_stride, step = layout->a_step;
  lanes sums[product_rows][sum_vectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < sum_vectors; ++v)
      sums[r][v] = layout->accumulates
                       ? load_floats(c + r * layout->c_stride + v * vector_lanes)
                       : no_lanes();
  for (int64_t s = 0; s < layout->segments; ++s, a += layout->segment_stride)
#pragma clang loop unroll_count(2)
    for (int64_t k = 0; k < steps; ++k, b += step_bytes) {
      const lanes b0 = load_floats((const float *)b);
      const lanes b1 = load_floats((const float *)b + vector_lanes);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; ++r) {
        float step_scalars;
        memcpy(&step_scalars, a + r * stride + k * step, sizeof step_scalars);
        const lanes broadcast = all_lanes(step_scalars);
        sums[r][0] = accumulated(type, sums[r][0], broadcast, b0);
        sums[r][1] = accumulated(type, sums[r][1], broadcast, b1);
      }
    }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < sum_vectors; ++v)
      store_floats(c + r * layout->c_stride + v * vector_lanes, sums[r][v]);
}

#define MULTIPLY_CASE(count)                                                \
  case count:                                                               \
    if (count <= product_rows) multiply_rows(layout, type, count, a, b, c); \
    return;

// Compiled anew for each number of rows, since the sums' registers are chosen when compiling.
VECTORS INLINE void multiply(
    const product_layout *layout, kernels_scalar type, int64_t rows, const char *a, const char *b,
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

/// c ← a·b (+ c) for up to `product_rows` rows.
///
/// `b` is a panel: for each step of each segment 32 columns of four bytes, `product_depth`
/// consecutive rows of the matrix side by side. `b` and `c` are aligned to 64 bytes. A row's sums
/// are taken in the order of its steps, whatever the number of rows.
VECTORS __attribute__((noinline)) static void product_multiply(
    const product_layout *layout, int64_t rows, const char *a, const char *b, float *c) {
  for (int first = 0; first < product_columns; first += sum_columns_at_once)
    if (has_bf16 && layout->type == kernels_bf16)
      multiply(layout, kernels_bf16, rows, a, b + first * 4, c + first);
    else
      multiply(layout, kernels_f32, rows, a, b + first * 4, c + first);
}

#endif
