#include "jpegerrors.h"

#include <jerror.h>
#include <string.h>

#include "codec.h"

struct jpeg_reader {
  struct impasto_reader base;
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  /// Of a row in CMYK; NULL for other files.
  JSAMPARRAY inks;
  /// Whether the header has been read and nothing after it.
  bool is_at_header;
  /// Whether libjpeg holds the coefficients of all scans.
  bool is_absorbed;
};

static void begin_source(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean fetch_piece(j_decompress_ptr jpeg) {
  struct jpeg_reader *reader = jpeg->client_data;
  struct input *input = &reader->base.input;
  if (!fetch(input)) WARNMS(jpeg, JWRN_JPEG_EOF);
  reader->source.next_input_byte = input->next;
  reader->source.bytes_in_buffer = input->remaining;
  return TRUE;
}

static void skip_bytes(j_decompress_ptr jpeg, long count) {
  struct jpeg_source_mgr *source = jpeg->src;
  if (count <= 0) return;
  size_t remaining = (size_t)count;
  while (remaining > source->bytes_in_buffer) {
    remaining -= source->bytes_in_buffer;
    fetch_piece(jpeg);
  }
  source->next_input_byte += remaining;
  source->bytes_in_buffer -= remaining;
}

static uint8_t next_byte(j_decompress_ptr jpeg) {
  struct jpeg_source_mgr *source = jpeg->src;
  if (source->bytes_in_buffer == 0) fetch_piece(jpeg);
  source->bytes_in_buffer--;
  return *source->next_input_byte++;
}

// Of the segments that cameras and programs leave, the first of EXIF is kept and others skipped.
static boolean keep_notes(j_decompress_ptr jpeg) {
  static const uint8_t name[6] = "Exif\0";
  struct impasto_header *header = &((struct jpeg_reader *)jpeg->client_data)->base.header;
  long count = next_byte(jpeg) << 8;
  count += next_byte(jpeg);
  count -= 2;
  bool is_exif = header->notes == NULL && count >= (long)sizeof name;
  for (size_t i = 0; is_exif && i < sizeof name; i++, count--) is_exif = next_byte(jpeg) == name[i];
  if (!is_exif) {
    skip_bytes(jpeg, count);
    return TRUE;
  }
  uint8_t *notes = jpeg->mem->alloc_large((j_common_ptr)jpeg, JPOOL_PERMANENT, (size_t)count + 1);
  for (long i = 0; i < count; i++) notes[i] = next_byte(jpeg);
  header->notes = notes;
  header->notes_count = (size_t)count;
  return TRUE;
}

// Encoders write about ten scans. A small file of thousands would keep the decoder busy for hours.
static void absorb(j_decompress_ptr jpeg) {
  while (!jpeg_input_complete(jpeg)) {
    jpeg_consume_input(jpeg);
    if (jpeg->input_scan_number > 500) stop(jpeg->client_data, "more than 500 scans");
  }
}

// In whole blocks of the units that a scan of all components is made of.
static size_t coefficient_bytes(j_decompress_ptr jpeg) {
  size_t bytes = 0;
  for (int i = 0; i < jpeg->num_components; i++) {
    const jpeg_component_info *component = &jpeg->comp_info[i];
    size_t across = (size_t)component->h_samp_factor, down = (size_t)component->v_samp_factor;
    across *= (component->width_in_blocks + across - 1) / across;
    down *= (component->height_in_blocks + down - 1) / down;
    bytes += across * down * sizeof(JBLOCK);
  }
  return bytes;
}

static void read_start(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  j_decompress_ptr jpeg = &reader->jpeg;
  jpeg->err = report_errors(&reader->errors);
  jpeg->client_data = reader;
  jpeg_create_decompress(jpeg);
  reader->source = (struct jpeg_source_mgr){
    .init_source = begin_source, .fill_input_buffer = fetch_piece, .skip_input_data = skip_bytes,
    .resync_to_restart = jpeg_resync_to_restart, .term_source = begin_source};
  jpeg->src = &reader->source;
  jpeg_set_marker_processor(jpeg, JPEG_APP0 + 1, keep_notes);
  jpeg_read_header(jpeg, TRUE);
  base->header.width = jpeg->image_width;
  base->header.height = jpeg->image_height;
  base->header.held = jpeg_has_multiple_scans(jpeg) ? coefficient_bytes(jpeg) : 0;
  reader->is_at_header = true;
}

static void read_header_again(struct jpeg_reader *reader) {
  j_decompress_ptr jpeg = &reader->jpeg;
  jpeg_abort_decompress(jpeg);
  rewind_input(&reader->base.input);
  reader->source.bytes_in_buffer = 0;
  jpeg_read_header(jpeg, TRUE);
  if (jpeg->image_width != reader->base.header.width
      || jpeg->image_height != reader->base.header.height) {
    stop(&reader->base.fault, "the file changed while it was read");
  }
}

static void begin(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  j_decompress_ptr jpeg = &reader->jpeg;
  if (reader->is_absorbed) {
    jpeg_finish_output(jpeg);
    jpeg_start_output(jpeg, jpeg->input_scan_number);
    return;
  }
  if (!reader->is_at_header) read_header_again(reader);
  reader->is_at_header = false;

  bool has_inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
  jpeg->buffered_image = jpeg_has_multiple_scans(jpeg);
  jpeg_start_decompress(jpeg);
  reader->inks = has_inks
      ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1) : NULL;
  if (!jpeg->buffered_image) return;
  absorb(jpeg);
  reader->is_absorbed = true;
  jpeg_start_output(jpeg, jpeg->input_scan_number);
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

static void read_rows(struct impasto_reader *base, uint8_t *pixels, uint32_t rows) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  j_decompress_ptr jpeg = &reader->jpeg;
  size_t stride = (size_t)base->header.width * 3;
  for (uint32_t y = 0; y < rows; y++) {
    JSAMPROW row = pixels + y * stride;
    jpeg_read_scanlines(jpeg, reader->inks != NULL ? reader->inks : &row, 1);
    if (reader->inks != NULL) {
      convert_inks(reader->inks[0], jpeg->saw_Adobe_marker, base->header.width, row);
    }
  }
}

static void end(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  // Coefficients stay for another pass over them.
  if (!reader->is_absorbed) jpeg_finish_decompress(&reader->jpeg);
}

static void destroy(struct impasto_reader *base) {
  jpeg_destroy_decompress(&((struct jpeg_reader *)base)->jpeg);
  free(base);
}

static const struct decoder decoder = {read_start, begin, read_rows, end, destroy};

struct impasto_reader *make_jpeg_reader(void) {
  struct jpeg_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}
