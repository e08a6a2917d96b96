#include <stddef.h>

#include "vectors.h"

typedef struct {
  motion_source first, second;
  const uint8_t *fresh;
  const float *fresh_colors;
  float *records, *colors;
  uint8_t *rgb, *rgbx;
  int64_t width, height;
  float renewal;
} blending;

/// Scalars of a half pixel's record: columns, rows and weight of the first picture, then of the second,
/// and two that are not used.
enum { record = 8 };

VERSIONED record_row(const void *context, int64_t y) {
  const blending *w = context;
  const int64_t width = (w->width + 1) / 2, plane = width * ((w->height + 1) / 2);
  for (int64_t i = y * width; i < (y + 1) * width; i++) {
    const eight_floats r = {
        w->first.flow[i],  w->first.flow[plane + i],  w->first.weights[i],
        w->second.flow[i], w->second.flow[plane + i], w->second.weights[i]};
    STORE(w->records + record * i, r);
  }
}

/// The shares of four pixels in a row by Catmull and Rom's cubic, `t` after the second.
INLINE four_floats cubic(float t) {
  return (four_floats){
      ((-0.5f * t + 1) * t - 0.5f) * t, (1.5f * t - 2.5f) * t * t + 1,
      ((-1.5f * t + 2) * t + 0.5f) * t, (0.5f * t - 0.5f) * t * t};
}

INLINE sixteen_floats pixels_around(const uint8_t *rgbx, const blending *w, int64_t x, int64_t y) {
  const uint8_t *row = rgbx + 4 * within(y, w->height - 1) * w->width;
  sixteen_bytes levels;
  if (x >= 1 && x + 2 < w->width) {
    levels = LOAD(sixteen_bytes, row + 4 * (x - 1));
  } else {
    for (int i = 0; i < 4; i++)
      memcpy((uint8_t *)&levels + 4 * i, row + 4 * within(x - 1 + i, w->width - 1), 4);
  }
  return __builtin_convertvector(levels, sixteen_floats);
}

/// A picture's colour at a place between its pixels.
INLINE four_floats color_at(const uint8_t *rgbx, const blending *w, float x, float y) {
  x = bounded(x, 0, (float)(w->width - 1));
  y = bounded(y, 0, (float)(w->height - 1));
  const int64_t left = (int64_t)x, top = (int64_t)y;
  const four_floats across = cubic(x - (float)left), down = cubic(y - (float)top);
  sixteen_floats rows = down[0] * pixels_around(rgbx, w, left, top - 1);
  rows += down[1] * pixels_around(rgbx, w, left, top);
  rows += down[2] * pixels_around(rgbx, w, left, top + 1);
  rows += down[3] * pixels_around(rgbx, w, left, top + 2);
  return across[0] * __builtin_shufflevector(rows, rows, 0, 1, 2, 3)
         + across[1] * __builtin_shufflevector(rows, rows, 4, 5, 6, 7)
         + across[2] * __builtin_shufflevector(rows, rows, 8, 9, 10, 11)
         + across[3] * __builtin_shufflevector(rows, rows, 12, 13, 14, 15);
}

VERSIONED blend_row(const void *context, int64_t y) {
  const blending *w = context;
  const int64_t width = (w->width + 1) / 2, height = (w->height + 1) / 2;
  for (int64_t x = 0; x < w->width; x++) {
    const neighbours n = around(
        0.5f * (float)x - 0.25f, 0.5f * (float)y - 0.25f, width, height);
    const eight_floats r =
        n.a * LOAD(eight_floats, w->records + record * n.above_left)
        + n.b * LOAD(eight_floats, w->records + record * n.above_right)
        + n.c * LOAD(eight_floats, w->records + record * n.below_left)
        + n.d * LOAD(eight_floats, w->records + record * n.below_right);
    const int64_t i = y * w->width + x;
    const float first = r[2], second = r[5];
    four_floats color = {w->fresh[3 * i], w->fresh[3 * i + 1], w->fresh[3 * i + 2], 0};
    const four_floats fresh = color;
    if (second > 0 && first < 1)
      color += second * (color_at(w->second.levels, w, (float)x + 2 * r[3], (float)y + 2 * r[4]) - color);
    if (first > 0)
      color += first * (color_at(w->first.levels, w, (float)x + 2 * r[0], (float)y + 2 * r[1]) - color);
    color += w->renewal * (fresh - color);
    for (int c = 0; c < 3; c++) {
      const uint8_t level = (uint8_t)(bounded(color[c], 0, 255) + 0.5f);
      w->rgb[3 * i + c] = level;
      w->rgbx[4 * i + c] = level;
    }
    w->rgbx[4 * i + 3] = 0;
  }
}

void motion_blend(
    motion_source first, motion_source second, const uint8_t *fresh, int64_t width, int64_t height,
    float renewal, float *records, uint8_t *rgb, uint8_t *rgbx, int threads) {
  blending work = {first, second, fresh, NULL, records, NULL, rgb, rgbx, width, height, renewal};
  kernels_parallel((height + 1) / 2, threads, record_row, &work);
  kernels_parallel(height, threads, blend_row, &work);
}

VERSIONED blend_colors_row(const void *context, int64_t y) {
  const blending *w = context;
  for (int64_t i = y * w->width; i < (y + 1) * w->width; i++) {
    const four_floats fresh = LOAD(four_floats, w->fresh_colors + 4 * i);
    four_floats color = fresh;
    color += w->second.weights[i] * (LOAD(four_floats, w->second.colors + 4 * i) - color);
    color += w->first.weights[i] * (LOAD(four_floats, w->first.colors + 4 * i) - color);
    color += w->renewal * (fresh - color);
    STORE(w->colors + 4 * i, color);
  }
}

void motion_blend_colors(
    motion_source first, motion_source second, const float *fresh, int64_t width, int64_t height,
    float renewal, float *colors, int threads) {
  blending work = {first, second, NULL, fresh, NULL, colors, NULL, NULL, width, height, renewal};
  kernels_parallel(height, threads, blend_colors_row, &work);
}
