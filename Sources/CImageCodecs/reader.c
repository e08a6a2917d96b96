#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "conversion.h"

static struct impasto_reader *make(enum impasto_format format) {
  switch (format) {
    case IMPASTO_PNG: return make_png_reader();
    case IMPASTO_JPEG: return make_jpeg_reader();
  }
  return NULL;
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

void warn(struct impasto_reader *reader, const char *words) {
  if (strstr(reader->warnings, words) != NULL) return;
  size_t count = strlen(reader->warnings), room = sizeof reader->warnings - count;
  if (strlen(words) + 2 > room) return;
  snprintf(reader->warnings + count, room, "%s\n", words);
}
