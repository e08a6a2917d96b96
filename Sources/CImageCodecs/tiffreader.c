#include "libraries.h"
#if HAS_TIFF

#include "tiffreader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What libtiff calls. No fault leaves here: it has memory to free.

static tmsize_t read_bytes(thandle_t context, void *bytes, tmsize_t count) {
  struct tiff_reader *reader = context;
  const struct impasto_source *source = &reader->base.input.source;
  if (count <= 0) return 0;
  source->seek(source->context, reader->position);
  size_t taken = source->read(source->context, bytes, (size_t)count);
  reader->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t write_bytes(thandle_t context, void *bytes, tmsize_t count) {
  (void)context, (void)bytes, (void)count;
  return 0;
}

static toff_t seek(thandle_t context, toff_t offset, int whence) {
  struct tiff_reader *reader = context;
  uint64_t start = whence == SEEK_CUR   ? reader->position
                   : whence == SEEK_END ? reader->base.input.source.size
                                        : 0;
  return reader->position = start + offset;
}

static int close_nothing(thandle_t context) {
  (void)context;
  return 0;
}

static toff_t size(thandle_t context) {
  return ((struct tiff_reader *)context)->base.input.source.size;
}

static int keep_words(
    TIFF *tiff, void *context, const char *module, const char *format, va_list values) {
  (void)tiff, (void)module;
  struct tiff_reader *reader = context;
  if (reader->words[0] == 0) vsnprintf(reader->words, sizeof reader->words, format, values);
  return 1;
}

static int ignore_words(
    TIFF *tiff, void *context, const char *module, const char *format, va_list values) {
  (void)tiff, (void)context, (void)module, (void)format, (void)values;
  return 1;
}

_Noreturn void stop_tiff(struct tiff_reader *reader) {
  // The row that libtiff names before it has read any.
  static const char no_row[] = " at scanline 4294967295";
  char *place = strstr(reader->words, no_row);
  if (place != NULL) memmove(place, place + strlen(no_row), strlen(place + strlen(no_row)) + 1);
  size_t count = strlen(reader->words);
  if (count > 0 && reader->words[count - 1] == '.') reader->words[count - 1] = 0;
  stop(&reader->base.fault, count > 0 ? reader->words : "its strips or tiles make no sense");
}

static void open_tiff(struct tiff_reader *reader) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) stop(&reader->base.fault, "out of memory");
  // A compressed strip, or a table of places, is no larger.
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 30);
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_words, reader);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_words, reader);
  // Read only, not mapped into memory.
  reader->tiff = TIFFClientOpenExt(
      "TIFF", "rm", reader, read_bytes, write_bytes, seek, close_nothing, size, NULL, NULL,
      options);
  TIFFOpenOptionsFree(options);
  if (reader->tiff == NULL) stop_tiff(reader);
}

// Camera raw files, and others, begin with a small picture that only stands for the large one.
static void find_picture(struct tiff_reader *reader) {
  enum { MAXIMUM = 16 };
  for (int i = 0; i < MAXIMUM; i++) {
    uint32_t kind = 0;
    TIFFGetField(reader->tiff, TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0) return;
    if (!TIFFReadDirectory(reader->tiff)) break;
  }
  refuse(&reader->base, "it holds only a small preview, as camera raw files do");
}

static void open_file(struct impasto_reader *base) {
  struct tiff_reader *reader = (struct tiff_reader *)base;
  open_tiff(reader);
  find_picture(reader);
  if (!TIFFLastDirectory(reader->tiff)) warn(base, "only the first picture of the file is read");
  uint32_t width = 0, height = 0;
  TIFFGetField(reader->tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(reader->tiff, TIFFTAG_IMAGELENGTH, &height);
  set_size(base, width, height);
  keep_tiff_notes(reader);
  read_tiff_layout(reader);
  uint16_t orientation;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_ORIENTATION, &orientation);
  base->header.orientation = orientation <= 8 ? (uint8_t)orientation : ORIENTATION_TOPLEFT;
  base->header.held = tiff_rows_held(reader);
}

static void begin(struct impasto_reader *base) { begin_tiff_rows((struct tiff_reader *)base); }

static void read_rows(struct impasto_reader *base, uint8_t *rows, uint32_t count) {
  struct tiff_reader *reader = (struct tiff_reader *)base;
  size_t row_size = raw_stride(base);
  for (uint32_t y = 0; y < count; y++, rows += row_size) {
    arrange_tiff_row(reader, read_tiff_row(reader), rows);
    if (reader->is_premultiplied) unmultiply(base, rows);
  }
}

static void end(struct impasto_reader *base) { (void)base; }

static void close_file(struct impasto_reader *base) {
  struct tiff_reader *reader = (struct tiff_reader *)base;
  free_tiff_rows(reader->rows);
  if (reader->tiff != NULL) TIFFClose(reader->tiff);
}

static const struct decoder decoder = {open_file, begin, read_rows, end, close_file};

struct impasto_reader *make_tiff_reader(void) {
  struct tiff_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}

#endif
