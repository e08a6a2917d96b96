/// What a processor can do at most: loops that only multiply, and loops that only move bytes.
///
/// Nothing is timed here. `threads` is the size of the OpenMP team.
#ifndef CCEILINGS_H
#define CCEILINGS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// A way to multiply and add many numbers at once.
typedef enum {
  ceilings_no_instruction,
  ceilings_plain_f32,    ///< Vectors of four, as the compiler translates them.
  ceilings_avx2_f32,     ///< vfmadd on 256 bits.
  ceilings_avx512_f32,   ///< vfmadd on 512 bits.
  ceilings_avx512_bf16,  ///< vdpbf16ps on 512 bits.
  ceilings_amx_bf16,     ///< tdpbf16ps on tiles of 16 by 64 bytes.
} ceilings_instruction;

// instructions.c

/// The fastest instruction for f32 of the set in use.
ceilings_instruction ceilings_fastest_f32(void);

/// The fastest instruction for bf16 of the set in use, if it has one.
ceilings_instruction ceilings_fastest_bf16(void);

// arithmetic.c

/// Multiplies and adds in registers, on each thread about `operations` times; returns the number
/// of operations of all threads.
///
/// `instruction` must be one that this processor has.
int64_t ceilings_multiply(ceilings_instruction instruction, int64_t operations, int threads);

// bandwidth.c

/// Two arrays of blocks of 1 MB.
typedef struct ceilings_memory ceilings_memory;

/// Allocates two arrays of `blocks` blocks each; stops the program where memory is out.
ceilings_memory *ceilings_allocate(int64_t blocks);

void ceilings_free(ceilings_memory *memory);

/// Copies `count` blocks from one array to the other, with stores that leave the caches alone,
/// beginning with the block of number `first` (modulo all); returns the bytes read and written.
int64_t ceilings_copy(const ceilings_memory *memory, int64_t first, int64_t count, int threads);

/// Reads `count` blocks alike; returns their bytes.
int64_t ceilings_read(const ceilings_memory *memory, int64_t first, int64_t count, int threads);

#pragma clang assume_nonnull end
#endif
