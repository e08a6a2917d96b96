// Filter gradients of convolutions in tiles.
#ifndef IMPASTO_WINOGRAD_GRADIENT_LOOPS_H
#define IMPASTO_WINOGRAD_GRADIENT_LOOPS_H

#include <stdlib.h>

#include "product_loops.h"
#include "winograd_patch.h"

enum {
  chunk_steps = 32,  // Of products: few enough that the second cache holds most of the values.
  piece_steps = 4,   // That one piece of work transforms.
};

// The gradient of the weights is, at each point, the product of transformed inputs and transformed
// output gradients, summed over all tiles. Tiles are thus what products sum over, of bf16 two in a
// step, and are transformed a chunk at a time: [point, group of channels, step, channel, tile of the
// step].
typedef struct {
  kernels_convolution shape;
  kernels_scalar type;
  int taps;
  patch_source input, gradient;
  int64_t tile_columns, image_tiles, tiles;
  int64_t first;              // Tile of the chunk.
  int64_t steps;              // Of the chunk.
  char *inputs, *gradients;   // Transformed.
  float *sums;                // [point, group of outputs, input, output]
  float *filter_gradient;
} gradient_work;

INLINE int64_t groups_of(patch_source s) { return s.padded_channels / tile_group; }

/// Bytes of a chunk's values of one group of channels at one point.
enum { panel_size = chunk_steps * product_columns * 4 };

/// Bytes from a chunk's values at one point to those at the next: a line more than they take, so
/// that those of a tile at all points do not compete for the same cache sets.
INLINE int64_t point_stride_of(patch_source s) { return groups_of(s) * panel_size + cache_line; }

/// The patch of a tile's inputs or output gradients; beyond the last tile one that is all outside.
INLINE patch_place place_in(const gradient_work *w, int64_t tile, bool is_input) {
  const int64_t within = tile % w->image_tiles;
  const int64_t y = within / w->tile_columns * winograd_outputs;
  const int64_t x = within % w->tile_columns * winograd_outputs;
  const int64_t padding = is_input ? w->shape.padding : 0;
  const int64_t extent = is_input ? winograd_points(w->taps) : winograd_outputs;
  if (tile >= w->tiles) return (patch_place){0, -extent, -extent, extent};
  return (patch_place){tile / w->image_tiles, y - padding, x - padding, extent};
}

/// Applies A to a part of a group of a patch of output gradients along its columns.
VECTORS INLINE void transform_gradient_columns(
    kernels_scalar type, int taps, patch p, int64_t channel, int part,
    lanes rows[most_points][most_points]) {
  const char *group = p.first + channel * scalar_size(type);
#pragma clang loop unroll(full)
  for (int x = 0; x < winograd_outputs; ++x) {
    lanes column[winograd_outputs], e[most_points];
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_outputs; ++y)
      column[y] = load_part(group + y * p.row_stride + x * p.pixel_stride, type, part);
    transform_output_gradients(taps, column, e);
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_points(taps); ++y) rows[y][x] = e[y];
  }
}

/// Transforms the patches of one step.
VECTORS INLINE void transform_step(
    const gradient_work *w, kernels_scalar type, int taps, bool is_input, int64_t step,
    char *copies) {
  const int points = winograd_points(taps), depth = (int)product_depth(type);
  const patch_source source = is_input ? w->input : w->gradient;
  const int64_t copy = most_points * most_points * source.padded_channels * scalar_size(type);
  patch patches[2];
  for (int i = 0; i < depth; ++i)
    patches[i] = cut_patch(
        source, type, place_in(w, w->first + step * depth + i, is_input), copies + i * copy);
  char *values = (is_input ? w->inputs : w->gradients) + step * product_columns * 4;
  const int64_t point_stride = point_stride_of(source);
  for (int64_t group = 0; group < groups_of(source); ++group)
    for (int part = 0; part < tile_group / vector_lanes; ++part) {
      lanes rows[2][most_points][most_points];
#pragma clang loop unroll(full)
      for (int i = 0; i < depth; ++i)
        if (is_input)
          transform_input_columns(type, taps, patches[i], group * tile_group, part, rows[i]);
        else
          transform_gradient_columns(type, taps, patches[i], group * tile_group, part, rows[i]);
      char *place = values + group * panel_size + part * vector_lanes * 4;
#pragma clang loop unroll(full)
      for (int y = 0; y < points; ++y) {
        lanes v[2][most_points];
#pragma clang loop unroll(full)
        for (int i = 0; i < depth; ++i)
          if (is_input)
            transform_inputs(taps, rows[i][y], v[i]);
          else
            transform_output_gradients(taps, rows[i][y], v[i]);
#pragma clang loop unroll(full)
        for (int x = 0; x < points; ++x, place += point_stride)
          store_step(place, type, v[0][x], v[depth - 1][x]);
      }
    }
}

/// Asks for the patches of one step.
INLINE void prefetch_step(
    const gradient_work *w, kernels_scalar type, bool is_input, int64_t step) {
  for (int64_t i = 0; i < product_depth(type); ++i)
    prefetch_patch(
        is_input ? w->input : w->gradient, type,
        place_in(w, w->first + step * product_depth(type) + i, is_input), 0);
}

VECTORS INLINE void transform_piece(
    const gradient_work *w, kernels_scalar type, int taps, int64_t piece, char *copies) {
  const int64_t first = piece * piece_steps, last = least(first + piece_steps, w->steps);
  for (int64_t step = first; step < last; ++step) {
    prefetch_step(w, type, true, step + 1);
    transform_step(w, type, taps, true, step, copies);
    prefetch_step(w, type, false, step + 1);
    transform_step(w, type, taps, false, step, copies);
  }
}

