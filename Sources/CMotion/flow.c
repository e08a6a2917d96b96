#include <stdlib.h>

#include "vectors.h"

enum { side = 8, stride = 4, area = side * side };

/// Steps of the first search for a patch, and of that which follows a neighbour's better one.
enum { first_steps = 10, more_steps = 4 };

/// The sum of squares that a pixel's distance from where the search began counts as much as: keeps
/// patches in place that have no texture, or only that of noise.
static const float pull = 2 * area;

/// The sum of squares below which a patch fits as well as noise lets it.
static const float good_fit = 0.25f * area;

int64_t motion_patches(int64_t extent) { return extent <= side ? 1 : (extent - side + stride - 1) / stride + 1; }

/// The first pixel of a patch: the last one ends with the picture.
INLINE int64_t patch_start(int64_t index, int64_t extent) {
  const int64_t last = extent < side ? 0 : extent - side;
  return smaller(index * stride, last);
}

typedef struct {
  const float *from, *to, *coarser, *prior;
  float *patches, *flow;
  int64_t width, height, prior_width, prior_height, columns, rows;
  int prior_level;
} search;

/// A patch without its mean, its gradients, and the inverse of the matrix of their products.
typedef struct {
  eight_floats levels[side], across[side], down[side];
  float xx, xy, yy;
} patch;

/// Columns and rows of a move, and the sum of squares that it leaves.
typedef struct {
  float x, y, error;
} match;

INLINE patch patch_at(const float *grey, int64_t width, int64_t x, int64_t y) {
  const int64_t row = grey_stride(width);
  const float *start = grey + grey_index(width, x, y);
  patch p;
  eight_floats levels = {0}, across = {0}, down = {0};
  for (int i = 0; i < side; i++) {
    const float *at = start + i * row;
    p.levels[i] = LOAD(eight_floats, at);
    p.across[i] = 0.5f * (LOAD(eight_floats, at + 1) - LOAD(eight_floats, at - 1));
    p.down[i] = 0.5f * (LOAD(eight_floats, at + row) - LOAD(eight_floats, at - row));
    levels += p.levels[i];
    across += p.across[i];
    down += p.down[i];
  }
  const float level = sum(levels) / area, right = sum(across) / area, below = sum(down) / area;
  eight_floats xx = {0}, xy = {0}, yy = {0};
  for (int i = 0; i < side; i++) {
    p.levels[i] -= level;
    p.across[i] -= right;
    p.down[i] -= below;
    xx += p.across[i] * p.across[i];
    xy += p.across[i] * p.down[i];
    yy += p.down[i] * p.down[i];
  }
  const float a = sum(xx) + pull, b = sum(xy), c = sum(yy) + pull;
  const float scale = 1 / (a * c - b * b);
  p.xx = c * scale;
  p.xy = -b * scale;
  p.yy = a * scale;
  return p;
}

/// What the patch at a place of the other picture differs by, without its mean.
INLINE match compare(
    const patch *p, const float *grey, int64_t width, int64_t height, float x, float y,
    float *gradient_x, float *gradient_y) {
  const int64_t row = grey_stride(width);
  x = bounded(x, 1 - motion_border, (float)(width + motion_border - side - 2));
  y = bounded(y, 1 - motion_border, (float)(height + motion_border - side - 2));
  const float floor_x = __builtin_floorf(x), floor_y = __builtin_floorf(y);
  const float fx = x - floor_x, fy = y - floor_y;
  const float *at = grey + grey_index(width, (int64_t)floor_x, (int64_t)floor_y);
  eight_floats above =
      (1 - fx) * LOAD(eight_floats, at) + fx * LOAD(eight_floats, at + 1);
  eight_floats total = {0}, squares = {0}, right = {0}, below = {0};
  for (int i = 0; i < side; i++) {
    at += row;
    const eight_floats under =
        (1 - fx) * LOAD(eight_floats, at) + fx * LOAD(eight_floats, at + 1);
    const eight_floats difference = (1 - fy) * above + fy * under - p->levels[i];
    total += difference;
    squares += difference * difference;
    right += difference * p->across[i];
    below += difference * p->down[i];
    above = under;
  }
  *gradient_x = sum(right);
  *gradient_y = sum(below);
  const float mean = sum(total);
  return (match){x, y, sum(squares) - mean * mean / area};
}

