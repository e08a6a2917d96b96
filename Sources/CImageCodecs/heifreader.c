#include "libraries.h"
#if HAS_HEIF

#include <libheif/heif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

struct heif_file_reader {
  struct impasto_reader base;
  struct heif_reader functions;
  int64_t position;
  /// How many bytes may still be read. A file whose tiles are all the same data could otherwise take
  /// any time.
  uint64_t allowance;
  struct heif_context *context;
  struct heif_image_handle *handle;
  /// The whole picture, upright; NULL before the first row is read.
  struct heif_image *picture;
  const uint8_t *next;
  size_t stride;
  /// Of a sample, as many as are used of 8 or 16.
  int bits;
};

// What libheif calls. No fault leaves here: it is written in C++.

static int64_t position(void *context) { return ((struct heif_file_reader *)context)->position; }

static int seek(int64_t position, void *context) {
  ((struct heif_file_reader *)context)->position = position;
  return 0;
}

// libheif ends the program where bytes that are there cannot be read. It gets zeros instead, which
// are no picture; why, is noted here or by the source.
static int read_bytes(void *bytes, size_t count, void *context) {
  struct heif_file_reader *reader = context;
  const struct impasto_source *source = &reader->base.input.source;
  size_t taken = 0;
  if (count == 0) return 0;
  if (count <= reader->allowance) {
    source->seek(source->context, (uint64_t)reader->position);
    taken = source->read(source->context, bytes, count);
    reader->allowance -= count;
  } else {
    reader->allowance = 0;
  }
  memset((uint8_t *)bytes + taken, 0, count - taken);
  reader->position += (int64_t)count;
  return 0;
}

static enum heif_reader_grow_status wait_for_size(int64_t size, void *context) {
  const struct heif_file_reader *reader = context;
  return size < 0 || (uint64_t)size > reader->base.input.source.size
             ? heif_reader_grow_status_size_beyond_eof
             : heif_reader_grow_status_size_reached;
}

// What is in a file is read once, and its boxes perhaps some times more.
static void allow_reading(struct heif_file_reader *reader) {
  reader->allowance = 2 * reader->base.input.source.size + (1 << 16);
}

static void check(struct impasto_reader *base, struct heif_error error) {
  if (error.code == heif_error_Ok) return;
  if (((struct heif_file_reader *)base)->allowance == 0) {
    stop(&base->fault, "it uses the same data again and again");
  }
  char words[IMPASTO_MESSAGE_SIZE];
  snprintf(words, sizeof words, "%s", error.message);
  for (size_t end = strlen(words); end > 0 && words[end - 1] == '\n'; end--) words[end - 1] = 0;
  if (error.code == heif_error_Unsupported_feature
      || error.code == heif_error_Unsupported_filetype) {
    refuse(base, words);
  }
  stop(&base->fault, words);
}

static void keep_colors(struct impasto_reader *base, const struct heif_image_handle *handle) {
  size_t count = heif_image_handle_get_raw_color_profile_size(handle);
  struct heif_color_profile_nclx *nclx = NULL;
  if (count > 0) {
    if (count > IMPASTO_NOTE_LIMIT) return;
    if (!reserve(&base->color_space.icc, count)) stop(&base->fault, "out of memory");
    check(base, heif_image_handle_get_raw_color_profile(handle, base->color_space.icc.bytes));
    base->color_space.icc.count = count;
  } else if (heif_image_handle_get_nclx_color_profile(handle, &nclx).code == heif_error_Ok) {
    base->color_space.primaries = (uint8_t)nclx->color_primaries;
    base->color_space.transfer = (uint8_t)nclx->transfer_characteristics;
    heif_nclx_color_profile_free(nclx);
  }
}

// Bytes of a note, which the caller frees.
static uint8_t *metadata(
    struct impasto_reader *base, const struct heif_image_handle *handle, heif_item_id item,
    size_t *count) {
  *count = heif_image_handle_get_metadata_size(handle, item);
  if (*count > IMPASTO_NOTE_LIMIT) *count = 0;
  uint8_t *bytes = malloc(*count + 1);
  if (bytes == NULL) stop(&base->fault, "out of memory");
  if (*count > 0 && heif_image_handle_get_metadata(handle, item, bytes).code != heif_error_Ok) {
    *count = 0;
  }
  return bytes;
}

static bool is_xmp(const struct heif_image_handle *handle, heif_item_id item) {
  const char *type = heif_image_handle_get_metadata_content_type(handle, item);
  return type != NULL && strcmp(type, "application/rdf+xml") == 0;
}

