#include "parallel.h"

typedef struct {
  const void *input, *output_gradient;
  void *output;
  kernels_scalar type;
  int64_t height, width, channels;
} pool_work;

// The largest -----------------------------------------------------------------------------------

/// The larger number; NaN where one is.
INLINE float larger(float a, float b) { return b > a || b != b ? b : a; }

// The loops over pixels take `restrict` parameters, since only those keep their promise inlined.
INLINE void max_pool_pixels(
    const void *restrict top, const void *restrict bottom, void *restrict output,
    kernels_scalar type, int64_t out_width, int64_t channels) {
  for (int64_t x = 0; x < out_width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t left = 2 * x * channels + c, right = left + channels;
      store(
          output, type, x * channels + c,
          larger(
              larger(load(top, type, left), load(top, type, right)),
              larger(load(bottom, type, left), load(bottom, type, right))));
    }
}

INLINE void max_pool_row(const pool_work *w, int64_t piece, kernels_scalar type) {
  const int64_t out_height = w->height / 2, out_width = w->width / 2, channels = w->channels;
  const int64_t image = piece / out_height, y = piece % out_height;
  const int64_t row = w->width * channels;
  const void *top = at(w->input, type, (image * w->height + 2 * y) * row);
  max_pool_pixels(
      top, at(top, type, row), at_mutable(w->output, type, piece * out_width * channels), type,
      out_width, channels);
}

VERSIONED_BODY(max_pool_body) {
  const pool_work *w = context;
  if (w->type == kernels_bf16)
    max_pool_row(w, piece, kernels_bf16);
  else
    max_pool_row(w, piece, kernels_f32);
}

void kernels_max_pool(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads) {
  pool_work work = {input, NULL, output, type, height, width, channels};
  kernels_parallel(batch * (height / 2), threads, max_pool_body, &work);
}

INLINE void max_pool_gradient_pixels(
    const void *restrict top, const void *restrict bottom, const void *restrict arriving,
    void *restrict out_top, void *restrict out_bottom, kernels_scalar type, int64_t out_width,
    int64_t channels) {
  for (int64_t x = 0; x < out_width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t left = 2 * x * channels + c, right = left + channels;
      const float a = load(top, type, left), b = load(top, type, right);
      const float d = load(bottom, type, left), e = load(bottom, type, right);
      const float g = load(arriving, type, x * channels + c);
      const float most = larger(larger(a, b), larger(d, e));
      const int is_a = a == most, is_b = !is_a & (b == most);
      const int is_d = !is_a & !is_b & (d == most), is_e = !is_a & !is_b & !is_d;
      store(out_top, type, left, is_a ? g : 0);
      store(out_top, type, right, is_b ? g : 0);
      store(out_bottom, type, left, is_d ? g : 0);
      store(out_bottom, type, right, is_e ? g : 0);
    }
}

/// Zeroes what an odd last row or column of an image leaves over below or beside piece `piece`.
INLINE void clear_remainder(
    const pool_work *w, int64_t y, void *out_top, void *out_bottom, kernels_scalar type) {
  const int64_t row = w->width * w->channels, pixel_size = w->channels * scalar_size(type);
  if (w->width % 2) {
    const int64_t last = row - w->channels;
    memset(at_mutable(out_top, type, last), 0, pixel_size);
    memset(at_mutable(out_bottom, type, last), 0, pixel_size);
  }
  if (w->height % 2 && y == w->height / 2 - 1)
    memset(at_mutable(out_bottom, type, row), 0, row * scalar_size(type));
}

INLINE void max_pool_gradient_rows(const pool_work *w, int64_t piece, kernels_scalar type) {
  const int64_t out_height = w->height / 2, out_width = w->width / 2, channels = w->channels;
  const int64_t image = piece / out_height, y = piece % out_height;
  const int64_t row = w->width * channels;
  const int64_t start = (image * w->height + 2 * y) * row;
  const void *top = at(w->input, type, start);
  void *out_top = at_mutable(w->output, type, start);
  void *out_bottom = at_mutable(out_top, type, row);
  max_pool_gradient_pixels(
      top, at(top, type, row), at(w->output_gradient, type, piece * out_width * channels),
      out_top, out_bottom, type, out_width, channels);
  clear_remainder(w, y, out_top, out_bottom, type);
}

