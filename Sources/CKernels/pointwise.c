#include <math.h>
#include <stdlib.h>

#include "parallel.h"

// One shape of work for all flat loops; each body reads the fields it needs.
typedef struct {
  const void *a, *b;
  void *output;
  kernels_scalar type, output_type;
  int64_t count;             // Scalars in all, or in one image where images differ.
  int64_t pieces_per_image;
  const float *factors;
  double *sums;
} flat_work;

#define BY_TYPE(function, ...)                                    \
  if (w->type == kernels_bf16)                                    \
    function(__VA_ARGS__, kernels_bf16);                          \
  else                                                            \
    function(__VA_ARGS__, kernels_f32)

/// Sets `first` and `last` to the scalars of a piece of a loop over all of them.
#define FLAT_RANGE                                  \
  const flat_work *w = context;                     \
  const int64_t first = piece * flat_piece;         \
  const int64_t last = least(first + flat_piece, w->count)

// Conversion ---------------------------------------------------------------------------------

INLINE void convert(
    const void *restrict input, kernels_scalar type, void *restrict output, int64_t first,
    int64_t last, kernels_scalar output_type) {
  for (int64_t i = first; i < last; ++i) store(output, output_type, i, load(input, type, i));
}

VERSIONED_BODY(convert_body) {
  FLAT_RANGE;
  if (w->type == kernels_bf16)
    convert(w->a, kernels_bf16, w->output, first, last, kernels_f32);
  else
    convert(w->a, kernels_f32, w->output, first, last, kernels_bf16);
}

void kernels_convert(
    const void *input, kernels_scalar type, void *output, kernels_scalar output_type,
    int64_t count, int threads) {
  if (type == output_type) {
    memcpy(output, input, count * scalar_size(type));
    return;
  }
  flat_work work = {.a = input, .type = type, .output = output, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, convert_body, &work);
}

// Addition and rectification -----------------------------------------------------------------

INLINE void add(
    void *restrict output, const void *restrict addend, int64_t first, int64_t last,
    kernels_scalar type) {
  for (int64_t i = first; i < last; ++i)
    store(output, type, i, load(addend, type, i) + load(output, type, i));
}

VERSIONED_BODY(add_body) {
  FLAT_RANGE;
  BY_TYPE(add, w->output, w->a, first, last);
}

void kernels_add(void *output, const void *addend, kernels_scalar type, int64_t count, int threads) {
  flat_work work = {.a = addend, .output = output, .type = type, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, add_body, &work);
}

INLINE void rectify(void *restrict output, int64_t first, int64_t last, kernels_scalar type) {
  for (int64_t i = first; i < last; ++i) {
    const float value = load(output, type, i);
    store(output, type, i, value < 0 ? 0 : value);
  }
}

VERSIONED_BODY(rectify_body) {
  FLAT_RANGE;
  BY_TYPE(rectify, w->output, first, last);
}

void kernels_rectify(void *output, kernels_scalar type, int64_t count, int threads) {
  flat_work work = {.output = output, .type = type, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, rectify_body, &work);
}

INLINE void rectify_gradient(
    void *restrict gradient, const void *restrict output, int64_t first, int64_t last,
    kernels_scalar type) {
  for (int64_t i = first; i < last; ++i) {
    const float g = load(gradient, type, i);
    store(gradient, type, i, load(output, type, i) > 0 ? g : 0);
  }
}

VERSIONED_BODY(rectify_gradient_body) {
  FLAT_RANGE;
  BY_TYPE(rectify_gradient, w->output, w->a, first, last);
}

void kernels_rectify_gradient(
    void *gradient, const void *output, kernels_scalar type, int64_t count, int threads) {
  flat_work work = {.a = output, .output = gradient, .type = type, .count = count};
  kernels_parallel(pieces_of(count, flat_piece), threads, rectify_gradient_body, &work);
}

// Squared differences ------------------------------------------------------------------------

enum { lanes = 16 };  // Independent sums, so that the loop vectorizes in a fixed order.

INLINE void squared_difference(
    const void *restrict a, const void *restrict b, int64_t first, int64_t last, double *total,
    kernels_scalar type) {
  float sums[lanes] = {0};
  int64_t i = first;
  for (; i + lanes <= last; i += lanes)
    for (int j = 0; j < lanes; ++j) {
      const float d = load(a, type, i + j) - (b ? load(b, type, i + j) : 0);
      sums[j] += d * d;
    }
  double sum = 0;
  for (; i < last; ++i) {
    const float d = load(a, type, i) - (b ? load(b, type, i) : 0);
    sum += (double)d * d;
  }
  for (int j = 0; j < lanes; ++j) sum += sums[j];
  *total = sum;
}

