#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

struct png_reader {
  struct impasto_reader base;
  png_structp png;
  png_infop info;
  int passes;
};

static PNG_NORETURN void on_error(png_structp png, png_const_charp words) {
  stop(png_get_error_ptr(png), words);
}

// libpng drops a transparency chunk that it cannot use and goes on, which would show the colours
// beneath; every other warning is about something that does not reach the pixels.
static void on_warning(png_structp png, png_const_charp words) {
  if (strncmp(words, "tRNS", 4) == 0) stop(png_get_error_ptr(png), words);
}

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
  if (take(png_get_io_ptr(png), bytes, count) < count) png_error(png, "the file ends too early");
}

static void read_start(struct impasto_reader *base) {
  // Signature (8), length and name of the first chunk (8), width (4), height (4), depth, colour
  // type, compression, filter and, what is left to libpng to miss, interlacing (1 each).
  uint8_t start[29] = {0};
  if (take(&base->input, start, sizeof start) < 24 || memcmp(start + 12, "IHDR", 4) != 0) {
    stop(&base->fault, "the header is missing");
  }
  base->header.width = png_get_uint_32(start + 16);
  base->header.height = png_get_uint_32(start + 20);
  base->header.is_interlaced = start[28] != 0;
}

static void release(struct png_reader *reader) {
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

static void begin(struct impasto_reader *base) {
  struct png_reader *reader = (struct png_reader *)base;
  release(reader);
  rewind_input(&base->input);
  png_structp png = reader->png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &base->fault, on_error, on_warning);
  if (png == NULL) stop(&base->fault, "out of memory");
  png_infop info = reader->info = png_create_info_struct(png);
  if (info == NULL) stop(&base->fault, "out of memory");
  png_set_read_fn(png, &base->input, read_bytes);
  // The caller has its own limit on the size.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Text, colour profiles and gamma are skipped unread; transparency is not among them.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != base->header.width
      || png_get_image_height(png, info) != base->header.height) {
    png_error(png, "the file changed while it was read");
  }

  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  if ((png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0
      || png_get_valid(png, info, PNG_INFO_tRNS) != 0) {
    // In 8 bits for files of 16 too: libpng widens it where it narrows the pixels.
    uint8_t level = base->background;
    png_color_16 grey = {.red = level, .green = level, .blue = level, .gray = level};
    png_set_background(png, &grey, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1);
  }
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != (size_t)base->header.width * 3) {
    png_error(png, "an unknown kind of pixel");
  }
}

static void read_rows(struct impasto_reader *base, uint8_t *pixels, uint32_t rows) {
  struct png_reader *reader = (struct png_reader *)base;
  if (reader->passes > 1 && rows < base->header.height) {
    png_error(reader->png, "the file changed while it was read");
  }
  size_t stride = (size_t)base->header.width * 3;
  for (int pass = 0; pass < reader->passes; pass++) {
    for (uint32_t y = 0; y < rows; y++) png_read_row(reader->png, pixels + y * stride, NULL);
  }
}

static void end(struct impasto_reader *base) {
  png_read_end(((struct png_reader *)base)->png, NULL);
}

static void destroy(struct impasto_reader *base) {
  release((struct png_reader *)base);
  free(base);
}

static const struct decoder decoder = {read_start, begin, read_rows, end, destroy};

struct impasto_reader *make_png_reader(void) {
  struct png_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}
