#include <assert.h>
#include <stdlib.h>

#include "activation.h"
#include "parallel.h"

typedef struct {
  kernels_normalization n;
  void *output;
  const void *output_gradient;
  void *gradient;
  float *sums;  // [image, row, {gradient, gradient × input}, channel]
} normalize_work;

enum { most_padding = 16, most_places = 2 * most_padding + 1 };

/// The places along a framed axis that show pixel `i`; returns how many there are.
INLINE int frame_places(
    int64_t i, int64_t extent, int64_t padding, kernels_border border, int64_t *places) {
  int count = 0;
  places[count++] = padding + i;
  if (border == kernels_zeros) return count;
  if (border == kernels_repeated) {
    for (int64_t p = 0; i == 0 && p < padding; ++p) places[count++] = p;
    for (int64_t p = 1; i == extent - 1 && p <= padding; ++p)
      places[count++] = padding + extent - 1 + p;
    return count;
  }
  const int64_t from_end = extent - 1 - i;
  if (i >= 1 && i <= padding) places[count++] = padding - i;
  if (from_end >= 1 && from_end <= padding) places[count++] = padding + extent - 1 + from_end;
  return count;
}

/// The pixel that the border shows `distance` pixels beyond the first.
INLINE int64_t shown(int64_t distance, kernels_border border) {
  return border == kernels_mirrored ? distance : 0;
}

// The loops over pixels take `restrict` parameters, since only those keep their promise inlined.
INLINE void normalize_pixels(
    kernels_activation activation, const void *restrict input, const void *restrict residual,
    kernels_scalar type, const float *restrict scale, const float *restrict shift,
    void *restrict output, kernels_scalar output_type, int64_t width, int64_t channels) {
  for (int64_t x = 0; x < width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t i = x * channels + c;
      float value = activated(load(input, type, i) * scale[c] + shift[c], activation);
      if (residual) value += load(residual, type, i);
      store(output, output_type, i, value);
    }
}

INLINE void normalize_activated_pixels(
    kernels_activation activation, const void *input, const void *residual, kernels_scalar type,
    const float *scale, const float *shift, void *output, kernels_scalar output_type,
    int64_t width, int64_t channels) {
  if (residual)
    normalize_pixels(
        (kernels_activation){kernels_linear}, input, residual, type, scale, shift, output,
        output_type, width, channels);
  else
    BY_ACTIVATION(
        normalize_pixels, activation, input, NULL, type, scale, shift, output, output_type, width,
        channels);
}

enum {
  // Pixels of fewer channels are computed in groups, each as if it were one pixel of many channels.
  narrow_channels = 32,
  // The least channels of a group, which are also a multiple of the lanes of a vector.
  group_channels = 64,
  group_lanes = 16,
  most_group_channels = narrow_channels * group_lanes
};

INLINE void normalize_plain_row(
    const normalize_work *w, int64_t image, const void *input, const void *residual, void *output,
    kernels_scalar type, kernels_scalar output_type) {
  const int64_t width = w->n.frame.width, channels = w->n.frame.channels;
  const float *scale = w->n.scale + image * channels, *shift = w->n.shift + image * channels;
  int64_t done = 0;
  if (channels < narrow_channels) {
    int64_t size = 1;
    while (size * channels < group_channels || size * channels % group_lanes != 0) ++size;
    float scales[most_group_channels], shifts[most_group_channels];
    for (int64_t p = 0; p < size; ++p) {
      memcpy(scales + p * channels, scale, channels * sizeof *scale);
      memcpy(shifts + p * channels, shift, channels * sizeof *shift);
    }
    normalize_activated_pixels(
        w->n.activation, input, residual, type, scales, shifts, output, output_type, width / size,
        size * channels);
    done = width / size * size;
  }
  normalize_activated_pixels(
      w->n.activation, at(input, type, done * channels),
      residual ? at(residual, type, done * channels) : NULL, type, scale, shift,
      at_mutable(output, output_type, done * channels), output_type, width - done, channels);
}

