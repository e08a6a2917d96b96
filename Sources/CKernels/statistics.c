#include <stdlib.h>

#include "parallel.h"

typedef struct {
  const void *input;
  kernels_scalar type;
  int64_t pixels, channels, pieces_per_image;
  float *sums;  // [image, piece, {sum, sum of squares}, channel]
} statistics_work;

enum { statistics_piece = 2048 };  // Pixels; short enough for f32 sums to stay exact to 1e-6.

// Sums differences from a pivot, the image's first pixel: where a channel hardly varies about a
// mean far from zero, squares of the values themselves would cancel.
INLINE void sum_pixels(
    const void *restrict input, kernels_scalar type, int64_t first, int64_t last,
    int64_t channels, float *restrict sum, float *restrict square) {
  memset(sum, 0, channels * sizeof *sum);
  memset(square, 0, channels * sizeof *square);
  int64_t p = first;
  for (; p + 4 <= last; p += 4)
    for (int64_t c = 0; c < channels; ++c) {
      float pivot = load(input, type, c);
      float x0 = load(input, type, p * channels + c) - pivot;
      float x1 = load(input, type, (p + 1) * channels + c) - pivot;
      float x2 = load(input, type, (p + 2) * channels + c) - pivot;
      float x3 = load(input, type, (p + 3) * channels + c) - pivot;
      sum[c] += (x0 + x1) + (x2 + x3);
      square[c] += (x0 * x0 + x1 * x1) + (x2 * x2 + x3 * x3);
    }
  for (; p < last; ++p)
    for (int64_t c = 0; c < channels; ++c) {
      float x = load(input, type, p * channels + c) - load(input, type, c);
      sum[c] += x;
      square[c] += x * x;
    }
}

VERSIONED_BODY(statistics_body) {
  const statistics_work *w = context;
  int64_t image = piece / w->pieces_per_image, part = piece % w->pieces_per_image;
  int64_t first = part * statistics_piece, last = least(first + statistics_piece, w->pixels);
  const void *input = at(w->input, w->type, image * w->pixels * w->channels);
  float *sum = w->sums + piece * 2 * w->channels;
  if (w->type == kernels_bf16)
    sum_pixels(input, kernels_bf16, first, last, w->channels, sum, sum + w->channels);
  else
    sum_pixels(input, kernels_f32, first, last, w->channels, sum, sum + w->channels);
}

void kernels_channel_statistics(
    const void *input, kernels_scalar type, int64_t batch, int64_t pixels, int64_t channels,
    float *mean, float *variance, int threads) {
  int64_t pieces = pieces_of(pixels, statistics_piece);
  float *sums = malloc(batch * pieces * 2 * channels * sizeof *sums);
  if (!sums) abort();
  statistics_work work = {input, type, pixels, channels, pieces, sums};
  kernels_parallel(batch * pieces, threads, statistics_body, &work);
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t c = 0; c < channels; ++c) {
      double sum = 0, square = 0;
      for (int64_t p = 0; p < pieces; ++p) {
        const float *part = sums + (n * pieces + p) * 2 * channels;
        sum += part[c];
        square += part[channels + c];
      }
      double offset = sum / (double)pixels;
      double spread = square / (double)pixels - offset * offset;
      float pivot = load(input, type, n * pixels * channels + c);
      mean[n * channels + c] = (float)(pivot + offset);
      variance[n * channels + c] = (float)(spread > 0 ? spread : 0);
    }
  free(sums);
}
