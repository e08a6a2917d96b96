#include "codec.h"
#include "libraries.h"

static struct impasto_writer *make(enum impasto_format format) {
  switch (format) {
    case IMPASTO_PNG: return make_png_writer();
    case IMPASTO_JPEG: return make_jpeg_writer();
#if HAS_WEBP
    case IMPASTO_WEBP: return make_webp_writer();
#endif
    default: return NULL;
  }
}

struct impasto_writer *impasto_writer_open(
    enum impasto_format format, struct impasto_sink sink, const struct impasto_contents *contents,
    char *message) {
  struct impasto_writer *writer = make(format);
  if (writer == NULL) {
    say(message, "out of memory");
    return NULL;
  }
  writer->output.sink = sink;
  writer->contents = *contents;
  writer->fault.message = message;
  if (setjmp(writer->fault.stop)) {
    impasto_writer_close(writer);
    return NULL;
  }
  writer->encoder->begin(writer);
  return writer;
}

bool impasto_writer_write(
    struct impasto_writer *writer, const uint8_t *pixels, uint32_t rows, char *message) {
  writer->fault.message = message;
  if (setjmp(writer->fault.stop)) return false;
  writer->encoder->write(writer, pixels, rows);
  return true;
}

bool impasto_writer_end(struct impasto_writer *writer, char *message) {
  writer->fault.message = message;
  if (setjmp(writer->fault.stop)) return false;
  writer->encoder->end(writer);
  if (!flush(&writer->output)) stop(&writer->fault, cannot_write);
  return true;
}

void impasto_writer_close(struct impasto_writer *writer) { writer->encoder->close(writer); }
