// Convolutions in tiles of four rows of outputs.
#ifndef IMPASTO_WINOGRAD_ROWS_LOOPS_H
#define IMPASTO_WINOGRAD_ROWS_LOOPS_H

#include "product_loops.h"
#include "winograd_patch.h"
#include "winograd_rows.h"

enum {
  taps = 3,
  points = winograd_most_points,
  tile_rows = winograd_outputs,
  block_columns = 16 * product_rows,  // Of values that are multiplied at a time.
  sum_lanes = 4,                      // Outputs of a pixel, and zeros, while they are summed up.
  most_sections = 3,
  most_rows = tile_rows - 1 + most_sections * taps,
};

typedef struct {
  kernels_convolution shape;
  kernels_scalar type;
  const void *input;
  const char *filter;
  void *output;
  int64_t output_height, output_width;
  int64_t sections, tiles, blocks;
  int64_t columns;     // Outputs of a block's rows.
  int64_t row_size;    // Bytes of a block's values at one point, in one section.
  int64_t steps;       // Of a product, in one section.
  bool is_spread;
} rows_work;

/// The outputs of a tile of rows that one piece of work computes.
typedef struct {
  int64_t image, y, x, height, width;
} rows_block;

/// Applies Bᵀ to `count` scalars of six rows, and asks for as many of four later rows.
VECTORS INLINE void transform_rows(
    kernels_scalar type, const char *const rows[points], const char *const later[tile_rows],
    int64_t count, char *values, int64_t point_stride) {
  for (int64_t i = 0; i < count; i += vector_lanes) {
    const lane_mask mask = first_lanes(count - i);
    lanes d[points], v[points];
#pragma clang loop unroll(full)
    for (int y = 0; y < points; ++y) d[y] = load_lanes(at(rows[y], type, i), type, mask);
    transform_inputs(taps, d, v);
#pragma clang loop unroll(full)
    for (int p = 0; p < points; ++p)
      store_lanes(at_mutable(values + p * point_stride, type, i), type, mask, v[p]);
#pragma clang loop unroll(full)
    for (int y = 0; y < tile_rows; ++y) __builtin_prefetch(at(later[y], type, i));
  }
}

/// Applies Bᵀ to the inputs of a block in each section, [section, point, column, input].
VECTORS INLINE void transform_block(
    const rows_work *w, kernels_scalar type, rows_block b, char *values, const char *zeros) {
  const kernels_convolution s = w->shape;
  const int64_t pixel = s.inputs * scalar_size(type), columns = b.width + s.kernel_width - 1;
  // The columns that are there.
  const int64_t left = b.x - s.padding, first = left < 0 ? -left : 0;
  const int64_t last = least(columns, s.width - left);
  const char *rows[most_rows];
  const int64_t count = tile_rows - 1 + s.kernel_height;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t y = b.y + i - s.padding, x = left + first;
    const bool is_inside = y >= 0 && y < s.height;
    rows[i] = is_inside ? at(w->input, type, ((b.image * s.height + y) * s.width + x) * s.inputs)
                        : zeros;
  }
  for (int64_t section = 0; section < w->sections; ++section) {
    char *section_values = values + section * points * w->row_size;
    for (int p = 0; p < points; ++p) {
      char *row = section_values + p * w->row_size;
      memset(row, 0, first * pixel);
      memset(row + last * pixel, 0, w->row_size - last * pixel);
    }
    // The last four rows are those that the tile above has not read already.
    transform_rows(
        type, rows + section * taps, rows + count - tile_rows,
        (last - first) * s.inputs, section_values + first * pixel, w->row_size);
  }
}

INLINE void *output_pixel(const rows_work *w, rows_block b, int64_t y, int64_t x) {
  return at_mutable(
      w->output, w->type,
      ((b.image * w->output_height + b.y + y) * w->output_width + b.x + x) * w->shape.outputs);
}

/// Products of one point: their segments are the sections.
INLINE product_layout layout_of(const rows_work *w, kernels_scalar type) {
  return (product_layout){
      .type = type, .a_stride = w->shape.inputs * scalar_size(type), .a_step = 4,
      .segments = w->sections, .segment_stride = points * w->row_size, .steps = w->steps,
      .c_stride = product_columns};
}

// Many outputs: products are of all weights of a row of the kernel ----------------------------

VECTORS INLINE void multiply_wide(
    const rows_work *w, kernels_scalar type, rows_block b, const char *values, float *products) {
  const int64_t outputs = w->shape.outputs, pixel = w->shape.inputs * scalar_size(type);
  const int64_t panels = w->sections * rows_panel_size(w->shape, type);
  const product_layout layout = layout_of(w, type);
  for (int64_t x = 0; x < b.width; x += product_rows) {
    const int64_t count = least(product_rows, b.width - x);
    const char *filter = w->filter;
    for (int64_t first = 0; first < outputs; first += product_columns) {
      for (int p = 0; p < points; ++p, filter += panels)
        product_multiply(
            &layout, count, values + p * w->row_size + x * pixel, filter,
            products + p * product_rows * product_columns);
      for (int64_t i = 0; i < count; ++i)
        for (int64_t lane = 0; lane < least(product_columns, outputs - first);
             lane += vector_lanes) {
          lanes m[points], rows[tile_rows];
#pragma clang loop unroll(full)
          for (int p = 0; p < points; ++p)
            m[p] = load_floats(products + (p * product_rows + i) * product_columns + lane);
          transform_products(taps, m, rows);
#pragma clang loop unroll(full)
          for (int y = 0; y < tile_rows; ++y)
            if (y < b.height)
              store_lanes(
                  at_mutable(output_pixel(w, b, y, x + i), type, first + lane), type,
                  first_lanes(outputs - first - lane), rows[y]);
        }
    }
  }
}

