// Code versions by set of instructions, loads and stores by type, and the sizes of pieces of work.
#ifndef IMPASTO_PARALLEL_H
#define IMPASTO_PARALLEL_H

#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#define INLINE static inline __attribute__((always_inline))

/// Begins the body of a piece of work, which gets `context` and `piece`. It is compiled once for each
/// generation of processors; what runs follows the set of instructions in use. Where there are
/// vectors of 512 bits, loops use them; compilers prefer half of that unless they are told.
#if defined(__x86_64__)
#define COMPILED_FOR(generation, function, body)                                         \
  __attribute__((target("arch=" generation))) static void function(                      \
      const void *context, int64_t piece) {                                              \
    body(context, piece);                                                                \
  }
#define VERSIONED_BODY(name)                                                             \
  INLINE void name##_loops(const void *context, int64_t piece);                          \
  COMPILED_FOR("x86-64", name##_baseline, name##_loops)                                  \
  COMPILED_FOR("x86-64-v3", name##_avx2, name##_loops)                                   \
  COMPILED_FOR("x86-64-v4,no-prefer-256-bit", name##_avx512, name##_loops)               \
  static void name(const void *context, int64_t piece) {                                 \
    const kernels_instructions set = kernels_instructions_in_use();                      \
    (set >= kernels_avx512 ? name##_avx512 : set >= kernels_avx2 ? name##_avx2           \
                                                                 : name##_baseline)(     \
        context, piece);                                                                 \
  }                                                                                      \
  INLINE void name##_loops(const void *context, int64_t piece)
#else
#define VERSIONED_BODY(name) static void name(const void *context, int64_t piece)
#endif

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
