#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec.h"

struct png_writer {
  struct impasto_writer base;
  png_structp png;
  png_infop info;
};

static PNG_NORETURN void on_error(png_structp png, png_const_charp words) {
  stop(png_get_error_ptr(png), words);
}

static void on_warning(png_structp png, png_const_charp words) { (void)png, (void)words; }

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  struct output *output = png_get_io_ptr(png);
  while (count > 0) {
    if (output->count == sizeof output->piece && !flush(output)) png_error(png, cannot_write);
    size_t room = sizeof output->piece - output->count;
    size_t part = count < room ? count : room;
    memcpy(output->piece + output->count, bytes, part);
    output->count += part;
    bytes += part;
    count -= part;
  }
}

// libpng asks for it at the end only.
static void flush_bytes(png_structp png) { (void)png; }

// XMP is text that is neither compressed nor in a language: 1 byte ends its name, and 4 say so.
static void write_xmp(png_structp png, const uint8_t *xmp, size_t count) {
  static const uint8_t start[17 + 5] = "XML:com.adobe.xmp";
  png_write_chunk_start(png, (png_const_bytep)"iTXt", (png_uint_32)(sizeof start + count));
  png_write_chunk_data(png, start, sizeof start);
  png_write_chunk_data(png, xmp, count);
  png_write_chunk_end(png);
}

static void set_notes(png_structp png, png_infop info, const struct impasto_contents *contents) {
  if (contents->exif != NULL) {
    // libpng copies the bytes, which it does not declare const.
    png_set_eXIf_1(png, info, (png_uint_32)contents->exif_count, (png_bytep)contents->exif);
  }
  if (contents->density[0] > 0 && contents->density[1] > 0) {
    png_set_pHYs(png, info, contents->density[0], contents->density[1], PNG_RESOLUTION_METER);
  }
}

static void begin(struct impasto_writer *base) {
  const struct impasto_contents *contents = &base->contents;
  struct png_writer *writer = (struct png_writer *)base;
  png_structp png = writer->png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &base->fault, on_error, on_warning);
  if (png == NULL) stop(&base->fault, "out of memory");
  png_infop info = writer->info = png_create_info_struct(png);
  if (info == NULL) stop(&base->fault, "out of memory");
  png_set_write_fn(png, &base->output, write_bytes, flush_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      png, info, contents->width, contents->height, 8,
      contents->has_alpha ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  set_notes(png, info, contents);
  png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  // Five times as fast as what libpng chooses by itself, which makes files of stylised pictures 2 %
  // smaller and of photographs 10 %.
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
  png_set_compression_strategy(png, Z_RLE);
  png_write_info(png, info);
  if (contents->xmp != NULL) write_xmp(png, contents->xmp, contents->xmp_count);
}

static void write_rows(struct impasto_writer *base, const uint8_t *pixels, uint32_t rows) {
  png_structp png = ((struct png_writer *)base)->png;
  size_t stride = (size_t)base->contents.width * (base->contents.has_alpha ? 4 : 3);
  for (uint32_t y = 0; y < rows; y++) png_write_row(png, pixels + y * stride);
}

static void end(struct impasto_writer *base) {
  png_structp png = ((struct png_writer *)base)->png;
  png_write_end(png, NULL);
}

static void destroy(struct impasto_writer *base) {
  struct png_writer *writer = (struct png_writer *)base;
  png_destroy_write_struct(&writer->png, &writer->info);
  free(base);
}

static const struct encoder encoder = {begin, write_rows, end, destroy};

struct impasto_writer *make_png_writer(void) {
  struct png_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->base.encoder = &encoder;
  return &writer->base;
}
