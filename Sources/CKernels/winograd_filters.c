#include "parallel.h"
#include "winograd_rows.h"
#include "winograd_tiles.h"

enum {
  columns = product_columns,
  most_taps = winograd_most_taps,
  most_points = winograd_most_points,
};

typedef struct {
  kernels_convolution shape;
  const float *filter;
  bool is_gradient;
  kernels_scalar type;
  char *packed;
} filter_work;

void winograd_filter_matrix(int taps, float matrix[most_points][most_taps]) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  const double all[] = {0, near, -near, far, -far}, *points = taps == 3 ? all : all + 1;
  const int last = winograd_points(taps) - 1;
  memset(matrix, 0, most_points * sizeof *matrix);
  for (int i = 0; i < last; ++i) {
    double value = 1;
    for (int j = 0; j < last; ++j)
      if (j != i) value /= points[i] - points[j];
    for (int k = 0; k < taps; ++k, value *= points[i]) matrix[i][k] = (float)value;
  }
  matrix[last][taps - 1] = 1;
}

/// A weight of the convolution that is packed for: for an input gradient, the filter turned by 180°
/// with its inputs and outputs exchanged.
///
/// It is rounded before it is transformed, though that costs a little: filters that differ by less
/// than bf16 can tell give the same bits, whatever convolves with them.
INLINE float weight(const filter_work *w, int64_t output, int64_t y, int64_t x, int64_t input) {
  const kernels_convolution s = w->shape;
  const int64_t turned_y = s.kernel_height - 1 - y, turned_x = s.kernel_width - 1 - x;
  const int64_t place =
      w->is_gradient
          ? ((input * s.kernel_height + turned_y) * s.kernel_width + turned_x) * s.outputs + output
          : ((output * s.kernel_height + y) * s.kernel_width + x) * s.inputs + input;
  float rounded;
  store(&rounded, w->type, 0, w->filter[place]);
  return load(&rounded, w->type, 0);
}

/// The place, in a panel, of row `row` of the matrix and the first of its 32 columns; the others
/// follow at distances of the depth.
INLINE int64_t panel_place(int64_t row, kernels_scalar type) {
  const int64_t depth = product_depth(type);
  return row / depth * depth * columns + row % depth;
}

// Tiles --------------------------------------------------------------------------------------

/// values[i][j] ← the weights of 32 outputs at all points.
INLINE void transform_weights(
    int taps, float weights[most_taps][most_taps][columns], float matrix[most_points][most_taps],
    float values[most_points][most_points][columns]) {
  const int points = winograd_points(taps);
  float half[most_points][most_taps][columns] = {0};
  memset(values, 0, most_points * sizeof *values);
  for (int i = 0; i < points; ++i)
    for (int x = 0; x < taps; ++x)
      for (int y = 0; y < taps; ++y)
        for (int lane = 0; lane < columns; ++lane)
          half[i][x][lane] += matrix[i][y] * weights[y][x][lane];
  for (int i = 0; i < points; ++i)
    for (int j = 0; j < points; ++j)
      for (int x = 0; x < taps; ++x)
        for (int lane = 0; lane < columns; ++lane)
          values[i][j][lane] += matrix[j][x] * half[i][x][lane];
}

/// Packs the panels of 32 outputs, [point, point].
VERSIONED_BODY(tiles_filter_body) {
  const filter_work *w = context;
  const kernels_convolution s = w->shape;
  const int taps = (int)s.kernel_width, points = winograd_points(taps);
  const int64_t panel = tile_panel_size(s.inputs, w->type), size = points * points * panel;
  const int64_t first = piece * columns, count = least(columns, s.outputs - first);
  char *panels = w->packed + piece * size;
  memset(panels, 0, size);
  float matrix[most_points][most_taps];
  float weights[most_taps][most_taps][columns] = {0};
  float values[most_points][most_points][columns];
  winograd_filter_matrix(taps, matrix);
  for (int64_t c = 0; c < s.inputs; ++c) {
    for (int y = 0; y < taps; ++y)
      for (int x = 0; x < taps; ++x)
        for (int64_t lane = 0; lane < count; ++lane)
          weights[y][x][lane] = weight(w, first + lane, y, x, c);
    transform_weights(taps, weights, matrix, values);
    const int64_t place = panel_place(tile_place(c, w->type), w->type);
    for (int p = 0; p < points * points; ++p)
      for (int64_t lane = 0; lane < columns; ++lane)
        store(
            panels + p * panel, w->type, place + lane * product_depth(w->type),
            values[p / points][p % points][lane]);
  }
}

int64_t kernels_tiles_filter_size(kernels_convolution shape, kernels_scalar type) {
  const int64_t points = winograd_points((int)shape.kernel_width);
  return pieces_of(shape.outputs, columns) * points * points *
         tile_panel_size(shape.inputs, type);
}

void kernels_pack_tiles_filter(
    const float *filter, kernels_convolution shape, bool is_gradient, kernels_scalar type,
    void *packed, int threads) {
  filter_work work = {
      .shape = shape, .filter = filter, .is_gradient = is_gradient, .type = type,
      .packed = packed};
  kernels_parallel(pieces_of(shape.outputs, columns), threads, tiles_filter_body, &work);
}

// Rows ---------------------------------------------------------------------------------------

/// Packs one output's weights, [group of outputs, point, section].
static void rows_filter_body(const void *context, int64_t output) {
  const filter_work *w = context;
  const kernels_convolution s = w->shape;
  const bool is_spread = rows_are_spread(s);
  const int64_t panel = rows_panel_size(s, w->type), sections = s.kernel_height / most_taps;
  const int64_t depth = product_depth(w->type), group = is_spread ? 0 : output / columns;
  char *panels = w->packed + group * most_points * sections * panel;
  float matrix[most_points][most_taps];
  winograd_filter_matrix(most_taps, matrix);
  for (int64_t section = 0; section < sections; ++section)
    for (int64_t x = 0; x < s.kernel_width; ++x)
      for (int64_t c = 0; c < s.inputs; ++c) {
        const int64_t row = is_spread ? c : x * s.inputs + c;
        const int64_t column = is_spread ? x * s.outputs + output : output % columns;
        for (int p = 0; p < most_points; ++p) {
          float value = 0;
          for (int y = 0; y < most_taps; ++y)
            value += matrix[p][y] * weight(w, output, section * most_taps + y, x, c);
          store(
              panels + (p * sections + section) * panel, w->type,
              panel_place(row, w->type) + column * depth, value);
        }
      }
}

int64_t kernels_rows_filter_size(kernels_convolution shape, kernels_scalar type) {
  const int64_t groups = rows_are_spread(shape) ? 1 : pieces_of(shape.outputs, columns);
  return groups * most_points * (shape.kernel_height / most_taps) * rows_panel_size(shape, type);
}

void kernels_pack_rows_filter(
    const float *filter, kernels_convolution shape, bool is_gradient, kernels_scalar type,
    void *packed, int threads) {
  filter_work work = {
      .shape = shape, .filter = filter, .is_gradient = is_gradient, .type = type,
      .packed = packed};
  memset(packed, 0, kernels_rows_filter_size(shape, type));
  kernels_parallel(shape.outputs, threads, rows_filter_body, &work);
}
