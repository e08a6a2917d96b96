#include "jpegerrors.h"

#include <jerror.h>
#include <string.h>

#include "codec.h"
#include "jpegnotes.h"

struct jpeg_reader {
  struct impasto_reader base;
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  /// The latest of the segments that cameras and programs leave notes in.
  struct buffer segment;
  struct icc_parts icc;
  /// Whether the header is filled in.
  bool is_open;
  /// Whether the header has been read and nothing after it.
  bool is_at_header;
  /// Whether libjpeg holds the coefficients of all scans.
  bool is_absorbed;
  /// Whether the file ended before its end mark, which libjpeg was given in its place.
  bool has_ended;
  /// Our ways to report what libjpeg finds.
  void (*report_message)(j_common_ptr jpeg, int level);
  void (*report_error)(j_common_ptr jpeg);
};

static void begin_source(j_decompress_ptr jpeg) { (void)jpeg; }

// A file may end where all pixels are there: then its end mark is put in its place.
static boolean fetch_piece(j_decompress_ptr jpeg) {
  static const JOCTET end_mark[2] = {0xFF, JPEG_EOI};
  struct jpeg_reader *reader = jpeg->client_data;
  struct input *input = &reader->base.input;
  if (fetch(input)) {
    reader->source.next_input_byte = input->next;
    reader->source.bytes_in_buffer = input->remaining;
    return TRUE;
  }
  if (reader->is_at_header || !reader->is_open || reader->has_ended) WARNMS(jpeg, JWRN_JPEG_EOF);
  reader->has_ended = true;
  reader->source.next_input_byte = end_mark;
  reader->source.bytes_in_buffer = sizeof end_mark;
  return TRUE;
}

// What libjpeg finds wrong once the file has ended is wrong because it has.
static void blame_end(j_common_ptr jpeg) {
  if (((struct jpeg_reader *)jpeg->client_data)->has_ended) jpeg->err->msg_code = JWRN_JPEG_EOF;
}

static void on_message(j_common_ptr jpeg, int level) {
  if (level < 0) blame_end(jpeg);
  ((struct jpeg_reader *)jpeg->client_data)->report_message(jpeg, level);
}

