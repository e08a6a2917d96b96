// What the innermost loop of convolutions multiplies: a few rows of a matrix times a panel of 32
// columns.
#ifndef IMPASTO_PRODUCT_H
#define IMPASTO_PRODUCT_H

#include <stdint.h>

#include "CKernels.h"

enum { product_columns = 32 };  ///< Of a panel.

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

#endif
