// Activations of one number and their slopes, in forms that compilers vectorize.
#ifndef IMPASTO_ACTIVATION_H
#define IMPASTO_ACTIVATION_H

#include <math.h>

#include "parallel.h"

/// e^x to 2 parts in 10⁷ for finite x, in a form that compilers vectorize; NaN for other x.
INLINE float exponential(float x) {
  float clamped = x > -87 ? (x < 88 ? x : 88) : -87;
  float power = clamped * 1.44269504f;
  float whole = floorf(power + 0.5f);
  float r = clamped - whole * 0.693359375f + whole * 2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1;
  int32_t bits = ((int32_t)whole + 127) << 23;
  float two_to_whole;
  memcpy(&two_to_whole, &bits, sizeof bits);
  return y * two_to_whole + (x - x);
}

INLINE float sigmoid(float x) { return 1 / (1 + exponential(-x)); }

/// NaN stays NaN.
INLINE float activated(float x, kernels_activation activation) {
  switch (activation.kind) {
    case kernels_linear: return x;
    case kernels_rectified: return x < 0 ? 0 : x;
    case kernels_leaky: return x < 0 ? activation.a * x : x;
    case kernels_sigmoid: return sigmoid(x);
    case kernels_tanh: return activation.a * (2 * sigmoid(2 * x) - 1);
    case kernels_clamped: {
      const float raised = x < activation.a ? activation.a : x;
      return raised > activation.b ? activation.b : raised;
    }
  }
}

INLINE float slope(float x, kernels_activation activation) {
  switch (activation.kind) {
    case kernels_linear: return 1;
    case kernels_rectified: return x > 0 ? 1 : 0;
    case kernels_leaky: return x > 0 ? 1 : activation.a;
    case kernels_sigmoid: return sigmoid(x) * (1 - sigmoid(x));
    case kernels_tanh: return 4 * activation.a * sigmoid(2 * x) * (1 - sigmoid(2 * x));
    case kernels_clamped: return x > activation.a && x < activation.b ? 1 : 0;
  }
}

/// Calls `function` with the activation's kind as a constant, for a loop of its own.
#define BY_ACTIVATION(function, activation, ...)                        \
  switch ((activation).kind) {                                          \
    OF_KIND(kernels_linear, function, activation, __VA_ARGS__)          \
    OF_KIND(kernels_rectified, function, activation, __VA_ARGS__)       \
    OF_KIND(kernels_leaky, function, activation, __VA_ARGS__)           \
    OF_KIND(kernels_sigmoid, function, activation, __VA_ARGS__)         \
    OF_KIND(kernels_tanh, function, activation, __VA_ARGS__)            \
    OF_KIND(kernels_clamped, function, activation, __VA_ARGS__)         \
  }
#define OF_KIND(kind, function, activation, ...)                                             \
  case kind:                                                                                 \
    function(((kernels_activation){kind, (activation).a, (activation).b}), __VA_ARGS__);     \
    break;

#endif
