#include "winograd.h"

#include <stdlib.h>

#include "parallel.h"

#if defined(__x86_64__)
#include "avx512.h"

enum {
  block_tiles = 2 * product_rows,  // Each panel of a filter is read once for two products.
  line = 64,                       // Bytes of a cache line.
};

typedef struct {
  kernels_convolution shape;
  kernels_scalar type;
  const void *input;
  const char *filter;
  const float *bias;
  bool rectified;
  void *output;
  int64_t output_height, output_width;
  int64_t tile_columns, image_tiles, tiles;
  int64_t padded_inputs;    // Input channels in whole groups.
  int64_t point_stride;     // Bytes from one product's evaluated inputs to the next's.
} winograd_work;

/// Where a tile lies.
typedef struct {
  int64_t image, y, x;  // Of its upper left output.
} tile_place;

INLINE tile_place place_of(const winograd_work *w, int64_t tile) {
  const int64_t within = tile % w->image_tiles;
  return (tile_place){
      .image = tile / w->image_tiles,
      .y = within / w->tile_columns * winograd_outputs,
      .x = within % w->tile_columns * winograd_outputs};
}

// Transforms ---------------------------------------------------------------------------------

/// The products of a polynomial's factors (x − p) for all finite points p but one, or for all.
AVX512 INLINE void evaluate_inputs(const __m512 d[winograd_points], __m512 v[winograd_points]) {
  const __m512 near_square = _mm512_set1_ps((float)(near_point * near_point));
  const __m512 far_square = _mm512_set1_ps((float)(far_point * far_point));
  const __m512 squares =
      _mm512_set1_ps((float)(near_point * near_point + far_point * far_point));
  const __m512 near = _mm512_set1_ps((float)near_point), far = _mm512_set1_ps((float)far_point);
  const __m512 near_even = _mm512_fnmadd_ps(far_square, d[2], d[4]);
  const __m512 near_odd = _mm512_fnmadd_ps(far_square, d[1], d[3]);
  const __m512 far_even = _mm512_fnmadd_ps(near_square, d[2], d[4]);
  const __m512 far_odd = _mm512_fnmadd_ps(near_square, d[1], d[3]);
  v[0] = _mm512_fnmadd_ps(squares, d[2], _mm512_add_ps(d[0], d[4]));
  v[1] = _mm512_fmadd_ps(near, near_odd, near_even);
  v[2] = _mm512_fnmadd_ps(near, near_odd, near_even);
  v[3] = _mm512_fmadd_ps(far, far_odd, far_even);
  v[4] = _mm512_fnmadd_ps(far, far_odd, far_even);
  v[5] = _mm512_fnmadd_ps(squares, d[3], _mm512_add_ps(d[1], d[5]));
}

AVX512 INLINE void interpolate_outputs(
    const __m512 m[winograd_points], __m512 y[winograd_outputs]) {
  const double near_square = near_point * near_point, far_square = far_point * far_point;
  const __m512 near_sum = _mm512_add_ps(m[1], m[2]), near_difference = _mm512_sub_ps(m[1], m[2]);
  const __m512 far_sum = _mm512_add_ps(m[3], m[4]), far_difference = _mm512_sub_ps(m[3], m[4]);
  y[0] = _mm512_add_ps(m[0], _mm512_add_ps(near_sum, far_sum));
  y[1] = _mm512_fmadd_ps(
      _mm512_set1_ps((float)near_point), near_difference,
      _mm512_mul_ps(_mm512_set1_ps((float)far_point), far_difference));
  y[2] = _mm512_fmadd_ps(
      _mm512_set1_ps((float)near_square), near_sum,
      _mm512_mul_ps(_mm512_set1_ps((float)far_square), far_sum));
  y[3] = _mm512_fmadd_ps(
      _mm512_set1_ps((float)(near_square * near_point)), near_difference,
      _mm512_fmadd_ps(
          _mm512_set1_ps((float)(far_square * far_point)), far_difference, m[5]));
}

/// Sixteen channels of a pixel: of bf16 those at even places of a group, or those at odd ones.
AVX512 INLINE __m512 load_channels(const char *group, kernels_scalar type, int half) {
  if (type == kernels_f32) return _mm512_loadu_ps(group + half * line);
  const __m512i pairs = _mm512_loadu_si512(group);
  return _mm512_castsi512_ps(
      half == 0 ? _mm512_slli_epi32(pairs, 16)
                : _mm512_and_si512(pairs, _mm512_set1_epi32((int)0xFFFF0000)));
}

/// Evaluates half a group of a tile's channels at all points.
AVX512 INLINE void transform_half_group(
    kernels_scalar type, const char *input, int64_t row_stride, int64_t pixel_stride, int half,
    char *values, int64_t point_stride) {
  __m512 rows[winograd_points][winograd_points];
#pragma clang loop unroll(full)
  for (int x = 0; x < winograd_points; ++x) {
    __m512 column[winograd_points], v[winograd_points];
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_points; ++y)
      column[y] = load_channels(input + y * row_stride + x * pixel_stride, type, half);
    evaluate_inputs(column, v);
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_points; ++y) rows[y][x] = v[y];
  }
  const int64_t offset = half * vector_lanes * scalar_size(type);
