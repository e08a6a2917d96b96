#include "vectors.h"

typedef struct {
  const float *flow, *back, *colors, *origin, *input;
  float *output;
  int64_t width, height;
  float tolerance;
} comparison;

/// Half pixels at a picture's border whose strokes are those of a border, and do not move inwards.
enum { margin = 4 };

/// The distance of a place from the border.
INLINE float inset(float x, float y, int64_t width, int64_t height) {
  const float right = (float)(width - 1) - x, bottom = (float)(height - 1) - y;
  const float across = x < right ? x : right, down = y < bottom ? y : bottom;
  return across < down ? across : down;
}

/// Pixels within which a mask shrinks, and those over which its edge is then softened.
enum { shrinking = 2, softening = 2 };

VERSIONED compare_row(const void *context, int64_t y) {
  const comparison *w = context;
  const int64_t plane = w->width * w->height;
  for (int64_t x = 0; x < w->width; x++) {
    const int64_t i = y * w->width + x;
    const float dx = w->flow[i], dy = w->flow[plane + i];
    const float to_x = (float)x + dx, to_y = (float)y + dy;
    const neighbours n = around(to_x, to_y, w->width, w->height);
    const float back_x = at(w->back, n), back_y = at(w->back + plane, n);
    const four_floats color = n.a * LOAD(four_floats, w->origin + 4 * n.above_left)
                              + n.b * LOAD(four_floats, w->origin + 4 * n.above_right)
                              + n.c * LOAD(four_floats, w->origin + 4 * n.below_left)
                              + n.d * LOAD(four_floats, w->origin + 4 * n.below_right);
    const four_floats difference = color - LOAD(four_floats, w->colors + 4 * i);
    float largest = 0;
    for (int c = 0; c < 4; c++) {
      const float size = __builtin_fabsf(difference[c]);
      largest = size > largest ? size : largest;
    }
    const float rest_x = dx + back_x, rest_y = dy + back_y;
    const float moved = dx * dx + dy * dy + back_x * back_x + back_y * back_y;
    const int isInside = to_x > -0.5f && to_x < (float)w->width - 0.5f && to_y > -0.5f
                         && to_y < (float)w->height - 0.5f;
    const float depth = inset(to_x, to_y, w->width, w->height);
    const int isAtHome =
        depth >= margin || inset((float)x, (float)y, w->width, w->height) <= depth + 1;
    w->output[i] = isInside && isAtHome && largest < w->tolerance
                   && rest_x * rest_x + rest_y * rest_y < 0.01f * moved + 1;
  }
}

/// The least of the pixels around in columns, then the least in rows.
VERSIONED shrink_row(const void *context, int64_t y) {
  const comparison *w = context;
  for (int64_t x = 0; x < w->width; x++) {
    float least = 1;
    for (int64_t i = -shrinking; i <= shrinking; i++) {
      const float value = w->input[y * w->width + within(x + i, w->width - 1)];
      least = value < least ? value : least;
    }
    w->output[y * w->width + x] = least;
  }
}

VERSIONED shrink_column(const void *context, int64_t y) {
  const comparison *w = context;
  for (int64_t x = 0; x < w->width; x++) {
    float least = 1;
    for (int64_t i = -shrinking; i <= shrinking; i++) {
      const float value = w->input[within(y + i, w->height - 1) * w->width + x];
      least = value < least ? value : least;
    }
    w->output[y * w->width + x] = least;
  }
}

VERSIONED soften_row(const void *context, int64_t y) {
  const comparison *w = context;
  for (int64_t x = 0; x < w->width; x++) {
    float total = 0;
    for (int64_t i = -softening; i <= softening; i++)
      total += w->input[y * w->width + within(x + i, w->width - 1)];
    w->output[y * w->width + x] = total * (1.0f / (2 * softening + 1));
  }
}

VERSIONED soften_column(const void *context, int64_t y) {
  const comparison *w = context;
  for (int64_t x = 0; x < w->width; x++) {
    float total = 0;
    for (int64_t i = -softening; i <= softening; i++)
      total += w->input[within(y + i, w->height - 1) * w->width + x];
    w->output[y * w->width + x] = total * (1.0f / (2 * softening + 1));
  }
}

void motion_agreement(
    const float *flow, const float *back, const float *colors, const float *origin, int64_t width,
    int64_t height, float tolerance, float *weights, float *scratch, int threads) {
  comparison work = {flow, back, colors, origin, NULL, weights, width, height, tolerance};
  kernels_parallel(height, threads, compare_row, &work);
  work.input = weights, work.output = scratch;
  kernels_parallel(height, threads, shrink_row, &work);
  work.input = scratch, work.output = weights;
  kernels_parallel(height, threads, shrink_column, &work);
  work.input = weights, work.output = scratch;
  kernels_parallel(height, threads, soften_row, &work);
  work.input = scratch, work.output = weights;
  kernels_parallel(height, threads, soften_column, &work);
}
