// Winograd convolutions: four neighbouring outputs of a filter w of three coefficients take six
// products instead of twelve, of one of two coefficients five instead of eight.
//
//   y = Aᵀ [(G w) ⊙ (Bᵀ d)]      along one axis
//   Y = Aᵀ [(G W Gᵀ) ⊙ (Bᵀ D B)] A   along both, for tiles of 4×4 outputs
//
// for the inputs d; ⊙ multiplies element by element. With s = `winograd_near`, t = `winograd_far`,
// p = s²t² and q = s² + t²:
//
// F(4, 3), points 0, s, −s, t, −t and ∞:
//
//        │ p    0   −q    0   1   0 │         │ 1/p   0   0  │
//        │ 0  −st²  −t²   s   1   0 │         │  g   gs  gs² │         │ 1  1   1   1   1   0 │
//   Bᵀ = │ 0   st²  −t²  −s   1   0 │     G = │  g  −gs  gs² │    Aᵀ = │ 0  s  −s   t  −t   0 │
//        │ 0  −s²t  −s²   t   1   0 │         │  h   ht  ht² │         │ 0  s²  s²  t²  t²  0 │
//        │ 0   s²t  −s²  −t   1   0 │         │  h  −ht  ht² │         │ 0  s³ −s³  t³ −t³  1 │
//        │ 0    p    0   −q   0   1 │         │  0   0   1   │
//
//   with g = 1 / (2s²(s² − t²)) and h = 1 / (2t²(t² − s²)).
//
// F(4, 2), points s, −s, t, −t and ∞:
//
//        │ −st²  −t²   s   1   0 │            │  g    gs │
//        │  st²  −t²  −s   1   0 │            │ −g    gs │              │ 1   1   1   1   0 │
//   Bᵀ = │ −s²t  −s²   t   1   0 │        G = │  h    ht │         Aᵀ = │ s  −s   t  −t   0 │
//        │  s²t  −s²  −t   1   0 │            │ −h    ht │              │ s²  s²  t²  t²  0 │
//        │   p    0   −q   0   1 │            │  0    1  │              │ s³ −s³  t³ −t³  1 │
//
//   with g = 1 / (2s(s² − t²)) and h = 1 / (2t(t² − s²)).
//
// `Docs/Kernels.md` derives them, and `Scripts/check-kernel-derivations` checks them. The transforms
// are in f32; what is multiplied is rounded to the type of the activations.
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

/// The points for filters of `taps` coefficients: ±near, ±far and ∞; with three also 0, as the first.
static inline int winograd_points(int taps) { return winograd_outputs + taps - 1; }
static inline double winograd_near(int taps) { return taps == 3 ? 0.70710678118654752440 : 0.4; }
static inline double winograd_far(int taps) { return taps == 3 ? 1.41421356237309504880 : 1.25; }

/// matrix ← G: pᵢᵏ / Πⱼ≠ᵢ(pᵢ − pⱼ) for the finite points; the last picks the last coefficient.
void winograd_filter_matrix(
    int taps, float matrix[winograd_most_points][winograd_most_taps]);

#endif