VERSIONED_BODY(squared_difference_body) {
  const flat_work *w = context;
  const int64_t image = piece / w->pieces_per_image, part = piece % w->pieces_per_image;
  const int64_t first = part * flat_piece, last = least(first + flat_piece, w->count);
  const void *a = at(w->a, w->type, image * w->count);
  const void *b = w->b ? at(w->b, w->type, image * w->count) : NULL;
  BY_TYPE(squared_difference, a, b, first, last, &w->sums[piece]);
}

void kernels_squared_difference(
    const void *a, const void *b, kernels_scalar type, int64_t batch, int64_t count,
    double *sums, int threads) {
  const int64_t pieces = pieces_of(count, flat_piece);
  double *parts = malloc(batch * pieces * sizeof *parts);
  if (!parts) abort();
  flat_work work = {
      .a = a, .b = b, .type = type, .count = count, .pieces_per_image = pieces, .sums = parts};
  kernels_parallel(batch * pieces, threads, squared_difference_body, &work);
  for (int64_t n = 0; n < batch; ++n) {
    sums[n] = 0;
    for (int64_t p = 0; p < pieces; ++p) sums[n] += parts[n * pieces + p];
  }
  free(parts);
}

INLINE void scaled_difference(
    const void *restrict a, const void *restrict b, void *restrict output, float factor,
    int64_t first, int64_t last, kernels_scalar type) {
  for (int64_t i = first; i < last; ++i)
    store(output, type, i, factor * (load(a, type, i) - load(b, type, i)));
}

VERSIONED_BODY(scaled_difference_body) {
  const flat_work *w = context;
  const int64_t image = piece / w->pieces_per_image, part = piece % w->pieces_per_image;
  const int64_t first = part * flat_piece, last = least(first + flat_piece, w->count);
  const int64_t start = image * w->count;
  BY_TYPE(
      scaled_difference, at(w->a, w->type, start), at(w->b, w->type, start),
      at_mutable(w->output, w->type, start), w->factors[image], first, last);
}

void kernels_scaled_difference(
    const void *a, const void *b, kernels_scalar type, int64_t batch, int64_t count,
    const float *factors, void *output, int threads) {
  const int64_t pieces = pieces_of(count, flat_piece);
  flat_work work = {
      .a = a, .b = b, .output = output, .type = type, .count = count,
      .pieces_per_image = pieces, .factors = factors};
  kernels_parallel(batch * pieces, threads, scaled_difference_body, &work);
}

// Colours ------------------------------------------------------------------------------------

typedef struct {
  const void *input;
  kernels_scalar type, output_type;
  int64_t pixels, channels;
  const float *scale, *shift;
  void *output;
} channels_work;

static void reverse_channels_body(const void *context, int64_t piece) {
  const channels_work *w = context;
  const int64_t first = piece * flat_piece, last = least(first + flat_piece, w->pixels);
  for (int64_t p = first; p < last; ++p)
    for (int64_t c = 0; c < w->channels; ++c)
      store(
          w->output, w->output_type, p * w->channels + c,
          w->scale[c] * load(w->input, w->type, p * w->channels + w->channels - 1 - c) +
              w->shift[c]);
}

void kernels_reverse_channels(
    const void *input, kernels_scalar type, int64_t pixels, int64_t channels, const float *scale,
    const float *shift, void *output, kernels_scalar output_type, int threads) {
  channels_work work = {input, type, output_type, pixels, channels, scale, shift, output};
  kernels_parallel(pieces_of(pixels, flat_piece), threads, reverse_channels_body, &work);
}

typedef struct {
  const float *input;
  float margin;
  float *output;
  int64_t count;
} logit_work;

static void logit_body(const void *context, int64_t piece) {
  const logit_work *w = context;
  const int64_t last = least((piece + 1) * flat_piece, w->count);
  for (int64_t i = piece * flat_piece; i < last; ++i) {
    const float x = w->input[i], low = w->margin, high = 1 - w->margin;
    const float p = x < low ? low : x > high ? high : x;  // NaN stays NaN.
    w->output[i] = logf(p / (1 - p));
  }
}

void kernels_logit(const float *input, float margin, float *output, int64_t count, int threads) {
  logit_work work = {input, margin, output, count};
  kernels_parallel(pieces_of(count, flat_piece), threads, logit_body, &work);
}

// Pictures -----------------------------------------------------------------------------------

typedef struct {
  const uint8_t *levels;
  float center, scale;
  void *output;
  kernels_scalar type;
  int64_t count;
} levels_work;

