#include "CCeilings.h"
#include "CKernels.h"

// Defines a loop of `chains` sums, each of which waits only for itself, so that the pipelines are
// kept full. The sums start unknown to the compiler, which otherwise would compute one for all.
#define MULTIPLYING_LOOP(name, attributes, vector, chains, initial, step)  \
  attributes static void name(int64_t rounds) {                            \
    vector sums[chains] = {0}, factor = initial;                           \
    __asm__ volatile("" : "+m"(sums), "+m"(factor));                       \
    for (int64_t round = 0; round < rounds; round++) {                     \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++)  \
        sums[i] = step(sums[i], factor);                                   \
    }                                                                      \
    __asm__ volatile("" : : "m"(sums));                                    \
  }

typedef float four_floats __attribute__((vector_size(16)));
#define PLAIN_STEP(sum, factor) (sum + factor * factor)
MULTIPLYING_LOOP(multiply_plain, , four_floats, 12, {0.5f}, PLAIN_STEP)

#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>

#define AVX2_STEP(sum, factor) _mm256_fmadd_ps(factor, factor, sum)
MULTIPLYING_LOOP(
    multiply_avx2, __attribute__((target("avx2,fma"))), __m256, 12, _mm256_set1_ps(0.5f),
    AVX2_STEP)

#define AVX512_STEP(sum, factor) _mm512_fmadd_ps(factor, factor, sum)
MULTIPLYING_LOOP(
    multiply_avx512, __attribute__((target("avx512f"))), __m512, 16, _mm512_set1_ps(0.5f),
    AVX512_STEP)

#define BF16_STEP(sum, factor) _mm512_dpbf16_ps(sum, (__m512bh)factor, (__m512bh)factor)
MULTIPLYING_LOOP(
    multiply_avx512_bf16, __attribute__((target("avx512f,avx512bf16"))), __m512, 16,
    _mm512_set1_ps(0.5f), BF16_STEP)

/// Palette 1: eight tiles of 16 rows of 64 bytes.
typedef struct {
  uint8_t palette, first_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

// Four sums of the products of two tiles with two others, as a matrix product has them.
__attribute__((target("amx-tile,amx-bf16"))) static void multiply_amx(int64_t rounds) {
  tile_configuration configuration = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    configuration.row_bytes[tile] = 64;
    configuration.rows[tile] = 16;
  }
  _tile_loadconfig(&configuration);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int64_t round = 0; round < rounds; round++) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_release();
}
#endif

/// A loop, and the multiplications and additions of one of its rounds.
typedef struct {
  void (*loop)(int64_t rounds);
  int64_t operations;
} multiplying_loop;

static multiplying_loop loop_of(ceilings_instruction instruction) {
  switch (instruction) {
#if defined(__x86_64__) && defined(__linux__)
    case ceilings_avx2_f32: return (multiplying_loop){multiply_avx2, 12 * 8 * 2};
    case ceilings_avx512_f32: return (multiplying_loop){multiply_avx512, 16 * 16 * 2};
    case ceilings_avx512_bf16: return (multiplying_loop){multiply_avx512_bf16, 16 * 32 * 2};
    case ceilings_amx_bf16: return (multiplying_loop){multiply_amx, 4 * 16 * 16 * 32 * 2};
#endif
    default: return (multiplying_loop){multiply_plain, 12 * 4 * 2};
  }
}

typedef struct {
  multiplying_loop work;
  int64_t rounds;
} share;

static void multiply_share(const void *context, int64_t piece) {
  (void)piece;
  const share *share = context;
  share->work.loop(share->rounds);
}

int64_t ceilings_multiply(ceilings_instruction instruction, int64_t operations, int threads) {
  multiplying_loop work = loop_of(instruction);
  share share = {.work = work, .rounds = operations / work.operations + 1};
  kernels_parallel(threads, threads, multiply_share, &share);
  return threads * share.rounds * work.operations;
}