enum { blend_channels = 64 };  // Summed up at a time, so that the sums stay in registers.

/// One pixel by the weighted sum of the scales and of the shifts; weights of zero cost nothing, and
/// one of 1 among them gives its row's own result to the last bit.
INLINE void normalize_blended_pixel(
    kernels_activation activation, const void *restrict input, const void *restrict residual,
    kernels_scalar type, const float *restrict scales, const float *restrict shifts,
    const float *restrict weights, int64_t rows, void *restrict output,
    kernels_scalar output_type, int64_t channels) {
  for (int64_t first = 0; first < channels; first += blend_channels) {
    const int64_t count = least(blend_channels, channels - first);
    float scale[blend_channels] = {0}, shift[blend_channels] = {0};
    for (int64_t r = 0; r < rows; ++r) {
      if (weights[r] == 0) continue;
      for (int64_t c = 0; c < count; ++c) {
        scale[c] += weights[r] * scales[r * channels + first + c];
        shift[c] += weights[r] * shifts[r * channels + first + c];
      }
    }
    for (int64_t c = 0; c < count; ++c) {
      float value = activated(load(input, type, first + c) * scale[c] + shift[c], activation);
      if (residual) value += load(residual, type, first + c);
      store(output, output_type, first + c, value);
    }
  }
}

INLINE void normalize_blended_row(
    const normalize_work *w, int64_t image, int64_t y, const void *input, const void *residual,
    void *output, kernels_scalar type, kernels_scalar output_type) {
  const kernels_blend b = *w->n.blend;
  const int64_t width = w->n.frame.width, channels = w->n.frame.channels;
  const float *scales = w->n.scale + image * b.rows * channels;
  const float *shifts = w->n.shift + image * b.rows * channels;
  const float *weights = b.weights + (image * b.height + y) * b.width * b.rows;
  for (int64_t x = 0; x < width; ++x) {
    const int64_t start = x * channels;
    const void *there = residual ? at(residual, type, start) : NULL;
    BY_ACTIVATION(
        normalize_blended_pixel, w->n.activation, at(input, type, start), there, type, scales,
        shifts, weights + x * b.rows, b.rows, at_mutable(output, output_type, start), output_type,
        channels);
  }
}

/// A row of pixels, and the ends that the frame has left and right of it.
INLINE void normalize_framed_row(
    const normalize_work *w, int64_t image, int64_t y, const void *input, const void *residual,
    void *row, kernels_scalar type, kernels_scalar output_type) {
  const kernels_frame f = w->n.frame;
  void *interior = at_mutable(row, output_type, f.padding * f.channels);
  if (w->n.blend)
    normalize_blended_row(w, image, y, input, residual, interior, type, output_type);
  else
    normalize_plain_row(w, image, input, residual, interior, type, output_type);
  const int64_t pixel_bytes = f.channels * scalar_size(output_type);
  char *first = interior, *last = first + (f.width - 1) * pixel_bytes;
  if (f.border == kernels_zeros) {
    memset(row, 0, f.padding * pixel_bytes);
    memset(last + pixel_bytes, 0, f.padding * pixel_bytes);
    return;
  }
  for (int64_t i = 1; i <= f.padding; ++i) {
    const int64_t source = shown(i, f.border) * pixel_bytes;
    memcpy(first - i * pixel_bytes, first + source, pixel_bytes);
    memcpy(last + i * pixel_bytes, last - source, pixel_bytes);
  }
}