static void on_error(j_common_ptr jpeg) {
  blame_end(jpeg);
  ((struct jpeg_reader *)jpeg->client_data)->report_error(jpeg);
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

static boolean read_segment(j_decompress_ptr jpeg) {
  struct jpeg_reader *reader = jpeg->client_data;
  size_t count = (size_t)next_byte(jpeg) << 8;
  count += next_byte(jpeg);
  count -= count < 2 ? count : 2;
  if (!reserve(&reader->segment, count)) stop(&reader->base.fault, "out of memory");
  for (size_t i = 0; i < count; i++) reader->segment.bytes[i] = next_byte(jpeg);
  if (!reader->is_open) read_jpeg_note(&reader->base, &reader->icc, reader->segment.bytes, count);
  return TRUE;
}

// Whether the file ends between two scans of which the later ones are needed: libjpeg notes the
// table of a component with its first scan, and how many bits of a coefficient are missing.
static void check_scans(j_decompress_ptr jpeg) {
  for (int i = 0; i < jpeg->num_components; i++) {
    bool is_whole = jpeg->comp_info[i].quant_table != NULL;
    for (int k = 0; jpeg->coef_bits != NULL && k < DCTSIZE2; k++) {
      is_whole = is_whole && jpeg->coef_bits[i][k] == 0;
    }
    if (!is_whole) WARNMS(jpeg, JWRN_JPEG_EOF);
  }
}

// Encoders write about ten scans. A small file of thousands would keep the decoder busy for hours.
static void absorb(j_decompress_ptr jpeg) {
  while (!jpeg_input_complete(jpeg)) {
    jpeg_consume_input(jpeg);
    if (jpeg->input_scan_number > 500) stop(jpeg->client_data, "more than 500 scans");
  }
  if (((struct jpeg_reader *)jpeg->client_data)->has_ended) check_scans(jpeg);
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

static enum colors colors(j_decompress_ptr jpeg) {
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: return GREY;
    case JCS_CMYK: case JCS_YCCK: return CMYK;
    default: return RGB;
  }
}

static void make_decoder(struct jpeg_reader *reader) {
  j_decompress_ptr jpeg = &reader->jpeg;
  jpeg->err = report_errors(&reader->errors);
  reader->report_message = reader->errors.emit_message;
  reader->report_error = reader->errors.error_exit;
  reader->errors.emit_message = on_message;
  reader->errors.error_exit = on_error;
  jpeg->client_data = reader;
  jpeg_create_decompress(jpeg);
  reader->source = (struct jpeg_source_mgr){
    .init_source = begin_source, .fill_input_buffer = fetch_piece, .skip_input_data = skip_bytes,
    .resync_to_restart = jpeg_resync_to_restart, .term_source = begin_source};
  jpeg->src = &reader->source;
  jpeg_set_marker_processor(jpeg, JPEG_APP0 + 1, read_segment);
  jpeg_set_marker_processor(jpeg, JPEG_APP0 + 2, read_segment);
}

static void read_start(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  j_decompress_ptr jpeg = &reader->jpeg;
  make_decoder(reader);
  jpeg_read_header(jpeg, TRUE);
  set_size(base, jpeg->image_width, jpeg->image_height);
  // Of an inch or of a centimetre.
  double units = jpeg->density_unit == 1 ? 1 / 0.0254 : jpeg->density_unit == 2 ? 100 : 0;
  base->header.density[0] = (uint32_t)(jpeg->X_density * units + 0.5);
  base->header.density[1] = (uint32_t)(jpeg->Y_density * units + 0.5);
  base->header.held = jpeg_has_multiple_scans(jpeg) ? coefficient_bytes(jpeg) : 0;
  base->layout.colors = colors(jpeg);
  join_icc(base, &reader->icc);
  reader->is_at_header = reader->is_open = true;
}

static void read_header_again(struct jpeg_reader *reader) {
  j_decompress_ptr jpeg = &reader->jpeg;
  // A decoder goes on with the tables that it has read, also where those of the header are missing.
  jpeg_destroy_decompress(jpeg);
  make_decoder(reader);
  rewind_input(&reader->base.input);
  reader->has_ended = false;
  reader->is_at_header = true;
  jpeg_read_header(jpeg, TRUE);
  if (jpeg->image_width != reader->base.header.width
      || jpeg->image_height != reader->base.header.height
      || colors(jpeg) != reader->base.layout.colors) {
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

  static const J_COLOR_SPACE spaces[] = {
    [GREY] = JCS_GRAYSCALE, [RGB] = JCS_RGB, [CMYK] = JCS_CMYK};
  jpeg->out_color_space = spaces[base->layout.colors];
  jpeg->buffered_image = jpeg_has_multiple_scans(jpeg);
  jpeg_start_decompress(jpeg);
  if (!jpeg->buffered_image) return;
  absorb(jpeg);
  reader->is_absorbed = true;
  jpeg_start_output(jpeg, jpeg->input_scan_number);
}

static void read_rows(struct impasto_reader *base, uint8_t *pixels, uint32_t rows) {
  j_decompress_ptr jpeg = &((struct jpeg_reader *)base)->jpeg;
  const size_t stride = raw_stride(base);
  for (uint32_t y = 0; y < rows; y++, pixels += stride) {
    JSAMPROW row = pixels;
    jpeg_read_scanlines(jpeg, &row, 1);
    // All programs write and read CMYK as Adobe's do, 255 for no ink, with or without its marker.
    for (size_t i = 0; base->layout.colors == CMYK && i < stride; i++) row[i] = 255 - row[i];
  }
}

static void end(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  // Coefficients stay for another pass over them.
  if (!reader->is_absorbed) jpeg_finish_decompress(&reader->jpeg);
  if (reader->has_ended) stop(&base->fault, "its end mark is missing");
}

static void destroy(struct impasto_reader *base) {
  struct jpeg_reader *reader = (struct jpeg_reader *)base;
  jpeg_destroy_decompress(&reader->jpeg);
  free(reader->segment.bytes);
  free_icc(&reader->icc);
}

static const struct decoder decoder = {read_start, begin, read_rows, end, destroy};

struct impasto_reader *make_jpeg_reader(void) {
  struct jpeg_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}