// EXIF begins with the place of its TIFF structure, counted from behind these four bytes.
static void keep_exif(struct impasto_reader *base, const uint8_t *bytes, size_t count) {
  if (count < 4) return;
  uint64_t start = 4 + ((uint64_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
  if (start < count) append_exif(base, bytes + start, count - start);
}

static void keep_notes(struct impasto_reader *base, const struct heif_image_handle *handle) {
  enum { MAXIMUM = 64 };
  heif_item_id items[MAXIMUM];
  int found = heif_image_handle_get_list_of_metadata_block_IDs(handle, NULL, items, MAXIMUM);
  for (int i = 0; i < found; i++) {
    const char *type = heif_image_handle_get_metadata_type(handle, items[i]);
    bool is_exif = type != NULL && strcmp(type, "Exif") == 0 && base->exif.count == 0;
    if (!is_exif && (!is_xmp(handle, items[i]) || base->xmp.count > 0)) continue;
    size_t count;
    uint8_t *bytes = metadata(base, handle, items[i], &count);
    if (is_exif) {
      keep_exif(base, bytes, count);
    } else {
      append(base, &base->xmp, bytes, count);
    }
    free(bytes);
  }
}

// What the first box says: which decoder is needed, and whether the file holds a sequence of pictures
// beside the one that stands for it.
static void read_brand(struct impasto_reader *base) {
  uint8_t start[12] = {0};
  rewind_input(&base->input);
  take(&base->input, start, sizeof start);
  const char *brand = (const char *)start + 8;
  bool is_av1 = strncmp(brand, "avi", 3) == 0;
  if (!heif_have_decoder_for_format(is_av1 ? heif_compression_AV1 : heif_compression_HEVC)) {
    refuse(base, is_av1 ? "libheif lacks its decoder, the package libheif-plugin-aomdec"
                        : "libheif lacks its decoder, the package libheif-plugin-libde265");
  }
  static const char sequences[][5] = {"avis", "hevc", "hevx", "msf1"};
  for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
    if (strncmp(brand, sequences[i], 4) == 0) {
      warn(base, "only the first picture of the sequence is read");
    }
  }
}

static void open_file(struct impasto_reader *base) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  read_brand(base);
  reader->functions = (struct heif_reader){
    .reader_api_version = 1, .get_position = position, .read = read_bytes, .seek = seek,
    .wait_for_file_size = wait_for_size};
  allow_reading(reader);
  struct heif_context *context = reader->context = heif_context_alloc();
  if (context == NULL) stop(&base->fault, "out of memory");
  heif_context_set_maximum_image_size_limit(context, IMPASTO_PIXEL_LIMIT);
  check(base, heif_context_read_from_reader(context, &reader->functions, reader, NULL));
  check(base, heif_context_get_primary_image_handle(context, &reader->handle));
  const struct heif_image_handle *handle = reader->handle;
  int width = heif_image_handle_get_width(handle), height = heif_image_handle_get_height(handle);
  set_size(base, width < 0 ? 0 : (uint64_t)width, height < 0 ? 0 : (uint64_t)height);
  base->layout = (struct layout){
    .colors = RGB, .is_16_bit = heif_image_handle_get_luma_bits_per_pixel(handle) > 8,
    .has_alpha = heif_image_handle_has_alpha_channel(handle)};
  // libheif turns the picture as its container says, which counts more than what EXIF says.
  base->header.orientation = 1;
  // Beside the picture, what it is made from.
  base->header.held = 2 * raw_stride(base) * base->header.height;
  keep_colors(base, handle);
  keep_notes(base, handle);
}

static enum heif_chroma chroma(const struct layout *layout) {
  if (!layout->is_16_bit) {
    return layout->has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  }
  return layout->has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                           : heif_chroma_interleaved_RRGGBB_LE;
}

static void begin(struct impasto_reader *base) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  if (reader->picture == NULL) {
    allow_reading(reader);
    check(base, heif_decode_image(
        reader->handle, &reader->picture, heif_colorspace_RGB, chroma(&base->layout), NULL));
  }
  const struct heif_image *picture = reader->picture;
  const enum heif_channel channel = heif_channel_interleaved;
  int stride = 0;
  reader->next = heif_image_get_plane_readonly(picture, channel, &stride);
  reader->stride = (size_t)stride;
  reader->bits = heif_image_get_bits_per_pixel_range(picture, channel);
  if (reader->next == NULL || (uint64_t)heif_image_get_width(picture, channel) != base->header.width
      || (uint64_t)heif_image_get_height(picture, channel) != base->header.height
      || reader->stride < raw_stride(base) || reader->bits < 1 || reader->bits > 16) {
    stop(&base->fault, "its pixels are not those of its header");
  }
}

// Widens samples of a few more than 8 bits to 16.
static void widen(uint16_t *samples, size_t count, int bits) {
  uint32_t maximum = (1u << bits) - 1;
  for (size_t i = 0; i < count; i++) {
    uint32_t value = samples[i] < maximum ? samples[i] : maximum;
    samples[i] = (uint16_t)((value * 65535 + maximum / 2) / maximum);
  }
}

static void read_rows(struct impasto_reader *base, uint8_t *rows, uint32_t count) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  size_t row_size = raw_stride(base);
  for (uint32_t y = 0; y < count; y++, rows += row_size, reader->next += reader->stride) {
    memcpy(rows, reader->next, row_size);
    if (base->layout.is_16_bit) widen((uint16_t *)rows, row_size / 2, reader->bits);
    if (heif_image_handle_is_premultiplied_alpha(reader->handle)) unmultiply(base, rows);
  }
}

static void end(struct impasto_reader *base) { (void)base; }

static void close_file(struct impasto_reader *base) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  if (reader->picture != NULL) heif_image_release(reader->picture);
  if (reader->handle != NULL) heif_image_handle_release(reader->handle);
  if (reader->context != NULL) heif_context_free(reader->context);
}

static const struct decoder decoder = {open_file, begin, read_rows, end, close_file};

struct impasto_reader *make_heif_reader(void) {
  struct heif_file_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}

#endif
