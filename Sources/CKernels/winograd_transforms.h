// The transforms of a vector of scalars along one axis.
#ifndef IMPASTO_WINOGRAD_TRANSFORMS_H
#define IMPASTO_WINOGRAD_TRANSFORMS_H

#include "winograd.h"

enum { most_points = winograd_most_points };

VECTORS INLINE lanes constant(double value) { return all_lanes((float)value); }

/// v ← Bᵀ d, the input transform.
VECTORS INLINE void transform_inputs(int taps, const lanes *d, lanes *v) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  const double near_square = near * near, far_square = far * far;
  const lanes squares = constant(near_square + far_square);
  const lanes product = constant(near_square * far_square);
  if (taps == 3) {  // The point 0 is a factor x in all other rows, which moves them by one input.
    *v++ = multiply_add(product, d[0], subtract_product(squares, d[2], d[4]));
    ++d;
  }
  const lanes near_even = subtract_product(constant(far_square), d[1], d[3]);
  const lanes near_odd = subtract_product(constant(far_square), d[0], d[2]);
  const lanes far_even = subtract_product(constant(near_square), d[1], d[3]);
  const lanes far_odd = subtract_product(constant(near_square), d[0], d[2]);
  v[0] = multiply_add(constant(near), near_odd, near_even);
  v[1] = subtract_product(constant(near), near_odd, near_even);
  v[2] = multiply_add(constant(far), far_odd, far_even);
  v[3] = subtract_product(constant(far), far_odd, far_even);
  v[4] = multiply_add(product, d[0], subtract_product(squares, d[2], d[4]));
}

/// e ← A y, the transform of the gradients of four outputs: the adjoint of `transform_products`.
VECTORS INLINE void transform_output_gradients(int taps, const lanes *y, lanes *e) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  if (taps == 3) *e++ = y[0];
  const lanes near_even = multiply_add(constant(near * near), y[2], y[0]);
  const lanes near_odd = multiply_add(constant(near * near), y[3], y[1]);
  const lanes far_even = multiply_add(constant(far * far), y[2], y[0]);
  const lanes far_odd = multiply_add(constant(far * far), y[3], y[1]);
  e[0] = multiply_add(constant(near), near_odd, near_even);
  e[1] = subtract_product(constant(near), near_odd, near_even);
  e[2] = multiply_add(constant(far), far_odd, far_even);
  e[3] = subtract_product(constant(far), far_odd, far_even);
  e[4] = y[3];
}

/// y ← Aᵀ m, the output transform of products at all points.
VECTORS INLINE void transform_products(int taps, const lanes *m, lanes *y) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  const lanes at_zero = taps == 3 ? *m++ : no_lanes();
  const lanes near_sum = m[0] + m[1], near_difference = m[0] - m[1];
  const lanes far_sum = m[2] + m[3], far_difference = m[2] - m[3];
  y[0] = near_sum + far_sum;
  if (taps == 3) y[0] = at_zero + y[0];
  y[1] = multiply_add(
      constant(near), near_difference, constant(far) * far_difference);
  y[2] = multiply_add(
      constant(near * near), near_sum, constant(far * far) * far_sum);
  y[3] = multiply_add(
      constant(near * near * near), near_difference,
      multiply_add(constant(far * far * far), far_difference, m[4]));
}

#endif
