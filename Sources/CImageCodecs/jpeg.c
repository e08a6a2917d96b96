// jpeglib.h uses FILE and size_t without declaring them.
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "codec.h"

struct reader {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct fault fault;
};

struct writer {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  struct fault fault;
  struct output output;
};

static _Noreturn void on_error(j_common_ptr jpeg) {
  char words[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, words);
  stop(jpeg->client_data, words);
}

// libjpeg fills what it cannot read with grey and warns; for a picture that is a fault.
static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      on_error(jpeg);
    default:
      return;
  }
}

static struct jpeg_error_mgr *report_to(struct jpeg_error_mgr *errors) {
  jpeg_std_error(errors);
  errors->error_exit = on_error;
  errors->emit_message = on_message;
  return errors;
}

// Encoders write about ten scans. A small file of thousands would keep the decoder busy for hours.
static void limit_scans(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number > 500) {
    stop(jpeg->client_data, "more than 500 scans");
  }
}

static void read_header(struct reader *reader, const uint8_t *file, size_t count) {
  jpeg_create_decompress(&reader->jpeg);
  reader->progress.progress_monitor = limit_scans;
  reader->jpeg.progress = &reader->progress;
  jpeg_mem_src(&reader->jpeg, file, count);
  jpeg_read_header(&reader->jpeg, TRUE);
}

static bool size(
    struct reader *reader, const uint8_t *file, size_t count, uint32_t *width, uint32_t *height) {
  if (setjmp(reader->fault.stop)) return false;
  read_header(reader, file, count);
  *width = reader->jpeg.image_width;
  *height = reader->jpeg.image_height;
  return true;
}

bool impasto_jpeg_size(
    const uint8_t *file, size_t count, uint32_t *width, uint32_t *height, char *message) {
  struct reader reader = {.fault.message = message};
  reader.jpeg.err = report_to(&reader.errors);
  reader.jpeg.client_data = &reader.fault;
  bool is_read = size(&reader, file, count, width, height);
  jpeg_destroy_decompress(&reader.jpeg);
  return is_read;
}

// Adobe's programs store CMYK inverted, 255 for no ink, and say who they are in a marker.
static void convert_inks(const uint8_t *inks, bool is_inverted, uint32_t width, uint8_t *pixels) {
  const uint8_t flip = is_inverted ? 0 : 255;
  for (size_t x = 0; x < width; x++) {
    unsigned light = inks[4 * x + 3] ^ flip;
    for (size_t c = 0; c < 3; c++) {
      pixels[3 * x + c] = (uint8_t)(((inks[4 * x + c] ^ flip) * light + 127) / 255);
    }
  }
}

static bool decode(
    struct reader *reader, const uint8_t *file, size_t count, uint32_t width, uint32_t height,
    uint8_t *pixels) {
  if (setjmp(reader->fault.stop)) return false;

  j_decompress_ptr jpeg = &reader->jpeg;
  read_header(reader, file, count);
  bool has_inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(jpeg);
  if (jpeg->output_width != width || jpeg->output_height != height) {
    stop(&reader->fault, "two headers of different sizes");
  }

  size_t stride = (size_t)width * 3;
  JSAMPARRAY inks = has_inks
      ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, width * 4, 1) : NULL;
  while (jpeg->output_scanline < height) {
    JSAMPROW row = pixels + jpeg->output_scanline * stride;
    jpeg_read_scanlines(jpeg, has_inks ? inks : &row, 1);
    if (has_inks) convert_inks(inks[0], jpeg->saw_Adobe_marker, width, row);
  }
  jpeg_finish_decompress(jpeg);
  return true;
}

bool impasto_jpeg_decode(
    const uint8_t *file, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message) {
  struct reader reader = {.fault.message = message};
  reader.jpeg.err = report_to(&reader.errors);
  reader.jpeg.client_data = &reader.fault;
  bool is_whole = decode(&reader, file, count, width, height, pixels);
  jpeg_destroy_decompress(&reader.jpeg);
  return is_whole;
}

static void offer_room(j_compress_ptr jpeg) {
  struct writer *writer = (struct writer *)jpeg;
  if (!reserve(&writer->output, 1 << 16)) stop(&writer->fault, "out of memory");
  writer->destination.next_output_byte = writer->output.bytes + writer->output.count;
  writer->destination.free_in_buffer = writer->output.capacity - writer->output.count;
}

// Called when the room is full, whatever the counters say.
static boolean extend_room(j_compress_ptr jpeg) {
  struct writer *writer = (struct writer *)jpeg;
  writer->output.count = writer->output.capacity;
  offer_room(jpeg);
  return TRUE;
}

static void close_room(j_compress_ptr jpeg) {
  struct writer *writer = (struct writer *)jpeg;
  writer->output.count = writer->output.capacity - writer->destination.free_in_buffer;
}

static bool encode(
    struct writer *writer, const uint8_t *pixels, uint32_t width, uint32_t height, int quality) {
  if (setjmp(writer->fault.stop)) return false;

  j_compress_ptr jpeg = &writer->jpeg;
  jpeg_create_compress(jpeg);
  writer->destination.init_destination = offer_room;
  writer->destination.empty_output_buffer = extend_room;
  writer->destination.term_destination = close_room;
  jpeg->dest = &writer->destination;
  jpeg->image_width = width;
  jpeg->image_height = height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->optimize_coding = TRUE;
  jpeg->comp_info[0].h_samp_factor = quality >= 90 ? 1 : 2;
  jpeg->comp_info[0].v_samp_factor = quality >= 90 ? 1 : 2;

  jpeg_start_compress(jpeg, TRUE);
  size_t stride = (size_t)width * 3;
  while (jpeg->next_scanline < height) {
    // libjpeg reads the row through a pointer that it does not declare const.
    JSAMPROW row = (JSAMPROW)(pixels + jpeg->next_scanline * stride);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
  return true;
}

bool impasto_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **file,
    size_t *count, char *message) {
  struct writer writer = {.fault.message = message};
  writer.jpeg.err = report_to(&writer.errors);
  writer.jpeg.client_data = &writer.fault;
  bool is_whole = encode(&writer, pixels, width, height, quality);
  jpeg_destroy_compress(&writer.jpeg);
  if (!is_whole) {
    free(writer.output.bytes);
    return false;
  }
  *file = writer.output.bytes;
  *count = writer.output.count;
  return true;
}
