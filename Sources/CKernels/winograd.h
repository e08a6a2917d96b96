// F(4×4, 3×3): sixteen outputs of a 3×3 convolution from 36 products instead of 144.
//
// A tile of 6×6 inputs, and a filter, are evaluated at 6×6 points; the products of the two are the
// tile's 4×4 outputs evaluated likewise, which the inverse transform turns into them. The points
// are 0, ±1/√2, ±√2 and ∞ along both axes.
//
// Source: Lavin, Gray 2015. Differs from it: its points 0, ±1, ±2, ∞ (or ±1/2) lose three times as
// much when the evaluated inputs and filters are rounded to bf16.
#ifndef IMPASTO_WINOGRAD_H
#define IMPASTO_WINOGRAD_H

#include "product.h"

enum {
  winograd_outputs = 4,  ///< Of a tile, along an axis.
  winograd_taps = 3,     ///< Of a filter, along an axis.
  winograd_points = 6,   ///< Along an axis; as many as inputs.
  winograd_products = winograd_points * winograd_points,
};

/// The finite points: 0, ±near_point, ±far_point.
#define near_point 0.70710678118654752440
#define far_point 1.41421356237309504880

/// Channels that are transformed together; more is made up by zeros.
enum { winograd_group = 32 };

/// The place of channel `c` among a tile's evaluated inputs. In memory two bf16 channels are one
/// lane; taking all first halves and then all second ones needs no shuffles, and the order in
/// which products are summed up is free.
static inline int64_t winograd_place(int64_t c, kernels_scalar type) {
  if (type == kernels_f32) return c;
  const int64_t within = c % winograd_group;
  return c - within + within % 2 * (winograd_group / 2) + within / 2;
}

/// Bytes of the panel of one product and 32 outputs.
static inline int64_t winograd_panel_size(int64_t inputs, kernels_scalar type) {
  const int64_t padded = (inputs + winograd_group - 1) / winograd_group * winograd_group;
  return padded / product_depth(type) * product_columns * 4;
}

#endif