VECTORS static void transform_body(const void *context, int64_t piece, void *copies) {
  const gradient_work *w = context;
  if (has_bf16 && w->type == kernels_bf16 && w->taps == 3)
    transform_piece(w, kernels_bf16, 3, piece, copies);
  else if (has_bf16 && w->type == kernels_bf16)
    transform_piece(w, kernels_bf16, 2, piece, copies);
  else if (w->taps == 3)
    transform_piece(w, kernels_f32, 3, piece, copies);
  else
    transform_piece(w, kernels_f32, 2, piece, copies);
}

/// Adds the chunk's products at one point.
VECTORS static void multiply_body(const void *context, int64_t point) {
  const gradient_work *w = context;
  const int64_t inputs = w->input.padded_channels;
  // A group's 32 channels in parts that are as equal as can be.
  enum {
    parts = (tile_group + product_rows - 1) / product_rows,
    part = (tile_group + parts - 1) / parts,
  };
  const product_layout layout = {
      .type = w->type, .a_stride = 4, .a_step = product_columns * 4, .segments = 1,
      .steps = w->steps, .c_stride = product_columns, .accumulates = w->first > 0};
  const char *a = w->inputs + point * point_stride_of(w->input);
  for (int64_t group = 0; group < groups_of(w->input); ++group, a += panel_size) {
    const char *b = w->gradients + point * point_stride_of(w->gradient);
    for (int64_t output = 0; output < groups_of(w->gradient); ++output, b += panel_size) {
      float *sums =
          w->sums +
          ((point * groups_of(w->gradient) + output) * inputs + group * tile_group) *
              product_columns;
      for (int64_t row = 0; row < tile_group; row += part)
        product_multiply(
            &layout, least(part, tile_group - row), a + row * 4, b, sums + row * product_columns);
    }
  }
}

/// The channel at `place` among transformed ones: the inverse of `tile_place`.
INLINE int64_t channel_at(int64_t place, kernels_scalar type) {
  if (type == kernels_f32) return place;
  const int64_t within = place % tile_group, half = tile_group / 2;
  return place - within + within % half * 2 + within / half;
}

/// Turns the sums of one input and 32 outputs into gradients of weights.
VECTORS static void finish_body(const void *context, int64_t piece) {
  const gradient_work *w = context;
  const kernels_convolution s = w->shape;
  const int64_t inputs = w->input.padded_channels, groups = groups_of(w->gradient);
  const int64_t group = piece / inputs, row = piece % inputs, input = channel_at(row, w->type);
  if (input >= s.inputs) return;
  const int points = winograd_points(w->taps);
  float matrix[most_points][winograd_most_taps];
  float half[winograd_most_taps][most_points][product_columns] = {0};
  winograd_filter_matrix(w->taps, matrix);
  for (int i = 0; i < points; ++i)
    for (int j = 0; j < points; ++j) {
      const float *sums =
          w->sums + (((i * points + j) * groups + group) * inputs + row) * product_columns;
      for (int y = 0; y < w->taps; ++y)
        for (int lane = 0; lane < product_columns; ++lane)
          half[y][j][lane] += matrix[i][y] * sums[lane];
    }
  for (int y = 0; y < w->taps; ++y)
    for (int x = 0; x < w->taps; ++x) {
      float weights[product_columns] = {0};
      for (int j = 0; j < points; ++j)
        for (int lane = 0; lane < product_columns; ++lane)
          weights[lane] += matrix[j][x] * half[y][j][lane];
      for (int64_t lane = 0; lane < product_columns; ++lane) {
        const int64_t output = channel_at(group * tile_group + lane, w->type);
        if (output < s.outputs)
          w->filter_gradient[((output * w->taps + y) * w->taps + x) * s.inputs + input] =
              weights[lane];
      }
    }
}

static void filter_gradient_by_tiles(
    const void *input, const void *output_gradient, kernels_scalar type,
    kernels_convolution shape, float *filter_gradient, int threads) {
  const int taps = (int)shape.kernel_width, points = winograd_points(taps);
  const int64_t height = shape.height + 2 * shape.padding - taps + 1;
  const int64_t width = shape.width + 2 * shape.padding - taps + 1;
  gradient_work work = {
      .shape = shape, .type = type, .taps = taps,
      .input = patch_source_of(input, shape.height, shape.width, shape.inputs),
      .gradient = patch_source_of(output_gradient, height, width, shape.outputs),
      .tile_columns = pieces_of(width, winograd_outputs), .filter_gradient = filter_gradient};
  work.image_tiles = work.tile_columns * pieces_of(height, winograd_outputs);
  work.tiles = shape.batch * work.image_tiles;
  const int64_t inputs = work.input.padded_channels, outputs = work.gradient.padded_channels;
  const int64_t all_points = points * points;
  work.inputs = aligned_alloc(cache_line, all_points * point_stride_of(work.input));
  work.gradients = aligned_alloc(cache_line, all_points * point_stride_of(work.gradient));
  work.sums = aligned_alloc(cache_line, all_points * inputs * outputs * sizeof *work.sums);
  if (!work.inputs || !work.gradients || !work.sums) abort();
  const int64_t channels = inputs > outputs ? inputs : outputs;
  const int64_t copies = 2 * most_points * most_points * channels * 4;
  const int64_t chunk = chunk_steps * product_depth(type);
  for (; work.first < work.tiles; work.first += chunk) {
    work.steps = pieces_of(least(chunk, work.tiles - work.first), product_depth(type));
    kernels_parallel_with_scratch(
        pieces_of(work.steps, piece_steps), threads, copies, transform_body, &work);
    kernels_parallel(all_points, threads, multiply_body, &work);
  }
  kernels_parallel(groups_of(work.gradient) * inputs, threads, finish_body, &work);
  free(work.inputs);
  free(work.gradients);
  free(work.sums);
}

#endif