INLINE void normalize_row(
    const normalize_work *w, int64_t piece, kernels_scalar type, kernels_scalar output_type) {
  const kernels_frame f = w->n.frame;
  const int64_t image = piece / f.height, y = piece % f.height;
  const int64_t framed_width = f.width + 2 * f.padding, framed_height = f.height + 2 * f.padding;
  const int64_t row_scalars = framed_width * f.channels;
  const void *input = at(w->n.input, type, piece * f.width * f.channels);
  const int64_t rp = w->n.residual_padding;
  const int64_t residual_start =
      ((image * (f.height + 2 * rp) + y + rp) * (f.width + 2 * rp) + rp) * f.channels;
  const void *residual = w->n.residual ? at(w->n.residual, type, residual_start) : NULL;
  void *frame = at_mutable(w->output, output_type, image * framed_height * row_scalars);

  // The row once …
  void *row = at_mutable(frame, output_type, (f.padding + y) * row_scalars);
  normalize_framed_row(w, image, y, input, residual, row, type, output_type);
  if (f.border == kernels_zeros) {
    const int64_t border_bytes = f.padding * row_scalars * scalar_size(output_type);
    if (y == 0) memset(frame, 0, border_bytes);
    if (y == f.height - 1)
      memset(at_mutable(row, output_type, row_scalars), 0, border_bytes);
    return;
  }
  // … then copied to wherever else the frame shows it.
  int64_t places[most_places];
  const int count = frame_places(y, f.height, f.padding, f.border, places);
  for (int i = 1; i < count; ++i)
    memcpy(
        at_mutable(frame, output_type, places[i] * row_scalars), row,
        row_scalars * scalar_size(output_type));
}

INLINE void normalize_band_row(
    const normalize_work *w, int64_t y, kernels_scalar type, kernels_scalar output_type) {
  const kernels_frame f = w->n.frame;
  const int64_t start = y * f.width * f.channels;
  normalize_framed_row(
      w, 0, y, at(w->n.input, type, start), w->n.residual ? at(w->n.residual, type, start) : NULL,
      at_mutable(w->output, output_type, y * (f.width + 2 * f.padding) * f.channels), type,
      output_type);
}

#define BY_TYPES(function, ...)                                             \
  if (w->n.type == kernels_bf16 && w->n.output_type == kernels_bf16)            \
    function(__VA_ARGS__, kernels_bf16, kernels_bf16);                      \
  else if (w->n.type == kernels_bf16)                                         \
    function(__VA_ARGS__, kernels_bf16, kernels_f32);                       \
  else                                                                      \
    function(__VA_ARGS__, kernels_f32, kernels_f32)

VERSIONED_BODY(normalize_body) {
  const normalize_work *w = context;
  BY_TYPES(normalize_row, w, piece);
}

VERSIONED_BODY(normalize_band_body) {
  const normalize_work *w = context;
  BY_TYPES(normalize_band_row, w, piece);
}

static void check(const kernels_normalization *n) {
  assert(n->output_type == n->type || n->output_type == kernels_f32);
  assert(n->frame.padding >= 0 && n->frame.padding <= most_padding);
}

void kernels_normalize(const kernels_normalization *normalization, void *output, int threads) {
  check(normalization);
  const kernels_frame frame = normalization->frame;
  normalize_work work = {.n = *normalization, .output = output};
  kernels_parallel(frame.batch * frame.height, threads, normalize_body, &work);
}

void kernels_normalize_band(const kernels_normalization *normalization, void *output) {
  check(normalization);
  normalize_work work = {.n = *normalization, .output = output};
  kernels_parallel(normalization->frame.height, 1, normalize_band_body, &work);
}

INLINE void accumulate(
    float *restrict sum, const void *restrict addend, kernels_scalar type, int64_t count) {
  for (int64_t i = 0; i < count; ++i) sum[i] += load(addend, type, i);
}

INLINE void slope_pixels(
    kernels_activation activation, const void *restrict input, kernels_scalar type,
    const float *restrict folded, const float *restrict scale, const float *restrict shift,
    void *restrict gradient, float *restrict sum, float *restrict product, int64_t width,
    int64_t channels) {
  for (int64_t x = 0; x < width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t i = x * channels + c;
      const float value = load(input, type, i);
      const float g = folded[i] * slope(value * scale[c] + shift[c], activation);
      store(gradient, type, i, g);
      sum[c] += g;
      product[c] += g * value;
    }
}

