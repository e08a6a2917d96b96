#include "vectors.h"

typedef struct {
  const uint8_t *first, *second;
  const float *flow, *weights;
  double *sums;
  int64_t width, height;
} changing;

VERSIONED change_row(const void *context, int64_t y) {
  const changing *w = context;
  const int64_t width = (w->width + 1) / 2, plane = width * ((w->height + 1) / 2);
  double total = 0, count = 0;
  for (int64_t x = 0; x < width; x++) {
    const int64_t i = y * width + x;
    if (w->weights[i] < 0.5f) continue;
    const neighbours n = around(
        (float)(2 * x) + 2 * w->flow[i], (float)(2 * y) + 2 * w->flow[plane + i], w->width,
        w->height);
    for (int c = 0; c < 3; c++) {
      const float level = n.a * w->first[3 * n.above_left + c] + n.b * w->first[3 * n.above_right + c]
                          + n.c * w->first[3 * n.below_left + c]
                          + n.d * w->first[3 * n.below_right + c];
      const float difference = level - w->second[3 * (2 * y * w->width + 2 * x) + c];
      total += difference * difference;
    }
    count += 3;
  }
  w->sums[2 * y] = total;
  w->sums[2 * y + 1] = count;
}

void motion_change(
    const uint8_t *first, const uint8_t *second, const float *flow, const float *weights,
    int64_t width, int64_t height, double *sums, int threads) {
  changing work = {first, second, flow, weights, sums, width, height};
  kernels_parallel((height + 1) / 2, threads, change_row, &work);
}
