// Convolutions with fewer multiplications: four outputs in a row of a filter of three taps take
// six products instead of twelve, of one of two taps five instead of eight.
//
// Inputs and taps are the coefficients of polynomials. These are evaluated at as many points as
// there are inputs, multiplied there, and the four outputs are interpolated from the products. The
// transforms are in f32; what is multiplied is rounded to the type of the activations.
//
// Source: Lavin, Gray 2015. Differs from it: its points 0, ±1, ±2 (or ±1/2) and ∞ lose twice as
// much to that rounding as those here, which make the sum over the products of the squared norms
// of the three transforms' rows about least.
#ifndef IMPASTO_WINOGRAD_H
#define IMPASTO_WINOGRAD_H

#include "product.h"

enum {
  winograd_outputs = 4,  ///< That are computed together, along an axis.
  winograd_most_taps = 3,
  winograd_most_points = winograd_outputs + winograd_most_taps - 1,
};

/// The points for filters of `taps` taps: ±near, ±far and ∞; with three taps also 0, as the first.
static inline int winograd_points(int taps) { return winograd_outputs + taps - 1; }
static inline double winograd_near(int taps) { return taps == 3 ? 0.70710678118654752440 : 0.4; }
static inline double winograd_far(int taps) { return taps == 3 ? 1.41421356237309504880 : 1.25; }

/// matrix[i][k] ← pᵢᵏ / Πⱼ(pᵢ − pⱼ) for the finite points; the last point picks the last tap.
void winograd_filter_matrix(
    int taps, float matrix[winograd_most_points][winograd_most_taps]);

#endif