INLINE void normalize_gradient_row(
    const normalize_work *w, int64_t piece, kernels_scalar type, kernels_scalar output_type,
    float *folded) {
  const kernels_frame f = w->n.frame;
  const int64_t image = piece / f.height, y = piece % f.height, channels = f.channels;
  const int64_t framed_width = f.width + 2 * f.padding, framed_height = f.height + 2 * f.padding;
  const int64_t row_scalars = framed_width * channels;
  const void *frame = at(w->output_gradient, output_type, image * framed_height * row_scalars);

  memset(folded, 0, f.width * channels * sizeof *folded);
  int64_t places[most_places];
  const int count = frame_places(y, f.height, f.padding, f.border, places);
  for (int i = 0; i < count; ++i) {
    const void *row = at(frame, output_type, places[i] * row_scalars);
    const int64_t last = f.padding + f.width - 1;
    accumulate(
        folded, at(row, output_type, f.padding * channels), output_type, f.width * channels);
    for (int64_t p = 1; f.border != kernels_zeros && p <= f.padding; ++p) {
      const int64_t source = shown(p, f.border);
      accumulate(
          folded + source * channels, at(row, output_type, (f.padding - p) * channels),
          output_type, channels);
      accumulate(
          folded + (f.width - 1 - source) * channels, at(row, output_type, (last + p) * channels),
          output_type, channels);
    }
  }

  const float *scale = w->n.scale + image * channels, *shift = w->n.shift + image * channels;
  const int64_t start = piece * f.width * channels;
  const void *input = at(w->n.input, type, start);
  void *gradient = at_mutable(w->gradient, type, start);
  float *sum = w->sums + piece * 2 * channels, *product = sum + channels;
  memset(sum, 0, 2 * channels * sizeof *sum);
  BY_ACTIVATION(
      slope_pixels, w->n.activation, input, type, folded, scale, shift, gradient, sum, product,
      f.width, channels);
}

VERSIONED_BODY(normalize_gradient_body) {
  const normalize_work *w = context;
  float *folded = malloc(w->n.frame.width * w->n.frame.channels * sizeof *folded);
  if (!folded) abort();
  if (w->n.type == kernels_bf16 && w->n.output_type == kernels_bf16)
    normalize_gradient_row(w, piece, kernels_bf16, kernels_bf16, folded);
  else if (w->n.type == kernels_bf16)
    normalize_gradient_row(w, piece, kernels_bf16, kernels_f32, folded);
  else
    normalize_gradient_row(w, piece, kernels_f32, kernels_f32, folded);
  free(folded);
}

void kernels_normalize_gradient(
    const kernels_normalization *normalization, const void *output_gradient, void *gradient,
    float *gradient_sum, float *gradient_input_sum, int threads) {
  check(normalization);
  const kernels_frame frame = normalization->frame;
  const int64_t channels = frame.channels;
  float *sums = malloc(frame.batch * frame.height * 2 * channels * sizeof *sums);
  if (!sums) abort();
  normalize_work work = {
      .n = *normalization, .output_gradient = output_gradient, .gradient = gradient,
      .sums = sums};
  kernels_parallel(frame.batch * frame.height, threads, normalize_gradient_body, &work);
  for (int64_t n = 0; n < frame.batch; ++n)
    for (int64_t c = 0; c < channels; ++c) {
      double sum = 0, product = 0;
      for (int64_t y = 0; y < frame.height; ++y) {
        const float *row = sums + (n * frame.height + y) * 2 * channels;
        sum += row[c];
        product += row[channels + c];
      }
      gradient_sum[n * channels + c] = (float)sum;
      gradient_input_sum[n * channels + c] = (float)product;
    }
  free(sums);
}
