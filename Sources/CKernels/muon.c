#include "parallel.h"

// One filter at a time is small beside a step: these loops run on the caller's thread. The step is
// kept transposed, so that products with it need no transposition of their own.

typedef struct {
  float *parameters;  // Or their momentum.
  const float *gradient;
  float factor;  // Decay or rate.
  float *direction;
  int64_t outputs, inputs;
} muon_work;

VERSIONED_BODY(direction_body) {
  (void)piece;
  const muon_work *w = context;
  for (int64_t o = 0; o < w->outputs; ++o) {
    for (int64_t i = 0; i < w->inputs; ++i) {
      const int64_t at = o * w->inputs + i;
      w->parameters[at] = w->factor * w->parameters[at] + w->gradient[at];
      w->direction[i * w->outputs + o] = w->gradient[at] + w->factor * w->parameters[at];
    }
  }
}

VERSIONED_BODY(step_body) {
  (void)piece;
  const muon_work *w = context;
  for (int64_t o = 0; o < w->outputs; ++o) {
    for (int64_t i = 0; i < w->inputs; ++i)
      w->parameters[o * w->inputs + i] -= w->factor * w->direction[i * w->outputs + o];
  }
}

void kernels_muon_direction(
    float *momentum, const float *gradient, float decay, float *direction, int64_t outputs,
    int64_t inputs) {
  const muon_work work = {momentum, gradient, decay, direction, outputs, inputs};
  kernels_parallel(1, 1, direction_body, &work);
}

void kernels_muon_step(
    float *parameters, const float *direction, float rate, int64_t outputs, int64_t inputs) {
  const muon_work work = {parameters, NULL, rate, (float *)direction, outputs, inputs};
  kernels_parallel(1, 1, step_body, &work);
}