VERSIONED_BODY(max_pool_gradient_body) {
  const pool_work *w = context;
  if (w->type == kernels_bf16)
    max_pool_gradient_rows(w, piece, kernels_bf16);
  else
    max_pool_gradient_rows(w, piece, kernels_f32);
}

void kernels_max_pool_gradient(
    const void *input, const void *output_gradient, kernels_scalar type, int64_t batch,
    int64_t height, int64_t width, int64_t channels, void *input_gradient, int threads) {
  pool_work work = {input, output_gradient, input_gradient, type, height, width, channels};
  kernels_parallel(batch * (height / 2), threads, max_pool_gradient_body, &work);
}

// The mean -----------------------------------------------------------------------------------

INLINE void average_pool_pixels(
    const void *restrict top, const void *restrict bottom, void *restrict output,
    kernels_scalar type, int64_t out_width, int64_t channels) {
  for (int64_t x = 0; x < out_width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t left = 2 * x * channels + c, right = left + channels;
      const float upper = load(top, type, left) + load(top, type, right);
      const float lower = load(bottom, type, left) + load(bottom, type, right);
      store(output, type, x * channels + c, 0.25f * (upper + lower));
    }
}

INLINE void average_pool_row(const pool_work *w, int64_t piece, kernels_scalar type) {
  const int64_t out_height = w->height / 2, out_width = w->width / 2, channels = w->channels;
  const int64_t image = piece / out_height, y = piece % out_height;
  const int64_t row = w->width * channels;
  const void *top = at(w->input, type, (image * w->height + 2 * y) * row);
  average_pool_pixels(
      top, at(top, type, row), at_mutable(w->output, type, piece * out_width * channels), type,
      out_width, channels);
}

VERSIONED_BODY(average_pool_body) {
  const pool_work *w = context;
  if (w->type == kernels_bf16)
    average_pool_row(w, piece, kernels_bf16);
  else
    average_pool_row(w, piece, kernels_f32);
}

void kernels_average_pool(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads) {
  pool_work work = {input, NULL, output, type, height, width, channels};
  kernels_parallel(batch * (height / 2), threads, average_pool_body, &work);
}

INLINE void average_pool_gradient_pixels(
    const void *restrict arriving, void *restrict out_top, void *restrict out_bottom,
    kernels_scalar type, int64_t out_width, int64_t channels) {
  for (int64_t x = 0; x < out_width; ++x)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t left = 2 * x * channels + c, right = left + channels;
      const float g = 0.25f * load(arriving, type, x * channels + c);
      store(out_top, type, left, g);
      store(out_top, type, right, g);
      store(out_bottom, type, left, g);
      store(out_bottom, type, right, g);
    }
}

INLINE void average_pool_gradient_rows(const pool_work *w, int64_t piece, kernels_scalar type) {
  const int64_t out_height = w->height / 2, out_width = w->width / 2, channels = w->channels;
  const int64_t image = piece / out_height, y = piece % out_height;
  const int64_t row = w->width * channels;
  void *out_top = at_mutable(w->output, type, (image * w->height + 2 * y) * row);
  void *out_bottom = at_mutable(out_top, type, row);
  average_pool_gradient_pixels(
      at(w->output_gradient, type, piece * out_width * channels), out_top, out_bottom, type,
      out_width, channels);
  clear_remainder(w, y, out_top, out_bottom, type);
}

VERSIONED_BODY(average_pool_gradient_body) {
  const pool_work *w = context;
  if (w->type == kernels_bf16)
    average_pool_gradient_rows(w, piece, kernels_bf16);
  else
    average_pool_gradient_rows(w, piece, kernels_f32);
}

void kernels_average_pool_gradient(
    const void *output_gradient, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, void *input_gradient, int threads) {
  pool_work work = {NULL, output_gradient, input_gradient, type, height, width, channels};
  kernels_parallel(batch * (height / 2), threads, average_pool_gradient_body, &work);
}
