#include "codec.h"

struct impasto_reader *impasto_reader_open(
    enum impasto_format format, struct impasto_source source, uint8_t background,
    struct impasto_header *header, char *message) {
  struct impasto_reader *reader = format == IMPASTO_PNG ? make_png_reader() : make_jpeg_reader();
  if (reader == NULL) {
    say(message, "out of memory");
    return NULL;
  }
  reader->input.source = source;
  reader->background = background;
  reader->fault.message = message;
  if (setjmp(reader->fault.stop)) {
    impasto_reader_close(reader);
    return NULL;
  }
  reader->decoder->open(reader);
  *header = reader->header;
  return reader;
}

bool impasto_reader_read(
    struct impasto_reader *reader, uint8_t *pixels, uint32_t rows, char *message) {
  reader->fault.message = message;
  if (setjmp(reader->fault.stop)) return false;
  if (!reader->is_begun) reader->decoder->begin(reader);
  reader->is_begun = true;
  reader->decoder->read(reader, pixels, rows);
  reader->row += rows;
  if (reader->row == reader->header.height) reader->decoder->end(reader);
  return true;
}

void impasto_reader_rewind(struct impasto_reader *reader) {
  reader->row = 0;
  reader->is_begun = false;
}

void impasto_reader_close(struct impasto_reader *reader) { reader->decoder->close(reader); }
