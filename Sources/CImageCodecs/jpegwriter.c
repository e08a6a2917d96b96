#include "jpegerrors.h"

#include <lcms2.h>
#include <string.h>

#include "codec.h"
#include "coefficients.h"

struct jpeg_writer {
  struct impasto_writer base;
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
};

static void offer_piece(j_compress_ptr jpeg) {
  struct output *output = &((struct jpeg_writer *)jpeg->client_data)->base.output;
  jpeg->dest->next_output_byte = output->piece;
  jpeg->dest->free_in_buffer = sizeof output->piece;
}

// Called when the piece is full, whatever the counters say.
static boolean change_piece(j_compress_ptr jpeg) {
  struct jpeg_writer *writer = jpeg->client_data;
  writer->base.output.count = sizeof writer->base.output.piece;
  if (!flush(&writer->base.output)) stop(&writer->base.fault, cannot_write);
  offer_piece(jpeg);
  return TRUE;
}

static void close_piece(j_compress_ptr jpeg) {
  struct output *output = &((struct jpeg_writer *)jpeg->client_data)->base.output;
  output->count = sizeof output->piece - jpeg->dest->free_in_buffer;
}

// Cameras and programs know a segment of notes by the name that it begins with.
static void write_notes(
    j_compress_ptr jpeg, const char *name, size_t name_count, const uint8_t *bytes, size_t count) {
  if (bytes == NULL) return;
  jpeg_write_m_header(jpeg, JPEG_APP0 + 1, (unsigned)(name_count + count));
  for (size_t i = 0; i < name_count; i++) jpeg_write_m_byte(jpeg, name[i]);
  for (size_t i = 0; i < count; i++) jpeg_write_m_byte(jpeg, bytes[i]);
}

static void set_density(j_compress_ptr jpeg, const uint32_t *per_metre) {
  uint32_t per_inch[2];
  for (int i = 0; i < 2; i++) {
    per_inch[i] = (uint32_t)(per_metre[i] * 0.0254 + 0.5);
    if (per_inch[i] == 0 || per_inch[i] > UINT16_MAX) return;
  }
  jpeg->density_unit = 1;
  jpeg->X_density = (UINT16)per_inch[0];
  jpeg->Y_density = (UINT16)per_inch[1];
}

// JPEG has no other way to say that colours are sRGB.
static void write_srgb_profile(struct jpeg_writer *writer) {
  // A profile notes when it was made. The same picture shall be the same file.
  static const uint8_t date[12] = {0x07, 0xEA, 0, 1, 0, 1};
  uint8_t bytes[1024];
  uint32_t count = 0;
  cmsHPROFILE profile = cmsCreate_sRGBProfile();
  bool is_made = profile != NULL && cmsSaveProfileToMem(profile, NULL, &count)
      && count <= sizeof bytes && cmsSaveProfileToMem(profile, bytes, &count);
  if (profile != NULL) cmsCloseProfile(profile);
  if (!is_made) stop(&writer->base.fault, "its colour profile cannot be made");
  memcpy(bytes + 24, date, sizeof date);
  jpeg_write_icc_profile(&writer->jpeg, bytes, count);
}

static void begin(struct impasto_writer *base) {
  static const char exif[6] = "Exif\0", xmp[29] = "http://ns.adobe.com/xap/1.0/";
  const struct impasto_contents *contents = &base->contents;
  struct jpeg_writer *writer = (struct jpeg_writer *)base;
  j_compress_ptr jpeg = &writer->jpeg;
  jpeg->err = report_errors(&writer->errors);
  jpeg->client_data = writer;
  jpeg_create_compress(jpeg);
  pack_coefficients(jpeg);
  writer->destination = (struct jpeg_destination_mgr){
    .init_destination = offer_piece, .empty_output_buffer = change_piece,
    .term_destination = close_piece};
  jpeg->dest = &writer->destination;
  jpeg->image_width = contents->width;
  jpeg->image_height = contents->height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, contents->quality, TRUE);
  jpeg->optimize_coding = TRUE;
  jpeg->comp_info[0].h_samp_factor = contents->quality >= 90 ? 1 : 2;
  jpeg->comp_info[0].v_samp_factor = contents->quality >= 90 ? 1 : 2;
  set_density(jpeg, contents->density);
  jpeg_start_compress(jpeg, TRUE);
  write_notes(jpeg, exif, sizeof exif, contents->exif, contents->exif_count);
  write_notes(jpeg, xmp, sizeof xmp, contents->xmp, contents->xmp_count);
  write_srgb_profile(writer);
}

static void write_rows(struct impasto_writer *base, const uint8_t *pixels, uint32_t rows) {
  j_compress_ptr jpeg = &((struct jpeg_writer *)base)->jpeg;
  size_t stride = (size_t)base->contents.width * 3;
  for (uint32_t y = 0; y < rows; y++) {
    // libjpeg reads the row through a pointer that it does not declare const.
    JSAMPROW row = (JSAMPROW)(pixels + y * stride);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
}

static void end(struct impasto_writer *base) {
  jpeg_finish_compress(&((struct jpeg_writer *)base)->jpeg);
}

static void destroy(struct impasto_writer *base) {
  jpeg_destroy_compress(&((struct jpeg_writer *)base)->jpeg);
  free(base);
}

static const struct encoder encoder = {begin, write_rows, end, destroy};

struct impasto_writer *make_jpeg_writer(void) {
  struct jpeg_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->base.encoder = &encoder;
  return &writer->base;
}
