#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "conversion.h"
#include "libraries.h"

const char *impasto_missing_library(enum impasto_format format) {
  switch (format) {
    case IMPASTO_WEBP: return HAS_WEBP ? NULL : "libwebp";
    case IMPASTO_HEIF: return HAS_HEIF ? NULL : "libheif";
    case IMPASTO_TIFF: return HAS_TIFF ? NULL : "libtiff 4.5";
    default: return NULL;
  }
}

static struct impasto_reader *make(enum impasto_format format) {
  switch (format) {
    case IMPASTO_PNG: return make_png_reader();
    case IMPASTO_JPEG: return make_jpeg_reader();
#if HAS_WEBP
    case IMPASTO_WEBP: return make_webp_reader();
#endif
#if HAS_HEIF
    case IMPASTO_HEIF: return make_heif_reader();
#endif
#if HAS_TIFF
    case IMPASTO_TIFF: return make_tiff_reader();
#endif
    default: return NULL;
  }
}

struct impasto_reader *impasto_reader_open(
    enum impasto_format format, struct impasto_source source, int background,
    struct impasto_header *header, char *message) {
  struct impasto_reader *reader = make(format);
  if (reader == NULL) {
    say(message, "out of memory");
    return NULL;
  }
  reader->input.source = source;
  reader->background = background;
  reader->fault.message = message;
  if (setjmp(reader->fault.stop)) {
    *header = reader->header;
    impasto_reader_close(reader);
    return NULL;
  }
  reader->decoder->open(reader);
  reader->header.has_alpha = reader->layout.has_alpha;
  reader->header.held += held_for_conversion(reader);
  reader->header.exif = reader->exif.bytes;
  reader->header.exif_count = reader->exif.count;
  reader->header.xmp = reader->xmp.bytes;
  reader->header.xmp_count = reader->xmp.count;
  *header = reader->header;
  return reader;
}

// All pixels are there.
static void end(struct impasto_reader *reader) {
  char reason[IMPASTO_MESSAGE_SIZE], words[IMPASTO_MESSAGE_SIZE + 64];
  reader->fault.message = reason;
  if (setjmp(reader->fault.stop)) {
    snprintf(words, sizeof words, "the file is damaged or cut off after its pixels (%s)", reason);
    warn(reader, words);
    return;
  }
  reader->decoder->end(reader);
}

bool impasto_reader_read(
    struct impasto_reader *reader, uint8_t *pixels, uint32_t rows, char *message) {
  reader->fault.message = message;
  if (setjmp(reader->fault.stop)) return false;
  if (!reader->is_begun) reader->decoder->begin(reader);
  reader->is_begun = true;
  read_converted(reader, pixels, rows);
  reader->row += rows;
  if (reader->row == reader->header.height) end(reader);
  return true;
}

void impasto_reader_rewind(struct impasto_reader *reader) {
  reader->row = 0;
  reader->is_begun = false;
}

const char *impasto_reader_warnings(const struct impasto_reader *reader) {
  return reader->warnings;
}

void impasto_reader_close(struct impasto_reader *reader) {
  reader->decoder->close(reader);
  free_conversion(reader->conversion);
  free(reader->color_space.icc.bytes);
  free(reader->exif.bytes);
  free(reader->xmp.bytes);
  free(reader);
}

void set_size(struct impasto_reader *reader, uint64_t width, uint64_t height) {
  reader->header.width = width;
  reader->header.height = height;
  if (width == 0 || height == 0) stop(&reader->fault, "a picture of no pixels");
  if (width > IMPASTO_PIXEL_LIMIT / height) stop(&reader->fault, "too many pixels");
}

void append(
    struct impasto_reader *reader, struct buffer *buffer, const void *bytes, size_t count) {
  if (count > IMPASTO_NOTE_LIMIT - buffer->count) {
    buffer->count = 0;
    warn(reader, "a colour profile, EXIF or XMP of over 16 MB is ignored");
    return;
  }
  if (!reserve(buffer, count)) stop(&reader->fault, "out of memory");
  if (count > 0) memcpy(buffer->bytes + buffer->count, bytes, count);
  buffer->count += count;
}

void append_exif(struct impasto_reader *reader, const void *bytes, size_t count) {
  static const char name[6] = "Exif\0";
  size_t skipped = count >= sizeof name && memcmp(bytes, name, sizeof name) == 0 ? sizeof name : 0;
  append(reader, &reader->exif, (const uint8_t *)bytes + skipped, count - skipped);
}

void refuse(struct impasto_reader *reader, const char *words) {
  reader->header.is_unsupported = true;
  stop(&reader->fault, words);
}

void warn(struct impasto_reader *reader, const char *words) {
  if (strstr(reader->warnings, words) != NULL) return;
  size_t count = strlen(reader->warnings), room = sizeof reader->warnings - count;
  if (strlen(words) + 2 > room) return;
  snprintf(reader->warnings + count, room, "%s\n", words);
}
