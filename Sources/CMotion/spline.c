#include <stdlib.h>

#include "vectors.h"

typedef struct {
  const uint8_t *rgb;
  int16_t *coefficients;
  int64_t width, height;
} spline;

/// Pixels on each side that a coefficient depends on: the next would count less than 1/10,000.
enum { reach = 7 };

/// The shares of a pixel and of those after it: √3 · (√3 − 2)ⁿ.
static const float shares[reach + 1] = {1.7320508f,     -0.46410162f,    0.12435565f,
                                        -0.033321f,     0.0089283356f,   -0.0023923403f,
                                        0.00064102565f, -0.00017176231f};

VERSIONED spline_row(const void *context, int64_t y) {
  const spline *w = context;
  float *columns = calloc(4 * w->width, sizeof *columns);
  if (!columns) abort();
  for (int64_t i = -reach; i <= reach; i++) {
    const uint8_t *row = w->rgb + 3 * mirrored(y + i, w->height - 1) * w->width;
    const float share = shares[i < 0 ? -i : i];
    for (int64_t x = 0; x < w->width; x++)
      for (int c = 0; c < 3; c++) columns[4 * x + c] += share * row[3 * x + c];
  }
  for (int64_t x = 0; x < w->width; x++) {
    four_floats total = {0};
    for (int64_t i = -reach; i <= reach; i++)
      total += shares[i < 0 ? -i : i]
               * LOAD(four_floats, columns + 4 * mirrored(x + i, w->width - 1));
    for (int c = 0; c < 4; c++)
      w->coefficients[4 * (y * w->width + x) + c] =
          (int16_t)__builtin_floorf(motion_spline_scale * total[c] + 0.5f);
  }
  free(columns);
}

void motion_spline(
    const uint8_t *rgb, int64_t width, int64_t height, int16_t *coefficients, int threads) {
  spline work = {rgb, coefficients, width, height};
  kernels_parallel(height, threads, spline_row, &work);
}
