#include "libraries.h"
#if HAS_WEBP

#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "codec.h"

// From 0 for the fastest to 9 for the smallest file.
enum { LOSSLESS_EFFORT = 1 };

struct webp_writer {
  struct impasto_writer base;
  WebPConfig config;
  /// Holds all rows, for only a whole picture is encoded.
  WebPPicture picture;
  WebPMemoryWriter encoded;
  WebPMux *file;
  WebPData assembled;
  uint32_t row;
};

static void put_chunk(
    struct webp_writer *writer, const char *name, const uint8_t *bytes, size_t count) {
  if (count == 0) return;
  WebPData data = {bytes, count};
  if (WebPMuxSetChunk(writer->file, name, &data, 1) != WEBP_MUX_OK) {
    stop(&writer->base.fault, "out of memory");
  }
}

static void begin(struct impasto_writer *base) {
  struct webp_writer *writer = (struct webp_writer *)base;
  const struct impasto_contents *contents = &base->contents;
  if (contents->width > WEBP_MAX_DIMENSION || contents->height > WEBP_MAX_DIMENSION) {
    stop(&base->fault, "its sides can have 16,383 pixels at most");
  }
  if (!WebPConfigInit(&writer->config) || !WebPPictureInit(&writer->picture)) {
    stop(&base->fault, "another version of libwebp");
  }
  WebPMemoryWriterInit(&writer->encoded);
  writer->config.quality = (float)contents->quality;
  // Colour is stored at half resolution, and this keeps it where it belongs at sharp edges.
  writer->config.use_sharp_yuv = 1;
  if (contents->quality == 100) {
    WebPConfigLosslessPreset(&writer->config, LOSSLESS_EFFORT);
    // Colours of transparent pixels too.
    writer->config.exact = 1;
  }
  writer->picture.width = (int)contents->width;
  writer->picture.height = (int)contents->height;
  writer->picture.use_argb = 1;
  writer->picture.writer = WebPMemoryWrite;
  writer->picture.custom_ptr = &writer->encoded;
  writer->file = WebPMuxNew();
  if (writer->file == NULL || !WebPPictureAlloc(&writer->picture)) {
    stop(&base->fault, "out of memory");
  }
  // Without a profile the colours are sRGB.
  put_chunk(writer, "EXIF", contents->exif, contents->exif_count);
  put_chunk(writer, "XMP ", contents->xmp, contents->xmp_count);
}

static void write_rows(struct impasto_writer *base, const uint8_t *pixels, uint32_t rows) {
  struct webp_writer *writer = (struct webp_writer *)base;
  const WebPPicture *picture = &writer->picture;
  for (uint32_t y = 0; y < rows; y++) {
    uint32_t *row = picture->argb + (size_t)writer->row++ * (size_t)picture->argb_stride;
    for (int x = 0; x < picture->width; x++) {
      row[x] = (uint32_t)pixels[0] << 16 | (uint32_t)pixels[1] << 8 | pixels[2];
      row[x] |= (uint32_t)(base->contents.has_alpha ? pixels[3] : 255) << 24;
      pixels += base->contents.has_alpha ? 4 : 3;
    }
  }
}

static void end(struct impasto_writer *base) {
  struct webp_writer *writer = (struct webp_writer *)base;
  if (!WebPEncode(&writer->config, &writer->picture)) {
    bool is_full = writer->picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY
                   || writer->picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY;
    stop(&base->fault, is_full ? "out of memory" : "it has too much detail");
  }
  WebPPictureFree(&writer->picture);
  WebPData image = {writer->encoded.mem, writer->encoded.size};
  if (WebPMuxSetImage(writer->file, &image, 0) != WEBP_MUX_OK
      || WebPMuxAssemble(writer->file, &writer->assembled) != WEBP_MUX_OK) {
    stop(&base->fault, "out of memory");
  }
  const struct impasto_sink *sink = &base->output.sink;
  if (!sink->write(sink->context, writer->assembled.bytes, writer->assembled.size)) {
    stop(&base->fault, cannot_write);
  }
}

static void destroy(struct impasto_writer *base) {
  struct webp_writer *writer = (struct webp_writer *)base;
  WebPPictureFree(&writer->picture);
  WebPMemoryWriterClear(&writer->encoded);
  WebPDataClear(&writer->assembled);
  if (writer->file != NULL) WebPMuxDelete(writer->file);
  free(base);
}

static const struct encoder encoder = {begin, write_rows, end, destroy};

struct impasto_writer *make_webp_writer(void) {
  struct webp_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->base.encoder = &encoder;
  return &writer->base;
}

#endif
