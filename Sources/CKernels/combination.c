#include "parallel.h"

typedef struct {
  void *gradient;
  const void *input;
  kernels_scalar type;
  int64_t pixels, channels, pieces_per_image, piece_pixels;
  const float *a, *b, *c;
} combine_work;

INLINE void combine_pixels(
    void *restrict gradient, const void *restrict input, kernels_scalar type,
    const float *restrict a, const float *restrict b, const float *restrict c, int64_t pixels,
    int64_t channels) {
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t i = 0; i < channels; ++i) {
      const int64_t index = p * channels + i;
      store(
          gradient, type, index,
          a[i] * load(gradient, type, index) + b[i] * load(input, type, index) + c[i]);
    }
}

INLINE void combine(const combine_work *w, int64_t piece, kernels_scalar type) {
  const int64_t image = piece / w->pieces_per_image, part = piece % w->pieces_per_image;
  const int64_t first = part * w->piece_pixels, channels = w->channels;
  const int64_t start = (image * w->pixels + first) * channels, row = image * channels;
  combine_pixels(
      at_mutable(w->gradient, type, start), at(w->input, type, start), type, w->a + row,
      w->b + row, w->c + row, least(w->piece_pixels, w->pixels - first), channels);
}

VERSIONED_BODY(combine_body) {
  const combine_work *w = context;
  if (w->type == kernels_bf16)
    combine(w, piece, kernels_bf16);
  else
    combine(w, piece, kernels_f32);
}

void kernels_combine(
    void *gradient, const void *input, kernels_scalar type, int64_t batch, int64_t pixels,
    int64_t channels, const float *a, const float *b, const float *c, int threads) {
  const int64_t piece_pixels = flat_piece / channels + 1;
  combine_work work = {
      gradient, input, type, pixels, channels, pieces_of(pixels, piece_pixels), piece_pixels,
      a, b, c};
  kernels_parallel(batch * work.pieces_per_image, threads, combine_body, &work);
}
