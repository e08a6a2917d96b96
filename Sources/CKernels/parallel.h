// Code versions by processor, loads and stores by type, and the sizes of pieces of work.
#ifndef IMPASTO_PARALLEL_H
#define IMPASTO_PARALLEL_H

#include <stdint.h>
#include <string.h>

#include "CKernels.h"

// Compiled once for each processor generation and chosen at load time.
#if defined(__x86_64__)
#define VERSIONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define VERSIONED
#endif
#define INLINE static inline __attribute__((always_inline))

/// As `kernels_parallel`, with scratch memory that no other thread uses at the time.
typedef void (*kernels_scratch_body)(const void *context, int64_t piece, void *scratch);

/// Bytes to whose multiples scratch memory is aligned: a cache line.
enum { scratch_alignment = 64 };

/// Calls `body` for each of `pieces`, in any order, on up to `threads` threads that have
/// `scratch_size` bytes each.
void kernels_parallel_with_scratch(
    int64_t pieces, int threads, int64_t scratch_size, kernels_scratch_body body,
    const void *context);

INLINE float load(const void *base, kernels_scalar type, int64_t index) {
  if (type == kernels_f32) return ((const float *)base)[index];
  uint32_t bits = (uint32_t)((const uint16_t *)base)[index] << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// Rounds to nearest, ties to even; NaN stays NaN.
INLINE void store(void *base, kernels_scalar type, int64_t index, float value) {
  if (type == kernels_f32) {
    ((float *)base)[index] = value;
    return;
  }
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  uint32_t quiet = (bits >> 16) | 0x40;
  ((uint16_t *)base)[index] = (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? quiet : rounded);
}

INLINE int64_t scalar_size(kernels_scalar type) { return type == kernels_f32 ? 4 : 2; }

INLINE const void *at(const void *base, kernels_scalar type, int64_t index) {
  return (const char *)base + index * scalar_size(type);
}

INLINE void *at_mutable(void *base, kernels_scalar type, int64_t index) {
  return (char *)base + index * scalar_size(type);
}

/// Scalars of a flat loop that one piece covers.
enum { flat_piece = 1 << 15 };

INLINE int64_t pieces_of(int64_t count, int64_t size) { return (count + size - 1) / size; }
INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

#endif