INLINE void from_levels(
    const uint8_t *restrict levels, float center, float scale, void *restrict output,
    int64_t first, int64_t last, kernels_scalar type) {
  for (int64_t i = first; i < last; ++i)
    store(output, type, i, ((float)levels[i] - center) * scale);
}

VERSIONED_BODY(from_levels_body) {
  const levels_work *w = context;
  const int64_t first = piece * flat_piece, last = least(first + flat_piece, w->count);
  BY_TYPE(from_levels, w->levels, w->center, w->scale, w->output, first, last);
}

void kernels_from_levels(
    const uint8_t *levels, float center, float scale, void *output, kernels_scalar type,
    int64_t count, int threads) {
  levels_work work = {levels, center, scale, output, type, count};
  kernels_parallel(pieces_of(count, flat_piece), threads, from_levels_body, &work);
}

/// Whether the bits of `value` are those of a NaN or an infinity.
INLINE int is_nonfinite(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (bits & 0x7F800000) == 0x7F800000;
}

typedef struct {
  const void *input;
  kernels_scalar type;
  uint8_t *levels;
  int64_t count;
  int64_t *nonfinite;  // A count per piece.
} finite_work;

/// Returns how many of the numbers are not finite.
INLINE int32_t to_levels(
    const float *restrict input, uint8_t *restrict levels, int64_t first, int64_t last) {
  int32_t nonfinite = 0;
  for (int64_t i = first; i < last; ++i) {
    nonfinite += is_nonfinite(input[i]);
    const float level = input[i] * 255 + 0.5f;
    levels[i] = level > 0 ? (level < 255 ? (uint8_t)level : 255) : 0;
  }
  return nonfinite;
}

VERSIONED_BODY(to_levels_body) {
  const finite_work *w = context;
  const int64_t first = piece * flat_piece, last = least(first + flat_piece, w->count);
  w->nonfinite[piece] = to_levels(w->input, w->levels, first, last);
}

VERSIONED_BODY(count_nonfinite_body) {
  const finite_work *w = context;
  const int64_t last = least((piece + 1) * flat_piece, w->count);
  int32_t nonfinite = 0;
  for (int64_t i = piece * flat_piece; i < last; ++i)
    nonfinite += is_nonfinite(load(w->input, w->type, i));
  w->nonfinite[piece] = nonfinite;
}

static int64_t count_nonfinite(finite_work work, kernels_body body, int threads) {
  const int64_t pieces = pieces_of(work.count, flat_piece);
  work.nonfinite = malloc((pieces + 1) * sizeof *work.nonfinite);
  if (!work.nonfinite) abort();
  kernels_parallel(pieces, threads, body, &work);
  int64_t sum = 0;
  for (int64_t p = 0; p < pieces; ++p) sum += work.nonfinite[p];
  free(work.nonfinite);
  return sum;
}

int64_t kernels_to_levels(const float *input, uint8_t *levels, int64_t count, int threads) {
  finite_work work = {.input = input, .levels = levels, .count = count};
  return count_nonfinite(work, to_levels_body, threads);
}

int64_t kernels_count_nonfinite(
    const void *input, kernels_scalar type, int64_t count, int threads) {
  finite_work work = {.input = input, .type = type, .count = count};
  return count_nonfinite(work, count_nonfinite_body, threads);
}

// Adam ---------------------------------------------------------------------------------------

typedef struct {
  float *parameters, *first_moments, *second_moments;
  const float *gradients;
  float beta1, beta2, rate, epsilon;
  int64_t count;
} adam_work;

INLINE void adam(
    const adam_work *w, float *restrict parameters, float *restrict first,
    float *restrict second, const float *restrict gradients, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradients[i];
    first[i] = w->beta1 * first[i] + (1 - w->beta1) * g;
    second[i] = w->beta2 * second[i] + (1 - w->beta2) * g * g;
    parameters[i] -= w->rate * first[i] / (sqrtf(second[i]) + w->epsilon);
  }
}

VERSIONED_BODY(adam_body) {
  const adam_work *w = context;
  const int64_t start = piece * flat_piece;
  adam(
      w, w->parameters + start, w->first_moments + start, w->second_moments + start,
      w->gradients + start, least(flat_piece, w->count - start));
}

void kernels_adam(
    float *parameters, float *first_moments, float *second_moments, const float *gradients,
    float beta1, float beta2, float rate, float epsilon, int64_t count, int threads) {
  adam_work work = {
      parameters, first_moments, second_moments, gradients, beta1, beta2, rate, epsilon, count};
  kernels_parallel(pieces_of(count, flat_piece), threads, adam_body, &work);
}
