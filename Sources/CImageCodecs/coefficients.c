#include "coefficients.h"

#include <jerror.h>
#include <stdint.h>
#include <string.h>

// The memory manager of libjpeg is an object of functions that its public header declares, and
// `jvirt_barray_control` the type that the header leaves to whoever implements them. Here it holds
// the blocks of one component, which are written from the top and then read from the top, a few
// rows of blocks at a time; another order ends with libjpeg's own error.
struct jvirt_barray_control {
  /// The rows at hand.
  JBLOCKARRAY strip;
  JDIMENSION blocks_across, rows;
  /// Which strip they are, and how many are packed.
  size_t index, packed_count;
  uint8_t **packed;
  /// Room for a packed strip of any contents.
  uint8_t *room;
};

// A bit for each row of eight coefficients that are not all zero; for each of these rows a bit for
// each coefficient that is not zero; and these, seven bits, the lowest the sign, or more in another
// byte. No coefficient of 8-bit pixels needs more than those.
enum { MOST_BYTES_PER_BLOCK = 1 + 8 + 64 * 2 };

typedef JCOEF coefficient_row __attribute__((vector_size(16)));
typedef int8_t byte_row __attribute__((vector_size(8)));

static uint64_t nonzero_bits(const JCOEF *block) {
  uint64_t bits = 0;
  for (int y = 0; y < DCTSIZE; y++) {
    coefficient_row row;
    memcpy(&row, block + y * DCTSIZE, sizeof row);
    // 0xFF where a coefficient is not zero, of which each byte keeps another bit.
    byte_row is_nonzero = __builtin_convertvector(row != 0, byte_row);
    uint64_t bytes;
    memcpy(&bytes, &is_nonzero, sizeof bytes);
    bits |= (bytes & 0x8040201008040201) * 0x0101010101010101 >> 56 << 8 * y;
  }
  return bits;
}

static uint8_t *pack_block(const JCOEF *block, uint8_t *bytes) {
  uint64_t bits = nonzero_bits(block);
  uint8_t *rows = bytes++;
  *rows = 0;
  for (int y = 0; y < DCTSIZE; y++) {
    *bytes = (uint8_t)(bits >> 8 * y);
    *rows |= (uint8_t)((*bytes != 0) << y);
    bytes += *bytes != 0;
  }
  for (; bits != 0; bits &= bits - 1) {
    int coefficient = block[__builtin_ctzll(bits)];
    unsigned value = (unsigned)(coefficient * 2) ^ (unsigned)(coefficient >> 31);
    *bytes++ = (uint8_t)(value > 127 ? value | 128 : value);
    if (value > 127) *bytes++ = (uint8_t)(value >> 7);
  }
  return bytes;
}

static const uint8_t *unpack_block(const uint8_t *bytes, JCOEF *block) {
  memset(block, 0, sizeof(JBLOCK));
  unsigned rows = *bytes++;
  uint64_t bits = 0;
  for (int y = 0; y < DCTSIZE; y++) {
    unsigned is_nonzero = rows >> y & 1;
    bits |= (uint64_t)(*bytes & (0u - is_nonzero)) << 8 * y;
    bytes += is_nonzero;
  }
  for (; bits != 0; bits &= bits - 1) {
    unsigned value = *bytes++;
    if (value > 127) value = (value & 127) | (unsigned)*bytes++ << 7;
    block[__builtin_ctzll(bits)] = (JCOEF)(value >> 1 ^ (0u - (value & 1)));
  }
  return bytes;
}

static void pack_strip(j_common_ptr jpeg, jvirt_barray_ptr array) {
  uint8_t *end = array->room;
  for (JDIMENSION y = 0; y < array->rows; y++) {
    for (JDIMENSION x = 0; x < array->blocks_across; x++) end = pack_block(array->strip[y][x], end);
  }
  size_t count = (size_t)(end - array->room);
  uint8_t *packed = jpeg->mem->alloc_large(jpeg, JPOOL_IMAGE, count);
  memcpy(packed, array->room, count);
  array->packed[array->packed_count++] = packed;
}

static void unpack_strip(jvirt_barray_ptr array) {
  const uint8_t *next = array->packed[array->index];
  for (JDIMENSION y = 0; y < array->rows; y++) {
    for (JDIMENSION x = 0; x < array->blocks_across; x++) {
      next = unpack_block(next, array->strip[y][x]);
    }
  }
}

static jvirt_barray_ptr request(
    j_common_ptr jpeg, int pool, boolean pre_zero, JDIMENSION blocks_across, JDIMENSION rows,
    JDIMENSION rows_at_once) {
  (void)pre_zero;
  struct jpeg_memory_mgr *memory = jpeg->mem;
  struct jvirt_barray_control *array = memory->alloc_small(jpeg, pool, sizeof *array);
  size_t strips = (rows + rows_at_once - 1) / rows_at_once;
  *array = (struct jvirt_barray_control){
    .strip = memory->alloc_barray(jpeg, pool, blocks_across, rows_at_once),
    .blocks_across = blocks_across, .rows = rows_at_once,
    .packed = memory->alloc_large(jpeg, pool, strips * sizeof *array->packed),
    .room = memory->alloc_large(
        jpeg, pool, (size_t)blocks_across * rows_at_once * MOST_BYTES_PER_BLOCK)};
  return array;
}

// A compressor asks for as many rows as it said at first, in whole strips one after another.
static JBLOCKARRAY access_rows(
    j_common_ptr jpeg, jvirt_barray_ptr array, JDIMENSION first, JDIMENSION rows,
    boolean is_writable) {
  (void)is_writable;
  size_t index = first / array->rows;
  if (rows != array->rows || first % array->rows != 0 || index > array->packed_count + 1) {
    ERREXIT(jpeg, JERR_BAD_VIRTUAL_ACCESS);
  }
  if (index == array->index) return array->strip;
  if (array->index == array->packed_count) pack_strip(jpeg, array);
  array->index = index;
  if (index < array->packed_count) unpack_strip(array);
  return array->strip;
}

void pack_coefficients(j_compress_ptr jpeg) {
  jpeg->mem->request_virt_barray = request;
  jpeg->mem->access_virt_barray = access_rows;
}
