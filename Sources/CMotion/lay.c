#include "vectors.h"

typedef struct {
  motion_layer layer;
  const float *tint, *seen;
  const uint8_t *fresh;
  float *records;
  double *sums;
  uint8_t *rgb;
  int64_t width, height;
  float strength;
} laying;

/// Scalars of a half pixel's record: columns, rows, weight and the share that is seen.
enum { record = 4 };

VERSIONED record_row(const void *context, int64_t y) {
  const laying *w = context;
  const motion_layer layer = w->layer;
  const int64_t width = (w->width + 1) / 2, plane = width * ((w->height + 1) / 2);
  for (int64_t i = y * width; i < (y + 1) * width; i++) {
    const four_floats r = {
        layer.flow[i], layer.flow[plane + i], w->strength * layer.weights[i], w->seen[i]};
    STORE(w->records + record * i, r);
  }
}

/// The shares of four pixels in a row by the cubic B-spline, `t` after the second.
INLINE four_floats cubic(float t) {
  const float u = 1 - t;
  const float first = u * u * u * (1.0f / 6), last = t * t * t * (1.0f / 6);
  const float second = (2.0f / 3) - t * t * (1 - 0.5f * t);
  return (four_floats){first, second, 1 - first - second - last, last};
}

/// The coefficients of four pixels in a row from the one before column `x` on.
INLINE sixteen_floats pixels_around(const laying *w, int64_t x, int64_t y) {
  const int16_t *row = w->layer.coefficients + 4 * mirrored(y, w->height - 1) * w->width;
  sixteen_shorts coefficients;
  for (int i = 0; i < 4; i++)
    memcpy(
        (int16_t *)&coefficients + 4 * i, row + 4 * mirrored(x - 1 + i, w->width - 1),
        4 * sizeof *row);
  return __builtin_convertvector(coefficients, sixteen_floats);
}

/// A picture's colour at a place between its pixels.
INLINE four_floats color_at(const laying *w, float x, float y) {
  x = bounded(x, 0, (float)(w->width - 1));
  y = bounded(y, 0, (float)(w->height - 1));
  const int64_t left = (int64_t)x, top = (int64_t)y;
  const four_floats across = (1.0f / motion_spline_scale) * cubic(x - (float)left);
  const four_floats down = cubic(y - (float)top);
  sixteen_floats rows;
  if (left >= 1 && left + 2 < w->width && top >= 1 && top + 2 < w->height) {
    const int64_t line = 4 * w->width;
    const int16_t *first = w->layer.coefficients + (top - 1) * line + 4 * (left - 1);
#define ROW(i) __builtin_convertvector(LOAD(sixteen_shorts, first + i * line), sixteen_floats)
    rows = down[0] * ROW(0) + down[1] * ROW(1) + (down[2] * ROW(2) + down[3] * ROW(3));
#undef ROW
  } else {
    rows = down[0] * pixels_around(w, left, top - 1) + down[1] * pixels_around(w, left, top)
           + (down[2] * pixels_around(w, left, top + 1) + down[3] * pixels_around(w, left, top + 2));
  }
  return (across[0] * __builtin_shufflevector(rows, rows, 0, 1, 2, 3)
          + across[1] * __builtin_shufflevector(rows, rows, 4, 5, 6, 7))
         + (across[2] * __builtin_shufflevector(rows, rows, 8, 9, 10, 11)
            + across[3] * __builtin_shufflevector(rows, rows, 12, 13, 14, 15));
}

VERSIONED lay_row(const void *context, int64_t y) {
  const laying *w = context;
  const int64_t width = (w->width + 1) / 2, height = (w->height + 1) / 2;
  const four_floats tint = {w->tint[0], w->tint[1], w->tint[2], 0};
  const float line = bounded(0.5f * (float)y - 0.25f, 0, (float)(height - 1));
  const int64_t top = (int64_t)line, bottom = smaller(top + 1, height - 1);
  const float fy = line - (float)top;
  const float *above = w->records + record * top * width;
  const float *below = w->records + record * bottom * width;
  for (int64_t x = 0; x < w->width; x++) {
    // Columns 2 n + 1 and 2 n + 2 lie between half pixels n and n + 1.
    const int64_t left = x == 0 ? 0 : (x - 1) / 2, right = smaller(left + 1, width - 1);
    const float fx = x == 0 ? 0 : x % 2 == 1 ? 0.25f : 0.75f;
    const four_floats r = (1 - fy) * ((1 - fx) * LOAD(four_floats, above + record * left)
                                      + fx * LOAD(four_floats, above + record * right))
                          + fy * ((1 - fx) * LOAD(four_floats, below + record * left)
                                  + fx * LOAD(four_floats, below + record * right));
    if (r[2] <= 0 || r[3] <= 0) continue;
    const four_floats color = color_at(w, (float)x + 2 * r[0], (float)y + 2 * r[1]) + tint;
    uint8_t *pixel = w->rgb + 3 * (y * w->width + x);
    const four_floats under = {pixel[0], pixel[1], pixel[2], 0};
    const four_floats level = under + r[2] * (color - under), none = {0}, all = none + 255;
    const four_floats shown = __builtin_elementwise_min(__builtin_elementwise_max(level, none), all);
    const four_ints rounded = __builtin_convertvector(shown + 0.5f, four_ints);
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)rounded[c];
  }
}

void motion_lay(
    motion_layer layer, float strength, const float *tint, const float *seen, int64_t width,
    int64_t height, float *records, uint8_t *rgb, int threads) {
  laying work = {layer, tint, seen, NULL, records, NULL, rgb, width, height, strength};
  kernels_parallel((height + 1) / 2, threads, record_row, &work);
  kernels_parallel(height, threads, lay_row, &work);
}

VERSIONED tint_row(const void *context, int64_t y) {
  const laying *w = context;
  const int64_t width = (w->width + 1) / 2, plane = width * ((w->height + 1) / 2);
  double sums[4] = {0};
  for (int64_t x = 0; x < width; x++) {
    const int64_t i = y * width + x;
    if (w->layer.weights[i] < 0.5f) continue;
    const float right = (float)(2 * x) + 2 * w->layer.flow[i] + 0.5f;
    const float down = (float)(2 * y) + 2 * w->layer.flow[plane + i] + 0.5f;
    const int64_t from = within((int64_t)down, w->height - 1) * w->width
                         + within((int64_t)right, w->width - 1);
    for (int c = 0; c < 3; c++)
      sums[c] += w->fresh[3 * (2 * y * w->width + 2 * x) + c]
                 - (1.0 / motion_spline_scale) * w->layer.coefficients[4 * from + c];
    sums[3]++;
  }
  memcpy(w->sums + 4 * y, sums, sizeof sums);
}

void motion_tint(
    motion_layer layer, const uint8_t *rgb, int64_t width, int64_t height, double *sums,
    int threads) {
  laying work = {layer, NULL, NULL, rgb, NULL, sums, NULL, width, height, 1};
  kernels_parallel((height + 1) / 2, threads, tint_row, &work);
}