/// Steps from a place to where the patch fits best.
INLINE match refine(
    const patch *p, const float *grey, int64_t width, int64_t height, float x, float y, int steps) {
  const float start_x = x, start_y = y;
  float right, below;
  match best = compare(p, grey, width, height, x, y, &right, &below);
  for (int step = 0; step < steps && best.error > good_fit; step++) {
    right += pull * (x - start_x);
    below += pull * (y - start_y);
    const float dx = p->xx * right + p->xy * below, dy = p->xy * right + p->yy * below;
    x = x - dx;
    y = y - dy;
    if (__builtin_fabsf(x - start_x) > side || __builtin_fabsf(y - start_y) > side) break;
    const match found = compare(p, grey, width, height, x, y, &right, &below);
    if (found.error < best.error) best = found;
    if (dx * dx + dy * dy < 0.0025f) break;
  }
  return best;
}

VERSIONED search_row(const void *context, int64_t row) {
  const search *w = context;
  const int64_t y = patch_start(row, w->height);
  const int64_t coarse_width = (w->width + 1) / 2, coarse_height = (w->height + 1) / 2;
  for (int64_t column = 0; column < w->columns; column++) {
    const int64_t x = patch_start(column, w->width);
    const float center_x = (float)x + 0.5f * (side - 1), center_y = (float)y + 0.5f * (side - 1);
    const patch p = patch_at(w->from, w->width, x, y);
    float start_x = 0, start_y = 0, right, below;
    if (w->coarser) {
      const neighbours n = around(
          0.5f * center_x - 0.25f, 0.5f * center_y - 0.25f, coarse_width, coarse_height);
      start_x = 2 * at(w->coarser, n);
      start_y = 2 * at(w->coarser + coarse_width * coarse_height, n);
    }
    if (w->prior) {
      const float scale = (float)(1 << w->prior_level);
      const neighbours n = around(
          scale * (center_x + 0.5f) - 0.5f, scale * (center_y + 0.5f) - 0.5f, w->prior_width,
          w->prior_height);
      const float prior_x = at(w->prior, n) / scale;
      const float prior_y = at(w->prior + w->prior_width * w->prior_height, n) / scale;
      const match guess = compare(
          &p, w->to, w->width, w->height, (float)x + prior_x, (float)y + prior_y, &right, &below);
      const match known = compare(
          &p, w->to, w->width, w->height, (float)x + start_x, (float)y + start_y, &right, &below);
      if (guess.error <= known.error) {
        start_x = prior_x;
        start_y = prior_y;
      }
    }
    const match found = refine(
        &p, w->to, w->width, w->height, (float)x + start_x, (float)y + start_y, first_steps);
    float *result = w->patches + 3 * (row * w->columns + column);
    result[0] = found.x - (float)x;
    result[1] = found.y - (float)y;
    result[2] = found.error;
  }
}

/// Tries the moves of the four neighbours on each patch.
VERSIONED spread_row(const void *context, int64_t row) {
  const search *w = context;
  const int64_t y = patch_start(row, w->height), count = w->rows * w->columns;
  for (int64_t column = 0; column < w->columns; column++) {
    const int64_t x = patch_start(column, w->width), index = row * w->columns + column;
    const float *own = w->patches + 3 * index;
    float *result = w->patches + 3 * (count + index);
    memcpy(result, own, 3 * sizeof *own);
    if (own[2] <= good_fit) continue;
    const int64_t others[4] = {
        column > 0 ? index - 1 : index, column + 1 < w->columns ? index + 1 : index,
        row > 0 ? index - w->columns : index, row + 1 < w->rows ? index + w->columns : index};
    const patch p = patch_at(w->from, w->width, x, y);
    match best = {own[0] + (float)x, own[1] + (float)y, own[2]};
    float right, below;
    for (int i = 0; i < 4; i++) {
      const float *other = w->patches + 3 * others[i];
      const float dx = other[0] - own[0], dy = other[1] - own[1];
      if (dx * dx + dy * dy < 0.01f) continue;
      const match found = compare(
          &p, w->to, w->width, w->height, (float)x + other[0], (float)y + other[1], &right, &below);
      if (found.error < best.error) best = found;
    }
    if (best.error >= own[2]) continue;
    best = refine(&p, w->to, w->width, w->height, best.x, best.y, more_steps);
    result[0] = best.x - (float)x;
    result[1] = best.y - (float)y;
    result[2] = best.error;
  }
}

