#include "parallel.h"
#include "winograd.h"

typedef struct {
  const float *filter;
  int64_t outputs, inputs;  // Of the convolution that is packed for.
  bool is_gradient;
  kernels_scalar type;
  char *packed;
} filter_work;

/// A weight of the convolution that is packed for: for an input gradient, the filter turned by 180°
/// with its inputs and outputs exchanged.
///
/// It is rounded before it is evaluated, though that costs a little: filters that differ by less
/// than bf16 can tell give the same bits, however they are convolved with.
INLINE float weight(const filter_work *w, int64_t output, int64_t y, int64_t x, int64_t input) {
  const int64_t last = winograd_taps - 1;
  const int64_t place =
      w->is_gradient
          ? ((input * winograd_taps + last - y) * winograd_taps + last - x) * w->outputs + output
          : ((output * winograd_taps + y) * winograd_taps + x) * w->inputs + input;
  float rounded;
  store(&rounded, w->type, 0, w->filter[place]);
  return load(&rounded, w->type, 0);
}

/// matrix[i][k] ← pᵢᵏ / Πⱼ(pᵢ − pⱼ) for the finite points; the last point picks the last weight.
static void evaluation_matrix(float matrix[winograd_points][winograd_taps]) {
  const double points[winograd_points - 1] = {
      0, near_point, -near_point, far_point, -far_point};
  memset(matrix, 0, winograd_points * sizeof *matrix);
  for (int i = 0; i < winograd_points - 1; ++i) {
    double value = 1;
    for (int j = 0; j < winograd_points - 1; ++j)
      if (j != i) value /= points[i] - points[j];
    for (int k = 0; k < winograd_taps; ++k, value *= points[i]) matrix[i][k] = (float)value;
  }
  matrix[winograd_points - 1][winograd_taps - 1] = 1;
}

enum { columns = product_columns };

/// values[y][x] ← 32 outputs' weights of one input at all points.
INLINE void evaluate_weights(
    float weights[winograd_taps][winograd_taps][columns],
    float matrix[winograd_points][winograd_taps],
    float values[winograd_points][winograd_points][columns]) {
  float half[winograd_points][winograd_taps][columns];
  for (int i = 0; i < winograd_points; ++i)
    for (int x = 0; x < winograd_taps; ++x)
      for (int lane = 0; lane < columns; ++lane)
        half[i][x][lane] = matrix[i][0] * weights[0][x][lane] +
                           matrix[i][1] * weights[1][x][lane] + matrix[i][2] * weights[2][x][lane];
  for (int i = 0; i < winograd_points; ++i)
    for (int j = 0; j < winograd_points; ++j)
      for (int lane = 0; lane < columns; ++lane)
        values[i][j][lane] = matrix[j][0] * half[i][0][lane] + matrix[j][1] * half[i][1][lane] +
                             matrix[j][2] * half[i][2][lane];
}

/// Packs the panels of 32 outputs.
VERSIONED static void filter_body(const void *context, int64_t piece) {
  const filter_work *w = context;
  const int64_t panel = winograd_panel_size(w->inputs, w->type), depth = product_depth(w->type);
  const int64_t first = piece * columns, count = least(columns, w->outputs - first);
  char *panels = w->packed + piece * winograd_products * panel;
  memset(panels, 0, winograd_products * panel);
  float matrix[winograd_points][winograd_taps];
  float weights[winograd_taps][winograd_taps][columns] = {0};
  float values[winograd_points][winograd_points][columns];
  evaluation_matrix(matrix);
  for (int64_t c = 0; c < w->inputs; ++c) {
    for (int y = 0; y < winograd_taps; ++y)
      for (int x = 0; x < winograd_taps; ++x)
        for (int64_t lane = 0; lane < count; ++lane)
          weights[y][x][lane] = weight(w, first + lane, y, x, c);
    evaluate_weights(weights, matrix, values);
    const int64_t row = winograd_place(c, w->type);
    const int64_t start = row / depth * depth * columns + row % depth;
    for (int p = 0; p < winograd_products; ++p)
      for (int64_t lane = 0; lane < columns; ++lane)
        store(
            panels + p * panel, w->type, start + lane * depth,
            values[p / winograd_points][p % winograd_points][lane]);
  }
}

int64_t kernels_winograd_filter_size(int64_t outputs, int64_t inputs, kernels_scalar type) {
  return pieces_of(outputs, columns) * winograd_products * winograd_panel_size(inputs, type);
}

void kernels_pack_winograd_filter(
    const float *filter, int64_t outputs, int64_t inputs, bool is_gradient, kernels_scalar type,
    void *packed, int threads) {
  filter_work work = {
      .filter = filter, .outputs = outputs, .inputs = inputs, .is_gradient = is_gradient,
      .type = type, .packed = packed};
  kernels_parallel(pieces_of(outputs, columns), threads, filter_body, &work);
}
