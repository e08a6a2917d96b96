#include "parallel.h"

// One filter at a time is small beside a step: these loops run on the caller's thread. The step is
// kept transposed, so that products with it need no transposition of their own.

VERSIONED void kernels_muon_direction(
    float *momentum, const float *gradient, float decay, float *direction, int64_t outputs,
    int64_t inputs) {
  for (int64_t o = 0; o < outputs; ++o) {
    for (int64_t i = 0; i < inputs; ++i) {
      const int64_t at = o * inputs + i;
      momentum[at] = decay * momentum[at] + gradient[at];
      direction[i * outputs + o] = gradient[at] + decay * momentum[at];
    }
  }
}

VERSIONED void kernels_muon_step(
    float *parameters, const float *direction, float rate, int64_t outputs, int64_t inputs) {
  for (int64_t o = 0; o < outputs; ++o) {
    for (int64_t i = 0; i < inputs; ++i)
      parameters[o * inputs + i] -= rate * direction[i * outputs + o];
  }
}
