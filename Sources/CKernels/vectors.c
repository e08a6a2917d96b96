#include <stdlib.h>

#include "parallel.h"

typedef struct {
  const float *a;
  const float *b;
  float *sum;
  double *products;  // A sum per piece.
  float factor;
  int64_t count;
} vector_work;

enum { lanes = 16 };  // Independent sums, so that the loop vectorizes in a fixed order.

INLINE double dot(const float *restrict a, const float *restrict b, int64_t count) {
  double sums[lanes] = {0};
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (int j = 0; j < lanes; ++j) sums[j] += (double)a[i + j] * b[i + j];
  double sum = 0;
  for (; i < count; ++i) sum += (double)a[i] * b[i];
  for (int j = 0; j < lanes; ++j) sum += sums[j];
  return sum;
}

VERSIONED_BODY(dot_body) {
  const vector_work *w = context;
  const int64_t first = piece * flat_piece;
  w->products[piece] = dot(w->a + first, w->b + first, least(flat_piece, w->count - first));
}

double kernels_dot(const float *a, const float *b, int64_t count, int threads) {
  const int64_t pieces = pieces_of(count, flat_piece);
  double *products = malloc((pieces + 1) * sizeof *products);
  if (!products) abort();
  vector_work work = {.a = a, .b = b, .products = products, .count = count};
  kernels_parallel(pieces, threads, dot_body, &work);
  double sum = 0;
  for (int64_t p = 0; p < pieces; ++p) sum += products[p];
  free(products);
  return sum;
}

INLINE void add_scaled(
    float *restrict sum, const float *restrict addend, float factor, int64_t count) {
  for (int64_t i = 0; i < count; ++i) sum[i] += factor * addend[i];
}

VERSIONED_BODY(add_scaled_body) {
  const vector_work *w = context;
  const int64_t first = piece * flat_piece;
  add_scaled(w->sum + first, w->a + first, w->factor, least(flat_piece, w->count - first));
}

void kernels_add_scaled(
    float *sum, const float *addend, float factor, int64_t count, int threads) {
  vector_work work = {.a = addend, .sum = sum, .factor = factor, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, add_scaled_body, &work);
}

INLINE void clamp(float *values, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float value = values[i] < 0 ? 0 : values[i];
    values[i] = value > 1 ? 1 : value;
  }
}

VERSIONED_BODY(clamp_body) {
  const vector_work *w = context;
  const int64_t first = piece * flat_piece;
  clamp(w->sum + first, least(flat_piece, w->count - first));
}

void kernels_clamp(float *values, int64_t count, int threads) {
  vector_work work = {.sum = values, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, clamp_body, &work);
}

INLINE void project_gradient(
    float *restrict gradient, const float *restrict values, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const int is_held = ((values[i] <= 0) & (gradient[i] > 0)) | ((values[i] >= 1) & (gradient[i] < 0));
    gradient[i] = is_held ? 0 : gradient[i];
  }
}

VERSIONED_BODY(project_gradient_body) {
  const vector_work *w = context;
  const int64_t first = piece * flat_piece;
  project_gradient(w->sum + first, w->a + first, least(flat_piece, w->count - first));
}

void kernels_project_gradient(float *gradient, const float *values, int64_t count, int threads) {
  vector_work work = {.a = values, .sum = gradient, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, project_gradient_body, &work);
}

INLINE void restrict_direction(
    float *restrict direction, const float *restrict values, const float *restrict gradient,
    int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const int is_low = values[i] <= 0, is_high = values[i] >= 1;
    const int is_held = ((is_low | is_high) & (gradient[i] == 0)) | (is_low & (direction[i] < 0)) |
                        (is_high & (direction[i] > 0));
    direction[i] = is_held ? 0 : direction[i];
  }
}

VERSIONED_BODY(restrict_direction_body) {
  const vector_work *w = context;
  const int64_t first = piece * flat_piece;
  restrict_direction(
      w->sum + first, w->a + first, w->b + first, least(flat_piece, w->count - first));
}

void kernels_restrict_direction(
    float *direction, const float *values, const float *gradient, int64_t count, int threads) {
  vector_work work = {.a = values, .b = gradient, .sum = direction, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, restrict_direction_body, &work);
}
