// Convolutions in tiles of 4×4 outputs.
#ifndef IMPASTO_WINOGRAD_TILES_LOOPS_H
#define IMPASTO_WINOGRAD_TILES_LOOPS_H

#include "product_loops.h"
#include "winograd_patch.h"

enum { block_tiles = block_products * product_rows };

typedef struct {
  kernels_convolution shape;
  kernels_scalar type;
  patch_source input;
  const char *filter;
  const float *bias;
  bool rectified;
  void *output;
  int64_t output_height, output_width;
  int64_t tile_columns, image_tiles, tiles;
  int64_t point_stride;  // Bytes from a block's values at one point to those at the next.
} tiles_work;

/// Where a tile lies, by its upper left output.
typedef struct {
  int64_t image, y, x;
} tile;

INLINE tile tile_number(const tiles_work *w, int64_t number) {
  const int64_t within = number % w->image_tiles;
  return (tile){
      .image = number / w->image_tiles,
      .y = within / w->tile_columns * winograd_outputs,
      .x = within % w->tile_columns * winograd_outputs};
}

// Inputs -------------------------------------------------------------------------------------

INLINE patch_place inputs_of(const tiles_work *w, tile t, int points) {
  return (patch_place){t.image, t.y - w->shape.padding, t.x - w->shape.padding, points};
}

/// Applies Bᵀ to a tile's inputs along both axes.
VECTORS INLINE void transform_tile_inputs(
    const tiles_work *w, kernels_scalar type, int taps, tile t, char *copy, char *values) {
  const int points = winograd_points(taps);
  const patch p = cut_patch(w->input, type, inputs_of(w, t, points), copy);
  const int64_t size = scalar_size(type);
  for (int64_t c = 0; c < w->input.padded_channels; c += tile_group)
    for (int part = 0; part < tile_group / vector_lanes; ++part) {
      lanes rows[most_points][most_points];
      transform_input_columns(type, taps, p, c, part, rows);
      char *place = values + (c + part * vector_lanes) * size;
#pragma clang loop unroll(full)
      for (int y = 0; y < points; ++y) {
        lanes v[most_points];
        transform_inputs(taps, rows[y], v);
#pragma clang loop unroll(full)
        for (int x = 0; x < points; ++x, place += w->point_stride)
          store_lanes(place, type, first_lanes(vector_lanes), v[x]);
      }
    }
}

// Outputs ------------------------------------------------------------------------------------

/// A tile's outputs that are there: from `first` on, `height` rows of `width` pixels.
typedef struct {
  char *first;
  int64_t height, width, row_stride, pixel_stride;
} tile_outputs;

INLINE tile_outputs outputs_of(const tiles_work *w, kernels_scalar type, tile t, int64_t channel) {
  const int64_t pixel = (t.image * w->output_height + t.y) * w->output_width + t.x;
  const int64_t stride = w->shape.outputs * scalar_size(type);
  return (tile_outputs){
      .first = at_mutable(w->output, type, pixel * w->shape.outputs + channel),
      .height = least(winograd_outputs, w->output_height - t.y),
      .width = least(winograd_outputs, w->output_width - t.x),
      .row_stride = w->output_width * stride, .pixel_stride = stride};
}

/// Asks for the memory of 32 channels of outputs.
INLINE void prefetch_outputs(kernels_scalar type, tile_outputs o) {
  for (int64_t y = 0; y < o.height; ++y)
    for (int64_t x = 0; x < o.width; ++x)
      for (int64_t i = 0; i < product_columns * scalar_size(type); i += cache_line)
        __builtin_prefetch(o.first + y * o.row_stride + x * o.pixel_stride + i, 1);
}

/// Turns a tile's products for the channels in `mask` into outputs.
VECTORS INLINE void transform_tile_products(
    kernels_scalar type, int taps, const float *products, int64_t product_stride, lanes bias,
    bool rectified, tile_outputs o, lane_mask mask) {
  const int points = winograd_points(taps);
  lanes rows[winograd_outputs][most_points];
#pragma clang loop unroll(full)
  for (int x = 0; x < points; ++x) {
    lanes m[most_points], column[winograd_outputs];
#pragma clang loop unroll(full)
    for (int y = 0; y < points; ++y)
      m[y] = load_floats(products + (y * points + x) * product_stride);
    transform_products(taps, m, column);
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_outputs; ++y) rows[y][x] = column[y];
  }
#pragma clang loop unroll(full)
  for (int y = 0; y < winograd_outputs; ++y) {
    lanes row[winograd_outputs];
    transform_products(taps, rows[y], row);
#pragma clang loop unroll(full)
    for (int x = 0; x < winograd_outputs; ++x) {
      lanes value = row[x] + bias;
      if (rectified) value = rectified_lanes(value);
      if (y < o.height && x < o.width)
        store_lanes(o.first + y * o.row_stride + x * o.pixel_stride, type, mask, value);
    }
  }
}

