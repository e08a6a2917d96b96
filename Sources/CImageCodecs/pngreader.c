#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec.h"
#include "pngnotes.h"

struct png_reader {
  struct impasto_reader base;
  png_structp png;
  png_infop info;
  int passes;
  /// Whether what comes before the pixels has been read and nothing after it.
  bool is_at_pixels;
  /// Whether the header is filled in.
  bool is_open;
  unsigned notes_seen;
  /// A chunk behind the pixels.
  struct buffer chunk;
  /// The name of the latest chunk that its checksum contradicts.
  char damaged_chunk[4];
};

static PNG_NORETURN void on_error(png_structp png, png_const_charp words) {
  stop(png_get_error_ptr(png), words);
}

// libpng drops a transparency chunk that it cannot use and goes on, which would show the colours
// beneath.
static void on_warning(png_structp png, png_const_charp words) {
  if (strncmp(words, "tRNS", 4) == 0) stop(png_get_error_ptr(png), words);
  struct png_reader *reader = png_get_user_chunk_ptr(png);
  if (strcmp(words + 4, ": CRC error") == 0) memcpy(reader->damaged_chunk, words, 4);
}

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
  if (take(png_get_io_ptr(png), bytes, count) < count) png_error(png, "the file ends too early");
}

static void release(struct png_reader *reader) {
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

static int keep_chunk(png_structp png, png_unknown_chunkp chunk) {
  struct png_reader *reader = png_get_user_chunk_ptr(png);
  if (reader->is_open) return 1;
  bool is_damaged = memcmp(chunk->name, reader->damaged_chunk, 4) == 0;
  read_png_note(
      &reader->base, &reader->notes_seen, (const char *)chunk->name, is_damaged, chunk->data,
      chunk->size);
  return 1;
}

static bool skip(struct input *input, size_t count) {
  while (count > 0 && (input->remaining > 0 || fetch(input))) {
    size_t part = count < input->remaining ? count : input->remaining;
    input->next += part;
    input->remaining -= part;
    count -= part;
  }
  return count == 0;
}

// ImageMagick puts EXIF behind the pixels, where libpng comes when it is too late to turn them.
static void read_notes_behind_pixels(struct png_reader *reader) {
  struct input *input = &reader->base.input;
  struct buffer *chunk = &reader->chunk;
  rewind_input(input);
  bool is_behind = false;
  uint8_t start[9] = {0};
  if (!skip(input, 8)) return;
  while (take(input, start, 8) == 8 && memcmp(start + 4, "IEND", 4) != 0) {
    const size_t count = png_get_uint_32(start);
    is_behind = is_behind || memcmp(start + 4, "IDAT", 4) == 0;
    bool is_note = memcmp(start + 4, "eXIf", 4) == 0 || memcmp(start + 4, "iTXt", 4) == 0;
    if (!is_behind || !is_note || count > IMPASTO_NOTE_LIMIT) {
      if (!skip(input, count + 4)) return;
      continue;
    }
    chunk->count = 0;
    if (!reserve(chunk, count + 4)) stop(&reader->base.fault, "out of memory");
    if (take(input, chunk->bytes, count + 4) < count + 4) return;
    uLong checksum = crc32(crc32(0, start + 4, 4), chunk->bytes, (uInt)count);
    bool is_damaged = checksum != png_get_uint_32(chunk->bytes + count);
    read_png_note(
        &reader->base, &reader->notes_seen, (const char *)start + 4, is_damaged, chunk->bytes,
        count);
  }
}

static void read_to_pixels(struct png_reader *reader) {
  struct impasto_reader *base = &reader->base;
  release(reader);
  png_structp png = reader->png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &base->fault, on_error, on_warning);
  if (png == NULL) stop(&base->fault, "out of memory");
  png_infop info = reader->info = png_create_info_struct(png);
  if (info == NULL) stop(&base->fault, "out of memory");
  png_set_read_fn(png, &base->input, read_bytes);
  // `set_size` has its own limit.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, IMPASTO_NOTE_LIMIT);
  // What stands beside the pixels is skipped unread, but for transparency and our notes.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_keep_unknown_chunks(
      png, PNG_HANDLE_CHUNK_ALWAYS, (png_const_bytep)png_notes, PNG_NOTE_COUNT);
  png_set_read_user_chunk_fn(png, reader, keep_chunk);
  png_read_info(png, info);
  reader->is_at_pixels = true;
}

static void read_start(struct impasto_reader *base) {
  struct png_reader *reader = (struct png_reader *)base;
  // Signature (8), length and name of the first chunk (8), width (4) and height (4).
  uint8_t start[24];
  if (take(&base->input, start, sizeof start) < sizeof start
      || memcmp(start + 12, "IHDR", 4) != 0) {
    stop(&base->fault, "the header is missing");
  }
  set_size(base, png_get_uint_32(start + 16), png_get_uint_32(start + 20));
  rewind_input(&base->input);
  read_to_pixels(reader);
  const uint8_t color = png_get_color_type(reader->png, reader->info);
  base->header.is_interlaced =
      png_get_interlace_type(reader->png, reader->info) != PNG_INTERLACE_NONE;
  base->layout = (struct layout){
    .colors = (color & PNG_COLOR_MASK_COLOR) != 0 ? RGB : GREY,
    .is_16_bit = png_get_bit_depth(reader->png, reader->info) == 16,
    .has_alpha = (color & PNG_COLOR_MASK_ALPHA) != 0
        || png_get_valid(reader->png, reader->info, PNG_INFO_tRNS) != 0};
  if (base->exif.count == 0) {
    read_notes_behind_pixels(reader);
    reader->is_at_pixels = false;
  }
  reader->is_open = true;
}

static void begin(struct impasto_reader *base) {
  struct png_reader *reader = (struct png_reader *)base;
  if (!reader->is_at_pixels) {
    rewind_input(&base->input);
    read_to_pixels(reader);
  }
  reader->is_at_pixels = false;
  png_structp png = reader->png;
  png_infop info = reader->info;
  png_set_expand(png);
  if (base->layout.is_16_bit && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) png_set_swap(png);
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_image_width(png, info) != base->header.width
      || png_get_image_height(png, info) != base->header.height
      || png_get_rowbytes(png, info) != raw_stride(base)) {
    png_error(png, "the file changed while it was read");
  }
}

static void read_rows(struct impasto_reader *base, uint8_t *pixels, uint32_t rows) {
  struct png_reader *reader = (struct png_reader *)base;
  if (reader->passes > 1 && rows < base->header.height) {
    png_error(reader->png, "the file changed while it was read");
  }
  const size_t stride = raw_stride(base);
  for (int pass = 0; pass < reader->passes; pass++) {
    for (uint32_t y = 0; y < rows; y++) png_read_row(reader->png, pixels + y * stride, NULL);
  }
}

static void end(struct impasto_reader *base) {
  png_read_end(((struct png_reader *)base)->png, NULL);
}

static void destroy(struct impasto_reader *base) {
  release((struct png_reader *)base);
  free(((struct png_reader *)base)->chunk.bytes);
}

static const struct decoder decoder = {read_start, begin, read_rows, end, destroy};

struct impasto_reader *make_png_reader(void) {
  struct png_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}
