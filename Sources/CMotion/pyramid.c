#include "vectors.h"

typedef struct {
  const uint8_t *rgb, *opacity;
  const float *grey;
  float *colors, *half;
  int64_t width, height;
} halving;

/// Copies a row's ends into the border beside it, and the first and last row into that above and below.
INLINE void extend(float *grey, int64_t width, int64_t height, int64_t y) {
  const int64_t stride = grey_stride(width);
  float *row = grey + grey_index(width, 0, y);
  for (int64_t x = 1; x <= motion_border; x++) {
    row[-x] = row[0];
    row[width - 1 + x] = row[width - 1];
  }
  for (int64_t i = 1; i <= motion_border; i++) {
    if (y == 0) memcpy(row - motion_border - i * stride, row - motion_border, stride * sizeof *row);
    if (y == height - 1)
      memcpy(row - motion_border + i * stride, row - motion_border, stride * sizeof *row);
  }
}

VERSIONED halve_picture_row(const void *context, int64_t y) {
  const halving *w = context;
  const int64_t width = (w->width + 1) / 2, height = (w->height + 1) / 2;
  const int64_t rows[2] = {2 * y, smaller(2 * y + 1, w->height - 1)};
  float *grey = w->half + grey_index(width, 0, y);
  for (int64_t x = 0; x < width; x++) {
    const int64_t columns[2] = {2 * x, smaller(2 * x + 1, w->width - 1)};
    int32_t sums[4] = {0};
    for (int i = 0; i < 4; i++) {
      const int64_t pixel = rows[i / 2] * w->width + columns[i % 2];
      for (int c = 0; c < 3; c++) sums[c] += w->rgb[3 * pixel + c];
      sums[3] += w->opacity ? w->opacity[pixel] : 255;
    }
    for (int c = 0; c < 4; c++) w->colors[4 * (y * width + x) + c] = 0.25f * (float)sums[c];
    // The luminance of BT.601.
    grey[x] = (float)(77 * sums[0] + 150 * sums[1] + 29 * sums[2]) * (1.0f / 1024);
  }
  extend(w->half, width, height, y);
}

void motion_halve_picture(
    const uint8_t *rgb, const uint8_t *opacity, int64_t width, int64_t height, float *colors,
    float *grey, int threads) {
  halving work = {rgb, opacity, NULL, colors, grey, width, height};
  kernels_parallel((height + 1) / 2, threads, halve_picture_row, &work);
}

VERSIONED halve_grey_row(const void *context, int64_t y) {
  const halving *w = context;
  const int64_t width = (w->width + 1) / 2, height = (w->height + 1) / 2;
  // The border has what is missing at an odd size.
  const float *top = w->grey + grey_index(w->width, 0, 2 * y);
  const float *bottom = top + grey_stride(w->width);
  float *half = w->half + grey_index(width, 0, y);
  for (int64_t x = 0; x < width; x++)
    half[x] = 0.25f * ((top[2 * x] + top[2 * x + 1]) + (bottom[2 * x] + bottom[2 * x + 1]));
  extend(w->half, width, height, y);
}

void motion_halve_grey(
    const float *grey, int64_t width, int64_t height, float *half, int threads) {
  halving work = {NULL, NULL, grey, NULL, half, width, height};
  kernels_parallel((height + 1) / 2, threads, halve_grey_row, &work);
}
