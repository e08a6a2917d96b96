#include "pngnotes.h"

#include <png.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum note { CICP, ICCP, SRGB, GAMA, CHRM, EXIF, ITXT, PHYS };

const char png_notes[PNG_NOTE_COUNT * 5] = "cICP\0iCCP\0sRGB\0gAMA\0cHRM\0eXIf\0iTXt\0pHYs";

// Source: Portable Network Graphics (PNG) Specification, third edition, 11.3.2.

static bool read_cicp(struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  // Primaries, transfer, matrix, which is zero for RGB, and one for the full range.
  if (count != 4 || bytes[0] == 0 || bytes[2] != 0 || bytes[3] != 1) return false;
  reader->color_space.primaries = bytes[0];
  reader->color_space.transfer = bytes[1];
  return true;
}

static bool inflate_into(struct buffer *buffer, const uint8_t *bytes, size_t count) {
  z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)count};
  if (inflateInit(&stream) != Z_OK) return false;
  uint8_t piece[1 << 14];
  int status = Z_OK;
  while (status == Z_OK && buffer->count < IMPASTO_NOTE_LIMIT) {
    stream.next_out = piece;
    stream.avail_out = sizeof piece;
    status = inflate(&stream, Z_NO_FLUSH);
    size_t made = sizeof piece - stream.avail_out;
    if (made > IMPASTO_NOTE_LIMIT - buffer->count || !reserve(buffer, made)) break;
    if (made > 0) memcpy(buffer->bytes + buffer->count, piece, made);
    buffer->count += made;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END;
}

// A name of up to 79 characters and a zero, the method, which is zero, and the compressed profile.
static bool read_iccp(struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  const uint8_t *end = memchr(bytes, 0, count < 80 ? count : 80);
  if (end == NULL || bytes + count - end < 3 || end[1] != 0) return false;
  struct buffer *icc = &reader->color_space.icc;
  if (inflate_into(icc, end + 2, (size_t)(bytes + count - end) - 2)) return true;
  icc->count = 0;
  return false;
}

static bool read_chromaticities(
    struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  if (count != 32) return false;
  for (int i = 0; i < 8; i++) {
    reader->color_space.chromaticities[i] = png_get_uint_32(bytes + 4 * i) / 1e5;
  }
  return true;
}

static bool read_gamma(struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  if (count != 4 || png_get_uint_32(bytes) == 0) return false;
  reader->color_space.gamma = png_get_uint_32(bytes) / 1e5;
  return true;
}

static void read_xmp(struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  // The keyword, no compression, its method, and neither language nor translated keyword.
  static const char start[22] = "XML:com.adobe.xmp\0\0\0\0";
  if (count <= sizeof start || memcmp(bytes, start, sizeof start) != 0) return;
  if (reader->xmp.count > 0) return;
  append(reader, &reader->xmp, bytes + sizeof start, count - sizeof start);
}

// Two numbers and their unit, of which 1 is the metre.
static void read_density(struct impasto_reader *reader, const uint8_t *bytes, size_t count) {
  if (count != 9 || bytes[8] != 1) return;
  for (int i = 0; i < 2; i++) reader->header.density[i] = png_get_uint_32(bytes + 4 * i);
}

static bool read_note(
    struct impasto_reader *reader, enum note note, const uint8_t *bytes, size_t count) {
  switch (note) {
    case CICP: return read_cicp(reader, bytes, count);
    case ICCP: return read_iccp(reader, bytes, count);
    case SRGB: return reader->color_space.is_srgb = true;
    case GAMA: return read_gamma(reader, bytes, count);
    case CHRM: return read_chromaticities(reader, bytes, count);
    case EXIF: append(reader, &reader->exif, bytes, count); return true;
    case ITXT: read_xmp(reader, bytes, count); return true;
    case PHYS: read_density(reader, bytes, count); return true;
  }
  return false;
}

void read_png_note(
    struct impasto_reader *reader, unsigned *seen, const char *name, bool is_damaged,
    const uint8_t *bytes, size_t count) {
  enum note note = 0;
  while (note < PNG_NOTE_COUNT && strcmp(name, png_notes + 5 * note) != 0) note++;
  if (note == PNG_NOTE_COUNT || (*seen >> note & 1) != 0) return;
  // There are other texts than XMP.
  if (note != ITXT) *seen |= 1u << note;
  bool is_read = !is_damaged && read_note(reader, note, bytes, count);
  if (is_read || note >= EXIF) return;
  char words[64];
  snprintf(words, sizeof words, "the %s chunk, about colours, is damaged and ignored", name);
  warn(reader, words);
}
