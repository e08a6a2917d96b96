#include <stdlib.h>

#include "parallel.h"

// Upsampling ---------------------------------------------------------------------------------

typedef struct {
  const void *source;
  void *target;
  int64_t height, width, pixel_bytes;
} interleave_work;

static void interleave_row(const void *context, int64_t piece) {
  const interleave_work *w = context;
  const int64_t image = piece / (2 * w->height), row = piece % (2 * w->height);
  const int64_t i = row / 2, a = row % 2;
  const char *groups =
      (const char *)w->source +
      ((image * (w->height + 1) + i + a) * (w->width + 1) * 4 + 2 * a) * w->pixel_bytes;
  char *output = (char *)w->target + piece * 2 * w->width * w->pixel_bytes;
  for (int64_t j = 0; j < w->width; ++j) {
    const char *left = groups + j * 4 * w->pixel_bytes;
    memcpy(output + 2 * j * w->pixel_bytes, left, w->pixel_bytes);
    memcpy(output + (2 * j + 1) * w->pixel_bytes, left + 5 * w->pixel_bytes, w->pixel_bytes);
  }
}

void kernels_interleave(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads) {
  interleave_work work = {input, output, height, width, channels * scalar_size(type)};
  kernels_parallel(batch * 2 * height, threads, interleave_row, &work);
}

static void interleave_gradient_row(const void *context, int64_t piece) {
  const interleave_work *w = context;
  const int64_t image = piece / (w->height + 1), r = piece % (w->height + 1);
  char *groups = (char *)w->target + piece * (w->width + 1) * 4 * w->pixel_bytes;
  for (int64_t q = 0; q <= w->width; ++q)
    for (int64_t a = 0; a < 2; ++a)
      for (int64_t b = 0; b < 2; ++b, groups += w->pixel_bytes) {
        const int64_t i = r - a, j = q - b;
        if (i < 0 || i >= w->height || j < 0 || j >= w->width) {
          memset(groups, 0, w->pixel_bytes);
          continue;
        }
        const int64_t row = (image * w->height + i) * 2 + a;
        memcpy(
            groups,
            (const char *)w->source + (row * 2 * w->width + 2 * j + b) * w->pixel_bytes,
            w->pixel_bytes);
      }
}

void kernels_interleave_gradient(
    const void *output_gradient, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, void *input_gradient, int threads) {
  interleave_work work = {
      output_gradient, input_gradient, height, width, channels * scalar_size(type)};
  kernels_parallel(batch * (height + 1), threads, interleave_gradient_row, &work);
}

// Pixels from channels -----------------------------------------------------------------------

typedef struct {
  const void *source;
  void *target;
  int64_t height, width, factor, pixel_bytes;
  bool is_inverse;
} rearrange_work;

/// One row of the image with fewer channels.
static void rearrange_row(const void *context, int64_t piece) {
  const rearrange_work *w = context;
  const int64_t factor = w->factor, run = factor * w->pixel_bytes;
  const int64_t row = piece / factor, a = piece % factor;
  const int64_t deep = row * w->width * factor + a, wide = piece * w->width;
  for (int64_t j = 0; j < w->width; ++j) {
    // The pixels of a row that come from one position lie side by side in both.
    const int64_t deep_start = (deep + j * factor) * run, wide_start = (wide + j) * run;
    if (w->is_inverse)
      memcpy((char *)w->target + deep_start, (const char *)w->source + wide_start, run);
    else
      memcpy((char *)w->target + wide_start, (const char *)w->source + deep_start, run);
  }
}

static void rearrange(
    const void *source, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, bool is_inverse, void *target, int threads) {
  rearrange_work work = {
      source, target, height, width, factor, channels * scalar_size(type), is_inverse};
  kernels_parallel(batch * height * factor, threads, rearrange_row, &work);
}

void kernels_depth_to_space(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, void *output, int threads) {
  rearrange(input, type, batch, height, width, channels, factor, false, output, threads);
}

void kernels_space_to_depth(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, void *output, int threads) {
  rearrange(input, type, batch, height, width, channels, factor, true, output, threads);
}

// Interior of a padded tensor ----------------------------------------------------------------

typedef struct {
  void *padded;
  const void *addend;
  kernels_scalar type;
  int64_t height, width, channels, padding;
} interior_work;

INLINE void add_interior_row(const interior_work *w, int64_t piece, kernels_scalar type) {
  const int64_t image = piece / w->height, y = piece % w->height, p = w->padding;
  const int64_t row = w->width * w->channels;
  const void *restrict addend = at(w->addend, type, piece * row);
  void *restrict padded = at_mutable(
      w->padded, type,
      ((image * (w->height + 2 * p) + y + p) * (w->width + 2 * p) + p) * w->channels);
  for (int64_t i = 0; i < row; ++i)
    store(padded, type, i, load(padded, type, i) + load(addend, type, i));
}

VERSIONED_BODY(add_interior_body) {
  const interior_work *w = context;
  if (w->type == kernels_bf16)
    add_interior_row(w, piece, kernels_bf16);
  else
    add_interior_row(w, piece, kernels_f32);
}

void kernels_add_to_interior(
    void *padded, const void *addend, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, int64_t padding, int threads) {
  interior_work work = {padded, addend, type, height, width, channels, padding};
  kernels_parallel(batch * height, threads, add_interior_body, &work);
}

// Images as matrices of patches --------------------------------------------------------------

typedef struct {
  const float *source;
  float *target;
  kernels_patches patches;
  int64_t out_width, first_input_row;
} columns_work;

