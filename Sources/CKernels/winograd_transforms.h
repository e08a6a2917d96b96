// The transforms of sixteen scalars at a time along one axis.
#ifndef IMPASTO_WINOGRAD_TRANSFORMS_H
#define IMPASTO_WINOGRAD_TRANSFORMS_H

#include "avx512.h"
#include "winograd.h"

#if defined(__x86_64__)

AVX512 INLINE __m512 constant(double value) { return _mm512_set1_ps((float)value); }

/// v ← the inputs d at all points: the coefficients are those of Π (x − p) over the finite points p
/// other than a value's own.
AVX512 INLINE void evaluate_inputs(int taps, const __m512 *d, __m512 *v) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  const double near_square = near * near, far_square = far * far;
  const __m512 squares = constant(near_square + far_square);
  const __m512 product = constant(near_square * far_square);
  if (taps == 3) {  // The factor x of the point 0 moves all other coefficients by one input.
    *v++ = _mm512_fmadd_ps(product, d[0], _mm512_fnmadd_ps(squares, d[2], d[4]));
    ++d;
  }
  const __m512 near_even = _mm512_fnmadd_ps(constant(far_square), d[1], d[3]);
  const __m512 near_odd = _mm512_fnmadd_ps(constant(far_square), d[0], d[2]);
  const __m512 far_even = _mm512_fnmadd_ps(constant(near_square), d[1], d[3]);
  const __m512 far_odd = _mm512_fnmadd_ps(constant(near_square), d[0], d[2]);
  v[0] = _mm512_fmadd_ps(constant(near), near_odd, near_even);
  v[1] = _mm512_fnmadd_ps(constant(near), near_odd, near_even);
  v[2] = _mm512_fmadd_ps(constant(far), far_odd, far_even);
  v[3] = _mm512_fnmadd_ps(constant(far), far_odd, far_even);
  v[4] = _mm512_fmadd_ps(product, d[0], _mm512_fnmadd_ps(squares, d[2], d[4]));
}

/// e ← the gradients y of four outputs at all points: the adjoint of `interpolate_outputs`.
AVX512 INLINE void evaluate_outputs(int taps, const __m512 *y, __m512 *e) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  if (taps == 3) *e++ = y[0];
  const __m512 near_even = _mm512_fmadd_ps(constant(near * near), y[2], y[0]);
  const __m512 near_odd = _mm512_fmadd_ps(constant(near * near), y[3], y[1]);
  const __m512 far_even = _mm512_fmadd_ps(constant(far * far), y[2], y[0]);
  const __m512 far_odd = _mm512_fmadd_ps(constant(far * far), y[3], y[1]);
  e[0] = _mm512_fmadd_ps(constant(near), near_odd, near_even);
  e[1] = _mm512_fnmadd_ps(constant(near), near_odd, near_even);
  e[2] = _mm512_fmadd_ps(constant(far), far_odd, far_even);
  e[3] = _mm512_fnmadd_ps(constant(far), far_odd, far_even);
  e[4] = y[3];
}

/// y ← the outputs whose values at all points are m.
AVX512 INLINE void interpolate_outputs(int taps, const __m512 *m, __m512 *y) {
  const double near = winograd_near(taps), far = winograd_far(taps);
  const __m512 at_zero = taps == 3 ? *m++ : _mm512_setzero_ps();
  const __m512 near_sum = _mm512_add_ps(m[0], m[1]), near_difference = _mm512_sub_ps(m[0], m[1]);
  const __m512 far_sum = _mm512_add_ps(m[2], m[3]), far_difference = _mm512_sub_ps(m[2], m[3]);
  y[0] = _mm512_add_ps(near_sum, far_sum);
  if (taps == 3) y[0] = _mm512_add_ps(at_zero, y[0]);
  y[1] = _mm512_fmadd_ps(
      constant(near), near_difference, _mm512_mul_ps(constant(far), far_difference));
  y[2] = _mm512_fmadd_ps(
      constant(near * near), near_sum, _mm512_mul_ps(constant(far * far), far_sum));
  y[3] = _mm512_fmadd_ps(
      constant(near * near * near), near_difference,
      _mm512_fmadd_ps(constant(far * far * far), far_difference, m[4]));
}

#endif
#endif
