#include <stdlib.h>

#include "parallel.h"

// The mean and the sum of squared deviations of many pixels are put together from those of few. Each
// time the first of them, or their mean, is the pivot that is subtracted: being one of those that
// are summed up, it can lie far from their mean only where they deviate much, so that subtracting
// the squares costs no more than the last digits, wherever an outlier is and whatever the offset.
//
// Source: Chan, Golub, LeVeque 1979.

enum {
  run_pixels = 16,                     // Whose numbers stay in registers.
  group_pixels = 16 * run_pixels,      // Whose runs are summed up in f32, …
  statistics_piece = 8 * group_pixels, // … and whose groups in double precision.
};

/// The pixels of a channel in a part of an image.
typedef struct {
  double mean, squares;  // Squares of deviations from the mean, summed up.
} moments;

typedef struct {
  const void *input;
  kernels_scalar type;
  int64_t pixels, channels, pieces_per_image;
  moments *parts;  // [image, piece, channel]
} statistics_work;

/// Adds `added_count` pixels to `count`.
INLINE void add_moments(moments *all, int64_t count, moments added, int64_t added_count) {
  const double offset = added.mean - all->mean, total = (double)(count + added_count);
  all->mean += offset * (double)added_count / total;
  all->squares +=
      added.squares + offset * offset * (double)count * (double)added_count / total;
}

/// Adds a run of `count` pixels to the sums of its group, for each channel.
///
/// - pivot: The mean of the group's first run.
/// - offsets: The means of all runs from that, summed up.
/// - spread: Their squares.
/// - squares: The squares of all deviations from the runs' means.
INLINE void add_run(
    const void *restrict pixels, kernels_scalar type, int64_t count, int64_t channels,
    bool is_first, float *restrict pivot, float *restrict offsets, float *restrict spread,
    float *restrict squares) {
  const float share = 1 / (float)count;
  for (int64_t c = 0; c < channels; ++c) {
    const float first = load(pixels, type, c);
    float sum = 0, square = 0;
#pragma clang loop unroll(full)
    for (int64_t p = 1; p < count; ++p) {
      const float x = load(pixels, type, p * channels + c) - first;
      sum += x;
      square += x * x;
    }
    const float mean = sum * share;
    if (is_first) pivot[c] = first + mean;
    const float offset = (first - pivot[c]) + mean;
    offsets[c] = offset + (is_first ? 0 : offsets[c]);
    spread[c] = offset * offset + (is_first ? 0 : spread[c]);
    squares[c] = square - sum * mean + (is_first ? 0 : squares[c]);
  }
}

/// Adds a group of `runs` runs of `count` pixels each to the `before` pixels of a piece.
INLINE void add_group(
    const void *restrict pixels, kernels_scalar type, int64_t runs, int64_t count,
    int64_t channels, float *sums, int64_t before, moments *piece) {
  float *pivot = sums, *offsets = sums + channels;
  float *spread = sums + 2 * channels, *squares = sums + 3 * channels;
  add_run(pixels, type, count, channels, true, pivot, offsets, spread, squares);
  for (int64_t run = 1; run < runs; ++run)
    add_run(
        at(pixels, type, run * count * channels), type, count, channels, false, pivot, offsets,
        spread, squares);
  for (int64_t c = 0; c < channels; ++c) {
    const double mean = (double)offsets[c] / (double)runs;
    const moments group = {
        .mean = (double)pivot[c] + mean,
        .squares = (double)squares[c] +
                   (double)count * ((double)spread[c] - mean * (double)offsets[c])};
    add_moments(piece + c, before, group, runs * count);
  }
}

INLINE void add_pixels(
    const void *restrict input, kernels_scalar type, int64_t pixels, int64_t channels,
    float *sums, moments *piece) {
  int64_t done = 0;
  for (; pixels - done >= run_pixels;) {
    const int64_t runs = least(pixels - done, group_pixels) / run_pixels;
    add_group(
        at(input, type, done * channels), type, runs, run_pixels, channels, sums, done, piece);
    done += runs * run_pixels;
  }
  if (done < pixels)
    add_group(
        at(input, type, done * channels), type, 1, pixels - done, channels, sums, done, piece);
}

VERSIONED_BODY(statistics_body) {
  const statistics_work *w = context;
  const int64_t channels = w->channels;
  const int64_t image = piece / w->pieces_per_image, part = piece % w->pieces_per_image;
  const int64_t first = part * statistics_piece;
  const int64_t pixels = least(statistics_piece, w->pixels - first);
  const void *input = at(w->input, w->type, (image * w->pixels + first) * channels);
  moments *moments_of_piece = w->parts + piece * channels;
  memset(moments_of_piece, 0, channels * sizeof *moments_of_piece);
  float *sums = malloc(4 * channels * sizeof *sums);
  if (!sums) abort();
  if (w->type == kernels_bf16)
    add_pixels(input, kernels_bf16, pixels, channels, sums, moments_of_piece);
  else
    add_pixels(input, kernels_f32, pixels, channels, sums, moments_of_piece);
  free(sums);
}

void kernels_channel_statistics(
    const void *input, kernels_scalar type, int64_t batch, int64_t pixels, int64_t channels,
    float *mean, float *variance, int threads) {
  const int64_t pieces = pieces_of(pixels, statistics_piece);
  moments *parts = malloc(batch * pieces * channels * sizeof *parts);
  if (!parts) abort();
  const statistics_work work = {input, type, pixels, channels, pieces, parts};
  kernels_parallel(batch * pieces, threads, statistics_body, &work);
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t c = 0; c < channels; ++c) {
      moments all = {0, 0};
      for (int64_t p = 0; p < pieces; ++p) {
        const int64_t before = p * statistics_piece;
        add_moments(
            &all, before, parts[(n * pieces + p) * channels + c],
            least(statistics_piece, pixels - before));
      }
      const double spread = all.squares / (double)pixels;
      mean[n * channels + c] = (float)all.mean;
      variance[n * channels + c] = (float)(spread < 0 ? 0 : spread);  // NaN stays NaN.
    }
  free(parts);
}