// A block of tiles ---------------------------------------------------------------------------

/// Floats from a block's products at one point to those at the next; as with values a line more,
/// so that the products of a tile do not compete for the same cache sets.
enum { product_stride = block_tiles * product_columns + cache_line / 4 };

VECTORS INLINE void convolve_block(
    const tiles_work *w, kernels_scalar type, int taps, int64_t first, char *scratch) {
  const int points = winograd_points(taps), products_of_tile = points * points;
  const int64_t count = least(block_tiles, w->tiles - first), outputs = w->shape.outputs;
  const int64_t tile_size = w->input.padded_channels * scalar_size(type);
  const int64_t panel = tile_panel_size(w->shape.inputs, type);
  char *values = scratch;
  float *products = (float *)(values + products_of_tile * w->point_stride);
  char *copy = (char *)(products + products_of_tile * product_stride);
  for (int64_t t = 0; t < count; ++t) {
    if (t + 1 < count)  // What is left of it is this tile's too.
      prefetch_patch(
          w->input, type, inputs_of(w, tile_number(w, first + t + 1), points),
          points - winograd_outputs);
    transform_tile_inputs(w, type, taps, tile_number(w, first + t), copy, values + t * tile_size);
  }

  const product_layout layout = {
      .type = type, .a_stride = tile_size, .a_step = 4, .segments = 1, .steps = tile_size / 4,
      .c_stride = product_columns};
  const char *b = w->filter;
  for (int64_t channel = 0; channel < outputs; channel += product_columns) {
    for (int64_t p = 0; p < products_of_tile; ++p, b += panel) {
      // Memory answers while the products are taken.
      for (int64_t t = p; t < count; t += products_of_tile)
        prefetch_outputs(type, outputs_of(w, type, tile_number(w, first + t), channel));
      for (int64_t t = 0; t < count; t += product_rows)
        product_multiply(
            &layout, least(product_rows, count - t), values + p * w->point_stride + t * tile_size,
            b, products + p * product_stride + t * product_columns);
    }
    for (int64_t lane = channel; lane < least(channel + product_columns, outputs);
         lane += vector_lanes) {
      const lane_mask mask = first_lanes(outputs - lane);
      const lanes bias =
          w->bias ? load_lanes(w->bias + lane, kernels_f32, mask) : no_lanes();
      for (int64_t t = 0; t < count; ++t)
        transform_tile_products(
            type, taps, products + t * product_columns + lane - channel, product_stride, bias,
            w->rectified, outputs_of(w, type, tile_number(w, first + t), lane), mask);
    }
  }
}

VECTORS static void tiles_body(const void *context, int64_t piece, void *scratch) {
  const tiles_work *w = context;
  const int64_t first = piece * block_tiles;
  const bool has_three_taps = w->shape.kernel_width == 3;
  if (has_bf16 && w->type == kernels_bf16 && has_three_taps)
    convolve_block(w, kernels_bf16, 3, first, scratch);
  else if (has_bf16 && w->type == kernels_bf16)
    convolve_block(w, kernels_bf16, 2, first, scratch);
  else if (has_three_taps)
    convolve_block(w, kernels_f32, 3, first, scratch);
  else
    convolve_block(w, kernels_f32, 2, first, scratch);
}

static void convolve_by_tiles(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *bias, bool rectified, void *output, int threads) {
  tiles_work work = {
      .shape = shape, .type = type,
      .input = patch_source_of(input, shape.height, shape.width, shape.inputs),
      .filter = filter, .bias = bias, .rectified = rectified, .output = output,
      .output_height = shape.height + 2 * shape.padding - shape.kernel_height + 1,
      .output_width = shape.width + 2 * shape.padding - shape.kernel_width + 1};
  work.tile_columns = pieces_of(work.output_width, winograd_outputs);
  work.image_tiles = work.tile_columns * pieces_of(work.output_height, winograd_outputs);
  work.tiles = shape.batch * work.image_tiles;
  const int64_t tile_size = work.input.padded_channels * scalar_size(type);
  work.point_stride = block_tiles * tile_size + cache_line;
  const int64_t points = winograd_points((int)shape.kernel_width);
  const int64_t scratch =
      points * points * (work.point_stride + product_stride * (int64_t)sizeof(float) + tile_size);
  kernels_parallel_with_scratch(
      pieces_of(work.tiles, block_tiles), threads, scratch, tiles_body, &work);
}

#endif
