#include <stdlib.h>

#include "parallel.h"

typedef struct {
  const void *input;
  kernels_scalar type;
  int64_t pixels, channels;
  const float *weights;
  double *parts;  // [piece, {weight, means of channels, sums of squared deviations of channels}]
} weighted_work;

enum { weighted_piece = 1024 };  // Pixels, which stay in the cache from one pass to the next.

// Two passes over each piece: for its means, and for the deviations from them. What rounding leaves
// of the sum of deviations corrects their squares. Pixels of no weight are skipped.
//
// Source: Chan, Golub, LeVeque 1983, equation 1.7.
INLINE void sum_weighted(
    const void *restrict input, kernels_scalar type, int64_t pixels, int64_t channels,
    const float *restrict weights, float *restrict mean, float *restrict rest,
    float *restrict squares, double *restrict part) {
  double weight = 0;
  for (int64_t p = 0; p < pixels; ++p) weight += weights[p];
  memset(part, 0, (1 + 2 * channels) * sizeof *part);
  if (weight == 0) return;
  memset(mean, 0, channels * sizeof *mean);
  memset(rest, 0, channels * sizeof *rest);
  memset(squares, 0, channels * sizeof *squares);
  for (int64_t p = 0; p < pixels; ++p) {
    if (weights[p] == 0) continue;
    for (int64_t c = 0; c < channels; ++c)
      mean[c] += weights[p] * load(input, type, p * channels + c);
  }
  const float inverse = (float)(1 / weight);
  for (int64_t c = 0; c < channels; ++c) mean[c] *= inverse;
  for (int64_t p = 0; p < pixels; ++p) {
    if (weights[p] == 0) continue;
    for (int64_t c = 0; c < channels; ++c) {
      const float deviation = load(input, type, p * channels + c) - mean[c];
      rest[c] += weights[p] * deviation;
      squares[c] += weights[p] * deviation * deviation;
    }
  }
  part[0] = weight;
  for (int64_t c = 0; c < channels; ++c) {
    const double left = (double)rest[c] / weight;
    part[1 + c] = (double)mean[c] + left;
    part[1 + channels + c] = (double)squares[c] - left * left * weight;
  }
}

VERSIONED_BODY(weighted_body) {
  const weighted_work *w = context;
  const int64_t first = piece * weighted_piece, channels = w->channels;
  const int64_t pixels = least(weighted_piece, w->pixels - first);
  const void *input = at(w->input, w->type, first * channels);
  double *part = w->parts + piece * (1 + 2 * channels);
  float *sums = malloc(3 * channels * sizeof *sums);
  if (!sums) abort();
  float *rest = sums + channels, *squares = rest + channels;
  if (w->type == kernels_bf16)
    sum_weighted(
        input, kernels_bf16, pixels, channels, w->weights + first, sums, rest, squares, part);
  else
    sum_weighted(
        input, kernels_f32, pixels, channels, w->weights + first, sums, rest, squares, part);
  free(sums);
}

double kernels_weighted_statistics(
    const void *input, kernels_scalar type, int64_t pixels, int64_t channels,
    const float *weights, float *mean, float *variance, int threads) {
  const int64_t pieces = pieces_of(pixels, weighted_piece), stride = 1 + 2 * channels;
  double *parts = malloc(pieces * stride * sizeof *parts);
  if (!parts) abort();
  const weighted_work work = {input, type, pixels, channels, weights, parts};
  kernels_parallel(pieces, threads, weighted_body, &work);
  double weight = 0;
  for (int64_t p = 0; p < pieces; ++p) weight += parts[p * stride];
  for (int64_t c = 0; c < channels; ++c) {
    double seen = 0, middle = 0, squares = 0;
    for (int64_t p = 0; p < pieces; ++p) {
      const double *part = parts + p * stride;
      if (part[0] == 0) continue;
      const double offset = part[1 + c] - middle, total = seen + part[0];
      middle += offset * part[0] / total;
      squares += part[1 + channels + c] + offset * offset * seen * part[0] / total;
      seen = total;
    }
    const double spread = weight > 0 ? squares / weight : 0;
    mean[c] = (float)middle;
    variance[c] = (float)(spread < 0 ? 0 : spread);  // NaN stays NaN.
  }
  free(parts);
  return weight;
}
