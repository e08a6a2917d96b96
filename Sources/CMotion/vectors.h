// Vectors that the compiler maps to what the processor has, and loops compiled for it.
#ifndef IMPASTO_MOTION_VECTORS_H
#define IMPASTO_MOTION_VECTORS_H

#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#include "CMotion.h"

// A product and a sum that became one step would be rounded otherwise.
#pragma STDC FP_CONTRACT OFF

// All of it is inlined, so that no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

/// A body for `kernels_parallel` in a version for each generation of processors.
#if defined(__x86_64__) && defined(__linux__)
#define VERSIONED __attribute__((target_clones("default", "arch=x86-64-v3"))) static void
#else
#define VERSIONED static void
#endif

typedef float four_floats __attribute__((vector_size(16)));
typedef float eight_floats __attribute__((vector_size(32)));
typedef float sixteen_floats __attribute__((vector_size(64)));
typedef int32_t four_ints __attribute__((vector_size(16)));
typedef int16_t sixteen_shorts __attribute__((vector_size(32)));

#define LOAD(vector, address)                \
  ({                                         \
    vector loaded_;                          \
    memcpy(&loaded_, address, sizeof loaded_); \
    loaded_;                                 \
  })
#define STORE(address, value)                  \
  do {                                         \
    __typeof__(value) stored_ = value;         \
    memcpy(address, &stored_, sizeof stored_); \
  } while (0)

INLINE float sum(eight_floats v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t within(int64_t value, int64_t last) {
  return value < 0 ? 0 : value > last ? last : value;
}
/// A place beside a picture, mirrored at its first or last pixel.
INLINE int64_t mirrored(int64_t value, int64_t last) {
  const int64_t inside = value < 0 ? -value : value > last ? 2 * last - value : value;
  return within(inside, last);
}
INLINE float bounded(float value, float low, float high) {
  return value < low ? low : value > high ? high : value;
}

/// The place of a pixel in a grey picture.
INLINE int64_t grey_stride(int64_t width) { return width + 2 * motion_border; }
INLINE int64_t grey_index(int64_t width, int64_t x, int64_t y) {
  return (y + motion_border) * grey_stride(width) + x + motion_border;
}

/// The four pixels around a place inside a picture, and their shares.
typedef struct {
  int64_t above_left, above_right, below_left, below_right;
  float a, b, c, d;
} neighbours;

INLINE neighbours around(float x, float y, int64_t width, int64_t height) {
  x = bounded(x, 0, (float)(width - 1));
  y = bounded(y, 0, (float)(height - 1));
  const int64_t left = (int64_t)x, top = (int64_t)y;
  const int64_t right = smaller(left + 1, width - 1), bottom = smaller(top + 1, height - 1);
  const float fx = x - (float)left, fy = y - (float)top;
  return (neighbours){
      top * width + left,    top * width + right,   bottom * width + left, bottom * width + right,
      (1 - fx) * (1 - fy),   fx * (1 - fy),         (1 - fx) * fy,         fx * fy};
}

INLINE float at(const float *plane, neighbours n) {
  return n.a * plane[n.above_left] + n.b * plane[n.above_right] + n.c * plane[n.below_left]
         + n.d * plane[n.below_right];
}

#endif