// Few outputs: products are of one pixel, for all columns of the kernel ------------------------

/// sums[x] ← Σ products[x + kx, kx], four lanes for each pixel's outputs.
VECTORS INLINE void sum_columns(
    const float *products, int64_t kernel_width, int64_t outputs, int64_t count, float *sums) {
  for (int64_t x = 0; x < count; ++x) {
    __m128 sum = _mm_loadu_ps(products + x * product_columns);
    for (int64_t kx = 1; kx < kernel_width; ++kx)
      sum = _mm_add_ps(
          sum, _mm_loadu_ps(products + (x + kx) * product_columns + kx * outputs));
    _mm_store_ps(sums + x * sum_lanes, sum);
  }
}

VECTORS INLINE void multiply_spread(
    const rows_work *w, kernels_scalar type, rows_block b, const char *values, float *products) {
  const int64_t outputs = w->shape.outputs, pixel = w->shape.inputs * scalar_size(type);
  const int64_t panels = w->sections * rows_panel_size(w->shape, type);
  const int64_t columns = b.width + w->shape.kernel_width - 1;
  float *sums = products + block_columns * product_columns;
  const product_layout layout = layout_of(w, type);
  for (int p = 0; p < points; ++p) {
    for (int64_t x = 0; x < columns; x += product_rows)
      product_multiply(
          &layout, least(product_rows, columns - x), values + p * w->row_size + x * pixel,
          w->filter + p * panels, products + x * product_columns);
    sum_columns(
        products, w->shape.kernel_width, outputs, b.width, sums + p * block_columns * sum_lanes);
  }
  const int64_t group = vector_lanes / sum_lanes;
  for (int64_t x = 0; x < b.width; x += group) {
    lanes m[points], rows[tile_rows];
#pragma clang loop unroll(full)
    for (int p = 0; p < points; ++p)
      m[p] = load_floats(sums + (p * block_columns + x) * sum_lanes);
    transform_products(taps, m, rows);
#pragma clang loop unroll(full)
    for (int y = 0; y < tile_rows; ++y)
      if (y < b.height)
        store_outputs(
            output_pixel(w, b, y, x), type, outputs, least(group, b.width - x), rows[y]);
  }
}

VECTORS INLINE void convolve_rows(
    const rows_work *w, kernels_scalar type, rows_block b, char *scratch) {
  char *values = scratch;
  char *zeros = values + w->sections * points * w->row_size;
  float *products = (float *)(zeros + w->row_size);
  memset(zeros, 0, w->row_size);
  transform_block(w, type, b, values, zeros);
  if (w->is_spread)
    multiply_spread(w, type, b, values, products);
  else
    multiply_wide(w, type, b, values, products);
}

VECTORS static void rows_body(const void *context, int64_t piece, void *scratch) {
  const rows_work *w = context;
  const int64_t y = piece / w->blocks % w->tiles * tile_rows;
  const int64_t x = piece % w->blocks * w->columns;
  const rows_block b = {
      .image = piece / w->blocks / w->tiles, .y = y, .x = x,
      .height = least(tile_rows, w->output_height - y),
      .width = least(w->columns, w->output_width - x)};
  if (has_bf16 && w->type == kernels_bf16)
    convolve_rows(w, kernels_bf16, b, scratch);
  else
    convolve_rows(w, kernels_f32, b, scratch);
}

static void convolve_by_rows(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    void *output, int threads) {
  rows_work work = {
      .shape = shape, .type = type, .input = input, .filter = filter, .output = output,
      .output_height = shape.height + 2 * shape.padding - shape.kernel_height + 1,
      .output_width = shape.width + 2 * shape.padding - shape.kernel_width + 1,
      .sections = shape.kernel_height / taps,
      .is_spread = rows_are_spread(shape), .steps = rows_steps(shape, type)};
  work.tiles = pieces_of(work.output_height, tile_rows);
  work.blocks = pieces_of(work.output_width, block_columns - shape.kernel_width + 1);
  work.columns = pieces_of(work.output_width, work.blocks);
  const int64_t columns = work.columns + shape.kernel_width - 1;
  // Wide products may read beyond the last column, up to a step's end.
  work.row_size = pieces_of(columns * shape.inputs * scalar_size(type) + 4, cache_line) * cache_line;
  const int64_t products = work.is_spread
                               ? block_columns * (product_columns + points * sum_lanes)
                               : points * product_rows * product_columns;
  const int64_t scratch =
      (work.sections * points + 1) * work.row_size + products * sizeof(float);
  kernels_parallel_with_scratch(
      shape.batch * work.tiles * work.blocks, threads, scratch, rows_body, &work);
}

#endif
