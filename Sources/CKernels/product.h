// The innermost loop of convolutions: a few rows of a matrix times a panel of 32 columns.
#ifndef IMPASTO_PRODUCT_H
#define IMPASTO_PRODUCT_H

#include <stdint.h>

#include "CKernels.h"

enum {
  product_rows = 14,     ///< At most; with 32 columns their sums fill 28 of 32 registers.
  product_columns = 32,  ///< Of a panel.
};

/// The scalars that one lane multiplies in a step: two bf16 or one f32, four bytes.
static inline int64_t product_depth(kernels_scalar type) { return type == kernels_bf16 ? 2 : 1; }

/// Where the operands of a product lie.
typedef struct {
  kernels_scalar type;
  int64_t a_stride;        ///< Bytes from one row of a to the next.
  int64_t a_step;          ///< Bytes from one four-byte step of a row to the next.
  int64_t segments;        ///< The pieces of which a row is put together, …
  int64_t segment_stride;  ///< … bytes from one to the next, …
  int64_t steps;           ///< … and the steps in each.
  int64_t c_stride;        ///< Floats from one row of c to the next.
  bool accumulates;        ///< Whether c's rows are added to.
} product_layout;

/// c ← a·b (+ c) for `rows` rows.
///
/// `b` is a panel: for each step of each segment 32 columns of four bytes, `product_depth`
/// consecutive rows of the matrix side by side. `b` and `c` are aligned to 64 bytes. A row's sums
/// are taken in the order of its steps, whatever the number of rows.
void product_multiply(
    const product_layout *layout, int64_t rows, const void *a, const void *b, float *c);

#endif
