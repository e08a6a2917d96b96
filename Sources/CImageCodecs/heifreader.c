#include "libraries.h"
#if HAS_HEIF

#include "heifreader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void allow_reading(struct heif_file_reader *reader) {
  reader->allowance = 2 * reader->base.input.source.size + (1 << 16);
}

void check_heif(struct impasto_reader *base, struct heif_error error) {
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

static bool is_av1_brand(const char *brand) {
  return strncmp(brand, "avif", 4) == 0 || strncmp(brand, "avis", 4) == 0;
}

// What the first box says: which decoder is needed, and whether the file holds a sequence of pictures
// beside the one that stands for it.
static void read_brand(struct impasto_reader *base) {
  uint8_t start[64] = {0};
  rewind_input(&base->input);
  const size_t count = take(&base->input, start, sizeof start);
  const char *brand = (const char *)start + 8;
  bool is_av1 = is_av1_brand(brand);
  // One for pictures of any coding; the brands that the file is compatible with tell which.
  if (brand[0] == 'm') {
    for (size_t i = 16; i + 4 <= count; i += 4) is_av1 |= is_av1_brand((const char *)start + i);
  }
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
  // A side, by which libheif refuses nothing that set_size has better words for.
  heif_context_set_maximum_image_size_limit(context, IMPASTO_PIXEL_LIMIT);
  check_heif(base, heif_context_read_from_reader(context, &reader->functions, reader, NULL));
  check_heif(base, heif_context_get_primary_image_handle(context, &reader->handle));
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
  keep_heif_notes(base, handle);
}

static void begin(struct impasto_reader *base) { begin_heif_rows((struct heif_file_reader *)base); }

static void read_rows(struct impasto_reader *base, uint8_t *rows, uint32_t count) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  const size_t row_size = raw_stride(base);
  for (uint32_t y = 0; y < count; y++, rows += row_size) {
    read_heif_row(reader, rows);
    if (heif_image_handle_is_premultiplied_alpha(reader->handle)) unmultiply(base, rows);
  }
}

static void end(struct impasto_reader *base) { (void)base; }

static void close_file(struct impasto_reader *base) {
  struct heif_file_reader *reader = (struct heif_file_reader *)base;
  free_heif_picture(reader);
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
