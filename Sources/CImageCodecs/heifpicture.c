#include "libraries.h"
#if HAS_HEIF

#include "heifreader.h"

#include <stdlib.h>

// Kept as it is stored, since libheif takes grey in the range of television for that of computers;
// all else becomes RGB. Of chroma at half resolution libheif can interpolate since 1.16; we ask it to
// from 1.17 on, which tells what is grey, too. Before that it repeats samples of chroma, and what is
// "undefined" is grey or RGB.
#if LIBHEIF_NUMERIC_VERSION >= (1 << 24 | 17 << 16)

static struct heif_error decode(struct heif_file_reader *reader) {
  enum heif_colorspace colors;
  enum heif_chroma chroma;
  struct heif_error error =
      heif_image_handle_get_preferred_decoding_colorspace(reader->handle, &colors, &chroma);
  if (error.code != heif_error_Ok) return error;
  const bool is_grey = colors == heif_colorspace_monochrome;
  struct heif_decoding_options *options = heif_decoding_options_alloc();
  if (options != NULL) {
    options->color_conversion_options.preferred_chroma_upsampling_algorithm =
        heif_chroma_upsampling_bilinear;
    options->color_conversion_options.only_use_preferred_chroma_algorithm = true;
  }
  error = heif_decode_image(
      reader->handle, &reader->picture, is_grey ? heif_colorspace_monochrome : heif_colorspace_RGB,
      is_grey ? heif_chroma_monochrome : heif_chroma_444, options);
  if (options != NULL) heif_decoding_options_free(options);
  return error;
}

#else

static struct heif_error decode(struct heif_file_reader *reader) {
  return heif_decode_image(
      reader->handle, &reader->picture, heif_colorspace_undefined, heif_chroma_undefined, NULL);
}

#endif

static _Noreturn void stop_at_pixels(struct heif_file_reader *reader) {
  stop(&reader->base.fault, "its pixels are not those of its header");
}

// Whether samples are in the range of television; only those of grey are.
static bool is_limited(struct heif_file_reader *reader) {
  if (heif_image_get_colorspace(reader->picture) != heif_colorspace_monochrome) return false;
  struct heif_color_profile_nclx *coded = NULL;
  if (heif_image_get_nclx_color_profile(reader->picture, &coded).code != heif_error_Ok) return false;
  const bool is_limited = !coded->full_range_flag;
  heif_nclx_color_profile_free(coded);
  return is_limited;
}

static uint16_t *levels(unsigned bits, bool is_limited, bool is_16_bit) {
  const size_t count = (size_t)1 << (bits > 8 ? 16 : 8);
  uint16_t *levels = malloc(count * sizeof *levels);
  if (levels == NULL) return NULL;
  const int64_t highest = (1 << bits) - 1, maximum = is_16_bit ? 65535 : 255;
  const int64_t black = is_limited ? (16 << bits) / 256 : 0;
  const int64_t white = is_limited ? (235 << bits) / 256 : highest;
  for (size_t i = 0; i < count; i++) {
    int64_t value = (int64_t)i;
    value = value < black ? black : value > white ? white : value;
    levels[i] = (uint16_t)(((value - black) * maximum + (white - black) / 2) / (white - black));
  }
  return levels;
}

static void read_plane(
    struct heif_file_reader *reader, int index, enum heif_channel channel, bool is_limited) {
  const struct impasto_header *header = &reader->base.header;
  const struct heif_image *picture = reader->picture;
  struct plane *plane = &reader->planes[index];
  int stride = 0;
  plane->samples = heif_image_get_plane_readonly(picture, channel, &stride);
  plane->stride = (size_t)stride;
  const int bits = heif_image_get_bits_per_pixel_range(picture, channel);
  plane->is_wide = bits > 8;
  if (plane->samples == NULL || stride < 0 || bits < 1 || bits > 16
      || (uint64_t)heif_image_get_width(picture, channel) != header->width
      || (uint64_t)heif_image_get_height(picture, channel) != header->height
      || plane->stride < header->width * (plane->is_wide ? 2 : 1)) {
    stop_at_pixels(reader);
  }
  plane->levels = levels((unsigned)bits, is_limited, reader->base.layout.is_16_bit);
  if (plane->levels == NULL) stop(&reader->base.fault, "out of memory");
}

static void read_planes(struct heif_file_reader *reader) {
  static const enum heif_channel channels[2][3] = {
    {heif_channel_R, heif_channel_G, heif_channel_B},
    {heif_channel_Y, heif_channel_Y, heif_channel_Y}};
  const enum heif_colorspace colors = heif_image_get_colorspace(reader->picture);
  const bool is_grey = colors == heif_colorspace_monochrome;
  if (!is_grey && colors != heif_colorspace_RGB) stop_at_pixels(reader);
  for (int c = 0; c < 3; c++) {
    read_plane(reader, c, channels[is_grey][c], is_limited(reader));
  }
  if (reader->base.layout.has_alpha) read_plane(reader, 3, heif_channel_Alpha, false);
}

void free_heif_picture(struct heif_file_reader *reader) {
  for (int i = 0; i < 4; i++) {
    free(reader->planes[i].levels);
    reader->planes[i] = (struct plane){0};
  }
  if (reader->picture != NULL) heif_image_release(reader->picture);
  reader->picture = NULL;
  reader->has_planes = false;
}

void begin_heif_rows(struct heif_file_reader *reader) {
  reader->next = 0;
  if (reader->has_planes) return;
  // An earlier attempt may have failed halfway.
  free_heif_picture(reader);
  allow_reading(reader);
  check_heif(&reader->base, decode(reader));
  read_planes(reader);
  reader->has_planes = true;
}

void read_heif_row(struct heif_file_reader *reader, uint8_t *row) {
  const struct layout *layout = &reader->base.layout;
  const unsigned channels = 3 + layout->has_alpha;
  const uint64_t width = reader->base.header.width;
  uint16_t *wide = (uint16_t *)row;
  for (unsigned c = 0; c < channels; c++) {
    const struct plane *plane = &reader->planes[c];
    const uint8_t *bytes = plane->samples + reader->next * plane->stride;
    const uint16_t *words = (const uint16_t *)bytes;
    for (uint64_t x = 0; x < width; x++) {
      const uint16_t level = plane->levels[plane->is_wide ? words[x] : bytes[x]];
      if (layout->is_16_bit) {
        wide[x * channels + c] = level;
      } else {
        row[x * channels + c] = (uint8_t)level;
      }
    }
  }
  reader->next++;
}

#endif