#pragma clang loop unroll(full)
  for (int y = 0; y < winograd_points; ++y) {
    __m512 v[winograd_points];
    evaluate_inputs(rows[y], v);
#pragma clang loop unroll(full)
    for (int x = 0; x < winograd_points; ++x)
      store_vector(
          values + (y * winograd_points + x) * point_stride + offset, type, 0xFFFF, v[x]);
  }
}

/// Copies a tile's inputs, with zeros for what lies outside the image and for missing channels.
AVX512 static void copy_patch(const winograd_work *w, tile_place tile, char *patch) {
  const kernels_convolution s = w->shape;
  const int64_t size = scalar_size(w->type), pixel = w->padded_inputs * size;
  memset(patch, 0, winograd_products * pixel);
  for (int64_t i = 0; i < winograd_points; ++i) {
    const int64_t y = tile.y + i - s.padding;
    if (y < 0 || y >= s.height) continue;
    for (int64_t j = 0; j < winograd_points; ++j) {
      const int64_t x = tile.x + j - s.padding;
      if (x < 0 || x >= s.width) continue;
      memcpy(
          patch + (i * winograd_points + j) * pixel,
          at(w->input, w->type, ((tile.image * s.height + y) * s.width + x) * s.inputs),
          s.inputs * size);
    }
  }
}

/// Whether all of a tile's inputs are there.
INLINE bool is_inside(const winograd_work *w, tile_place tile) {
  const kernels_convolution s = w->shape;
  const int64_t y = tile.y - s.padding, x = tile.x - s.padding;
  return y >= 0 && x >= 0 && y + winograd_points <= s.height && x + winograd_points <= s.width &&
         s.inputs == w->padded_inputs;
}

/// The first of a tile's inputs, which has to be inside.
INLINE const char *inputs_of(const winograd_work *w, kernels_scalar type, tile_place tile) {
  const kernels_convolution s = w->shape;
  const int64_t y = tile.y - s.padding, x = tile.x - s.padding;
  return at(w->input, type, ((tile.image * s.height + y) * s.width + x) * s.inputs);
}

/// Asks for the part of a tile's inputs that its left neighbour does not have.
INLINE void prefetch_inputs(const winograd_work *w, kernels_scalar type, tile_place tile) {
  if (!is_inside(w, tile)) return;
  const int64_t pixel = w->shape.inputs * scalar_size(type), row = w->shape.width * pixel;
  const char *input = inputs_of(w, type, tile) + (winograd_points - winograd_outputs) * pixel;
  for (int64_t y = 0; y < winograd_points; ++y)
    for (int64_t i = 0; i < winograd_outputs * pixel; i += line)
      __builtin_prefetch(input + y * row + i);
}

AVX512 INLINE void transform_tile(
    const winograd_work *w, kernels_scalar type, tile_place tile, char *patch, char *values) {
  const int64_t size = scalar_size(type);
  const int64_t pixel_stride = w->padded_inputs * size;
  const char *input = patch;
  int64_t row_stride = winograd_points * pixel_stride;
  if (is_inside(w, tile)) {
    input = inputs_of(w, type, tile);
    row_stride = w->shape.width * pixel_stride;
  } else {
    copy_patch(w, tile, patch);
  }
  for (int64_t c = 0; c < w->padded_inputs; c += winograd_group)
    for (int half = 0; half < winograd_group / vector_lanes; ++half)
      transform_half_group(
          type, input + c * size, row_stride, pixel_stride, half, values + c * size,
          w->point_stride);
}

/// Asks for the memory of a tile's 32 outputs.
INLINE void prefetch_outputs(
    const winograd_work *w, kernels_scalar type, tile_place tile, int64_t first_output) {
  const int64_t pixel = w->shape.outputs * scalar_size(type), row = w->output_width * pixel;
  const int64_t height = least(winograd_outputs, w->output_height - tile.y);
  const int64_t width = least(winograd_outputs, w->output_width - tile.x);
  const char *output = at(
      w->output, type,
      ((tile.image * w->output_height + tile.y) * w->output_width + tile.x) * w->shape.outputs +
          first_output);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x)
      for (int64_t i = 0; i < product_columns * scalar_size(type); i += line)
        __builtin_prefetch(output + y * row + x * pixel + i, 1);
}