/// Adds a patch's moves to `height` rows of sums, from row `top` on.
INLINE void add_patch(
    const search *w, int64_t column, int64_t row, int64_t top, int64_t height, float *weights,
    float *across, float *down) {
  const int64_t x = patch_start(column, w->width), y = patch_start(row, w->height);
  const float *move = w->patches + 3 * (w->rows * w->columns + row * w->columns + column);
  const float to_x =
      bounded((float)x + move[0], 1 - motion_border, (float)(w->width + motion_border - side - 2));
  const float to_y =
      bounded((float)y + move[1], 1 - motion_border, (float)(w->height + motion_border - side - 2));
  const float floor_x = __builtin_floorf(to_x), floor_y = __builtin_floorf(to_y);
  const float fx = to_x - floor_x, fy = to_y - floor_y;
  const int64_t source = grey_stride(w->width);
  for (int64_t i = 0; i < side; i++) {
    const int64_t line = y + i - top;
    if (line < 0 || line >= height) continue;
    const float *at =
        w->to + grey_index(w->width, (int64_t)floor_x, (int64_t)floor_y + i);
    const eight_floats above =
        (1 - fx) * LOAD(eight_floats, at) + fx * LOAD(eight_floats, at + 1);
    const eight_floats under =
        (1 - fx) * LOAD(eight_floats, at + source) + fx * LOAD(eight_floats, at + source + 1);
    const eight_floats difference = (1 - fy) * above + fy * under
                                    - LOAD(eight_floats, w->from + grey_index(w->width, x, y + i));
    const eight_floats squares = difference * difference;
    const eight_floats weight = 1.0f / (1.0f + squares);
    const int64_t place = line * (w->width + side) + x;
    STORE(weights + place, LOAD(eight_floats, weights + place) + weight);
    STORE(across + place, LOAD(eight_floats, across + place) + weight * move[0]);
    STORE(down + place, LOAD(eight_floats, down + place) + weight * move[1]);
  }
}

/// Rows of a flow that one piece of work covers.
enum { flow_rows = 8 };

VERSIONED mean_rows(const void *context, int64_t piece) {
  const search *w = context;
  const int64_t top = piece * flow_rows, height = smaller(flow_rows, w->height - top);
  const int64_t line = w->width + side, plane = w->width * w->height;
  float *sums = calloc(3 * flow_rows * line, sizeof *sums);
  if (!sums) abort();
  float *weights = sums, *across = sums + flow_rows * line, *down = across + flow_rows * line;
  for (int64_t row = 0; row < w->rows; row++) {
    const int64_t y = patch_start(row, w->height);
    if (y + side <= top || y >= top + height) continue;
    for (int64_t column = 0; column < w->columns; column++)
      add_patch(w, column, row, top, height, weights, across, down);
  }
  for (int64_t y = 0; y < height; y++)
    for (int64_t x = 0; x < w->width; x++) {
      const int64_t from = y * line + x, to = (top + y) * w->width + x;
      w->flow[to] = across[from] / weights[from];
      w->flow[plane + to] = down[from] / weights[from];
    }
  free(sums);
}

void motion_flow(
    const float *from, const float *to, int64_t width, int64_t height, const float *coarser,
    const float *prior, int64_t prior_width, int64_t prior_height, int prior_level, float *patches,
    float *flow, int threads) {
  const int64_t columns = motion_patches(width), rows = motion_patches(height);
  search work = {from, to,     coarser, prior,       patches,      flow,
                 width, height, prior_width, prior_height, columns, rows, prior_level};
  kernels_parallel(rows, threads, search_row, &work);
  kernels_parallel(rows, threads, spread_row, &work);
  kernels_parallel((height + flow_rows - 1) / flow_rows, threads, mean_rows, &work);
}

typedef struct {
  const float *first, *second;
  float *sum;
  int64_t width, height;
} composition;

VERSIONED compose_row(const void *context, int64_t y) {
  const composition *w = context;
  const int64_t plane = w->width * w->height;
  for (int64_t x = 0; x < w->width; x++) {
    const int64_t i = y * w->width + x;
    const float dx = w->first[i], dy = w->first[plane + i];
    const neighbours n = around((float)x + dx, (float)y + dy, w->width, w->height);
    w->sum[i] = dx + at(w->second, n);
    w->sum[plane + i] = dy + at(w->second + plane, n);
  }
}

void motion_compose(
    const float *first, const float *second, int64_t width, int64_t height, float *sum,
    int threads) {
  composition work = {first, second, sum, width, height};
  kernels_parallel(height, threads, compose_row, &work);
}
