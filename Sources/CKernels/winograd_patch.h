// The pixels that a tile reads, a vector of channels at a time.
#ifndef IMPASTO_WINOGRAD_PATCH_H
#define IMPASTO_WINOGRAD_PATCH_H

#include "parallel.h"
#include "winograd_tiles.h"
#include "winograd_transforms.h"

enum { cache_line = 64 };

/// Images that patches are cut from.
typedef struct {
  const void *pixels;
  int64_t height, width, channels;
  int64_t padded_channels;  ///< In whole groups.
} patch_source;

/// `extent` × `extent` pixels, from (y, x) of an image on; parts may lie outside.
typedef struct {
  int64_t image, y, x, extent;
} patch_place;

/// A patch that is all there.
typedef struct {
  const char *first;
  int64_t row_stride, pixel_stride;  ///< Bytes.
} patch;

INLINE patch_source patch_source_of(
    const void *pixels, int64_t height, int64_t width, int64_t channels) {
  return (patch_source){
      pixels, height, width, channels, pieces_of(channels, tile_group) * tile_group};
}

INLINE bool is_inside(patch_source s, patch_place p) {
  return p.y >= 0 && p.x >= 0 && p.y + p.extent <= s.height && p.x + p.extent <= s.width &&
         s.channels == s.padded_channels;
}

INLINE const char *patch_pixel(
    patch_source s, kernels_scalar type, int64_t image, int64_t y, int64_t x) {
  return at(s.pixels, type, ((image * s.height + y) * s.width + x) * s.channels);
}

/// Asks for a patch's columns from `first` on.
INLINE void prefetch_patch(patch_source s, kernels_scalar type, patch_place p, int64_t first) {
  if (!is_inside(s, p)) return;
  const int64_t bytes = (p.extent - first) * s.channels * scalar_size(type);
  for (int64_t y = 0; y < p.extent; ++y) {
    const char *row = patch_pixel(s, type, p.image, p.y + y, p.x + first);
    for (int64_t i = 0; i < bytes; i += cache_line) __builtin_prefetch(row + i);
  }
}

/// The patch at `p`; in `copy` if parts of it or channels are missing, with zeros for them.
INLINE patch cut_patch(patch_source s, kernels_scalar type, patch_place p, char *copy) {
  const int64_t size = scalar_size(type), stride = s.padded_channels * size;
  if (is_inside(s, p))
    return (patch){patch_pixel(s, type, p.image, p.y, p.x), s.width * stride, stride};
  memset(copy, 0, p.extent * p.extent * stride);
  for (int64_t y = 0; y < p.extent; ++y)
    for (int64_t x = 0; x < p.extent; ++x)
      if (p.y + y >= 0 && p.y + y < s.height && p.x + x >= 0 && p.x + x < s.width)
        memcpy(
            copy + (y * p.extent + x) * stride,
            patch_pixel(s, type, p.image, p.y + y, p.x + x), s.channels * size);
  return (patch){copy, p.extent * stride, stride};
}

/// Applies Bᵀ to a part of a group of a patch of inputs along its columns: rows at one point each.
VECTORS INLINE void transform_input_columns(
    kernels_scalar type, int taps, patch p, int64_t channel, int part,
    lanes rows[most_points][most_points]) {
  const int points = winograd_points(taps);
  const char *group = p.first + channel * scalar_size(type);
#pragma clang loop unroll(full)
  for (int x = 0; x < points; ++x) {
    lanes column[most_points], v[most_points];
#pragma clang loop unroll(full)
    for (int y = 0; y < points; ++y)
      column[y] = load_part(group + y * p.row_stride + x * p.pixel_stride, type, part);
    transform_inputs(taps, column, v);
#pragma clang loop unroll(full)
    for (int y = 0; y < points; ++y) rows[y][x] = v[y];
  }
}

#endif
