// What the convolution in tiles of rows and the packing of its filters agree on.
#ifndef IMPASTO_WINOGRAD_ROWS_H
#define IMPASTO_WINOGRAD_ROWS_H

#include "winograd.h"

/// Whether products are of one pixel, for all columns of the kernel, because outputs are few.
static inline bool rows_are_spread(kernels_convolution shape) {
  return shape.outputs <= 4 && shape.kernel_width * shape.outputs <= product_columns;
}

/// The steps of a product in one section of the kernel.
static inline int64_t rows_steps(kernels_convolution shape, kernels_scalar type) {
  const int64_t length =
      rows_are_spread(shape) ? shape.inputs : shape.kernel_width * shape.inputs;
  return (length + product_depth(type) - 1) / product_depth(type);
}

/// Bytes of the panel of one point and section.
static inline int64_t rows_panel_size(kernels_convolution shape, kernels_scalar type) {
  return rows_steps(shape, type) * product_columns * 4;
}

#endif