static int64_t output_width(kernels_patches p) {
  return (p.width + 2 * p.padding - p.kernel_width) / p.stride + 1;
}

static void columns_row(const void *context, int64_t piece) {
  const columns_work *w = context;
  const kernels_patches p = w->patches;
  const int64_t patch_row = p.kernel_width * p.channels;
  const size_t pixel_bytes = p.channels * sizeof(float);
  float *column = w->target + piece * w->out_width * p.kernel_height * patch_row;
  for (int64_t x = 0; x < w->out_width; ++x)
    for (int64_t ky = 0; ky < p.kernel_height; ++ky, column += patch_row) {
      const int64_t in_y = (p.first_row + piece) * p.stride + ky - p.padding;
      for (int64_t kx = 0; kx < p.kernel_width; ++kx) {
        const int64_t in_x = x * p.stride + kx - p.padding;
        float *pixel = column + kx * p.channels;
        if (in_y >= 0 && in_y < p.height && in_x >= 0 && in_x < p.width)
          memcpy(pixel, w->source + (in_y * p.width + in_x) * p.channels, pixel_bytes);
        else
          memset(pixel, 0, pixel_bytes);
      }
    }
}

void kernels_image_to_columns(
    const float *input, kernels_patches patches, float *output, int threads) {
  columns_work work = {input, output, patches, output_width(patches), 0};
  kernels_parallel(patches.row_count, threads, columns_row, &work);
}

// Gathers, so that no two threads write one pixel: input row by input row.
static void image_row(const void *context, int64_t piece) {
  const columns_work *w = context;
  const kernels_patches p = w->patches;
  const int64_t patch_row = p.kernel_width * p.channels, in_y = w->first_input_row + piece;
  float *row = w->target + in_y * p.width * p.channels;
  for (int64_t ky = 0; ky < p.kernel_height; ++ky) {
    const int64_t above = in_y + p.padding - ky;
    const int64_t y = above / p.stride - p.first_row;
    if (above < 0 || above % p.stride || y < 0 || y >= p.row_count) continue;
    for (int64_t x = 0; x < w->out_width; ++x) {
      const float *patch =
          w->source + ((y * w->out_width + x) * p.kernel_height + ky) * patch_row;
      for (int64_t kx = 0; kx < p.kernel_width; ++kx) {
        const int64_t in_x = x * p.stride + kx - p.padding;
        if (in_x < 0 || in_x >= p.width) continue;
        for (int64_t c = 0; c < p.channels; ++c)
          row[in_x * p.channels + c] += patch[kx * p.channels + c];
      }
    }
  }
}

void kernels_add_columns_to_image(
    const float *source, kernels_patches patches, float *input, int threads) {
  const kernels_patches p = patches;
  const int64_t top = p.first_row * p.stride - p.padding;
  const int64_t first = top > 0 ? top : 0;
  const int64_t end = least(top + (p.row_count - 1) * p.stride + p.kernel_height, p.height);
  columns_work work = {source, input, patches, output_width(patches), first};
  kernels_parallel(end - first, threads, image_row, &work);
}

// Total variation ----------------------------------------------------------------------------

typedef struct {
  const float *input;
  int64_t height, width, channels;
  const float *factors;
  float *gradient;
  double *row_sums;
} variation_work;

VERSIONED_BODY(variation_row) {
  const variation_work *w = context;
  const int64_t row = w->width * w->channels;
  const float *pixels = w->input + piece * row;
  float sum = 0;
  for (int64_t i = 0; i < row - w->channels; ++i) {
    const float across = pixels[i + w->channels] - pixels[i];
    sum += across * across;
  }
  if (piece % w->height + 1 < w->height)
    for (int64_t i = 0; i < row; ++i) {
      const float down = pixels[i + row] - pixels[i];
      sum += down * down;
    }
  w->row_sums[piece] = sum;
}

void kernels_total_variation(
    const float *input, int64_t batch, int64_t height, int64_t width, int64_t channels,
    double *sums, int threads) {
  double *row_sums = malloc(batch * height * sizeof *row_sums);
  if (!row_sums) abort();
  variation_work work = {input, height, width, channels, NULL, NULL, row_sums};
  kernels_parallel(batch * height, threads, variation_row, &work);
  for (int64_t n = 0; n < batch; ++n) {
    sums[n] = 0;
    for (int64_t y = 0; y < height; ++y) sums[n] += row_sums[n * height + y];
  }
  free(row_sums);
}

VERSIONED_BODY(variation_gradient_row) {
  const variation_work *w = context;
  const int64_t row = w->width * w->channels, y = piece % w->height, c = w->channels;
  const float factor = 2 * w->factors[piece / w->height];
  const float *pixels = w->input + piece * row;
  float *gradient = w->gradient + piece * row;
  for (int64_t i = 0; i < row; ++i) {
    float g = 0;
    if (i >= c) g += pixels[i] - pixels[i - c];
    if (i < row - c) g += pixels[i] - pixels[i + c];
    if (y > 0) g += pixels[i] - pixels[i - row];
    if (y + 1 < w->height) g += pixels[i] - pixels[i + row];
    gradient[i] = factor * g;
  }
}

void kernels_total_variation_gradient(
    const float *input, int64_t batch, int64_t height, int64_t width, int64_t channels,
    const float *factors, float *gradient, int threads) {
  variation_work work = {input, height, width, channels, factors, gradient, NULL};
  kernels_parallel(batch * height, threads, variation_gradient_row, &work);
}
