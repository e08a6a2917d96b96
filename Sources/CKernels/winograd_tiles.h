// What the convolution in tiles and the packing of its filters agree on.
#ifndef IMPASTO_WINOGRAD_TILES_H
#define IMPASTO_WINOGRAD_TILES_H

#include "winograd.h"

/// Channels that are transformed together; more is made up by zeros.
enum { tile_group = 32 };

/// The place of channel `c` among a tile's transformed inputs. In memory two bf16 channels are one
/// lane; taking all first halves and then all second ones needs no shuffles, and the order in
/// which products are summed up is free.
static inline int64_t tile_place(int64_t c, kernels_scalar type) {
  if (type == kernels_f32) return c;
  const int64_t within = c % tile_group;
  return c - within + within % 2 * (tile_group / 2) + within / 2;
}

/// Bytes of the panel of one product and 32 outputs.
static inline int64_t tile_panel_size(int64_t inputs, kernels_scalar type) {
  const int64_t padded = (inputs + tile_group - 1) / tile_group * tile_group;
  return padded / product_depth(type) * product_columns * 4;
}

#endif