/// Turns the products of a tile and 32 outputs into outputs.
AVX512 INLINE void finish_tile(
    const winograd_work *w, kernels_scalar type, tile_place tile, int64_t first_output,
    const float *products, int64_t product_stride) {
  const int64_t outputs = w->shape.outputs;
  const int64_t height = least(winograd_outputs, w->output_height - tile.y);
  const int64_t width = least(winograd_outputs, w->output_width - tile.x);
  const int64_t start =
      ((tile.image * w->output_height + tile.y) * w->output_width + tile.x) * outputs;
  for (int64_t lane = 0; lane < least(product_columns, outputs - first_output);
       lane += vector_lanes) {
    const int64_t channel = first_output + lane;
    const __mmask16 mask = first_lanes(outputs - channel);
    __m512 rows[winograd_outputs][winograd_points];
#pragma clang loop unroll(full)
    for (int x = 0; x < winograd_points; ++x) {
      __m512 m[winograd_points], column[winograd_outputs];
#pragma clang loop unroll(full)
      for (int y = 0; y < winograd_points; ++y)
        m[y] = _mm512_load_ps(products + (y * winograd_points + x) * product_stride + lane);
      interpolate_outputs(m, column);
#pragma clang loop unroll(full)
      for (int y = 0; y < winograd_outputs; ++y) rows[y][x] = column[y];
    }
    const __m512 bias =
        w->bias ? _mm512_maskz_loadu_ps(mask, w->bias + channel) : _mm512_setzero_ps();
#pragma clang loop unroll(full)
    for (int y = 0; y < winograd_outputs; ++y) {
      __m512 row[winograd_outputs];
      interpolate_outputs(rows[y], row);
#pragma clang loop unroll(full)
      for (int x = 0; x < winograd_outputs; ++x) {
        __m512 value = _mm512_add_ps(row[x], bias);
        if (w->rectified) value = _mm512_max_ps(_mm512_setzero_ps(), value);  // NaN stays NaN.
        if (y < height && x < width)
          store_vector(
              at_mutable(w->output, type, start + (y * w->output_width + x) * outputs + channel),
              type, mask, value);
      }
    }
  }
}

// A block of tiles ---------------------------------------------------------------------------

INLINE int64_t products_size(const winograd_work *w) {
  return winograd_products * (block_tiles * product_columns + line / 4) * 4;
}

AVX512 INLINE void convolve_block(
    const winograd_work *w, kernels_scalar type, int64_t first, char *scratch) {
  const int64_t count = least(block_tiles, w->tiles - first);
  const int64_t tile_bytes = w->padded_inputs * scalar_size(type);
  const int64_t product_stride = block_tiles * product_columns + line / 4;
  const int64_t panel = winograd_panel_size(w->shape.inputs, type);
  char *values = scratch;
  float *products = (float *)(values + winograd_products * w->point_stride);
  char *patch = (char *)products + products_size(w);
  for (int64_t t = 0; t < count; ++t) {
    if (t + 1 < count) prefetch_inputs(w, type, place_of(w, first + t + 1));
    transform_tile(w, type, place_of(w, first + t), patch, values + t * tile_bytes);
  }

  const product_layout layout = {
      .type = type, .a_stride = tile_bytes, .segments = 1, .steps = tile_bytes / 4,
      .c_stride = product_columns};
  const char *b = w->filter;
  for (int64_t output = 0; output < w->shape.outputs; output += product_columns) {
    for (int64_t p = 0; p < winograd_products; ++p, b += panel) {
      // Memory answers while the products are taken: 36 are enough to ask for all tiles.
      if (p < count) prefetch_outputs(w, type, place_of(w, first + p), output);
      for (int64_t t = 0; t < count; t += product_rows)
        product_multiply(
            &layout, least(product_rows, count - t), values + p * w->point_stride + t * tile_bytes,
            b, products + p * product_stride + t * product_columns);
    }
    for (int64_t t = 0; t < count; ++t)
      finish_tile(
          w, type, place_of(w, first + t), output, products + t * product_columns,
          product_stride);
  }
}

AVX512 static void winograd_body(const void *context, int64_t piece, void *scratch) {
  const winograd_work *w = context;
  const int64_t first = piece * block_tiles;
  if (w->type == kernels_bf16)
    convolve_block(w, kernels_bf16, first, scratch);
  else
    convolve_block(w, kernels_f32, first, scratch);
}

void kernels_convolve_by_winograd(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *bias, bool rectified, void *output, int threads) {
  winograd_work work = {
      .shape = shape, .type = type, .input = input, .filter = filter, .bias = bias,
      .rectified = rectified, .output = output,
      .output_height = shape.height + 2 * shape.padding - winograd_taps + 1,
      .output_width = shape.width + 2 * shape.padding - winograd_taps + 1};
  work.tile_columns = pieces_of(work.output_width, winograd_outputs);
  work.image_tiles = work.tile_columns * pieces_of(work.output_height, winograd_outputs);
  work.tiles = shape.batch * work.image_tiles;
  work.padded_inputs = pieces_of(shape.inputs, winograd_group) * winograd_group;
  const int64_t tile_bytes = work.padded_inputs * scalar_size(type);
  // A line more, so that a tile's values at all points do not compete for the same cache sets.
  work.point_stride = block_tiles * tile_bytes + line;
  const int64_t scratch = winograd_products * (work.point_stride + tile_bytes) + products_size(&work);
  kernels_parallel_with_scratch(
      pieces_of(work.tiles, block_tiles), threads, scratch, winograd_body, &work);
}
#else
void kernels_convolve_by_winograd(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *bias, bool rectified, void *output, int threads) {
  (void)input, (void)type, (void)shape, (void)filter;
  (void)bias, (void)rectified, (void)output, (void)threads;
  abort();  // `kernels_convolves` says no.
}
#endif
