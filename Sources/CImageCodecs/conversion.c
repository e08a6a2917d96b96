#include "conversion.h"

#include <lcms2.h>
#include <stdlib.h>

#include "colorspace.h"
#include "matrixshaper.h"

struct conversion {
  /// What LittleCMS says last.
  char message[IMPASTO_MESSAGE_SIZE];
  cmsContext context;
  /// Neither where colours are sRGB, and for grey.
  struct transform transform;
  /// What each level of grey becomes, three values in 16 bits; NULL for colours and for sRGB.
  uint16_t *greys;
  /// Raw rows, and a row of RGB or RGBA in 16 bits; NULL where rows are converted in place.
  uint8_t *raw;
  uint16_t *wide;
};

unsigned color_count(const struct layout *layout) {
  static const unsigned counts[] = {[GREY] = 1, [RGB] = 3, [CMYK] = 4};
  return counts[layout->colors];
}

size_t raw_stride(const struct impasto_reader *reader) {
  const struct layout *layout = &reader->layout;
  size_t channels = color_count(layout) + layout->has_alpha;
  return (size_t)reader->header.width * channels * (layout->is_16_bit ? 2 : 1);
}

static bool is_in_place(const struct layout *layout) {
  return layout->colors == RGB && !layout->is_16_bit && !layout->has_alpha;
}

size_t held_for_conversion(const struct impasto_reader *reader) {
  bool holds_rows = reader->header.is_interlaced && !is_in_place(&reader->layout);
  const struct color_space *space = &reader->color_space;
  size_t profile = space->icc.count;
  // A transform is a table of up to 23 points a channel at most, or the tables of a matrix.
  if (profile > 0 || space->primaries > 0 || space->gamma > 0) profile += 2 << 20;
  return profile + (holds_rows ? raw_stride(reader) * reader->header.height : 0);
}

// A transform would interpolate between a few levels, and err where it is dark.
static void tabulate_greys(struct impasto_reader *reader) {
  struct conversion *conversion = reader->conversion;
  const size_t count = reader->layout.is_16_bit ? 65536 : 256;
  conversion->greys = malloc(count * 3 * sizeof *conversion->greys);
  if (conversion->greys == NULL) stop(&reader->fault, "out of memory");
  for (size_t i = 0; i < count; i++) {
    const uint16_t level = (uint16_t)(i * 65535 / (count - 1));
    cmsDoTransform(conversion->transform.general, &level, conversion->greys + 3 * i, 1);
  }
  cmsDeleteTransform(conversion->transform.general);
  conversion->transform.general = NULL;
}

static void prepare(struct impasto_reader *reader) {
  struct conversion *conversion = reader->conversion = calloc(1, sizeof *conversion);
  if (conversion == NULL) stop(&reader->fault, "out of memory");
  conversion->context = cmsCreateContext(NULL, conversion->message);
  if (conversion->context == NULL) stop(&reader->fault, "out of memory");
  conversion->transform = make_transform(reader, conversion->context);
  if (conversion->transform.general != NULL && reader->layout.colors == GREY) {
    tabulate_greys(reader);
  }
}

static void make_room(struct impasto_reader *reader) {
  struct conversion *conversion = reader->conversion;
  if (conversion->raw != NULL || is_in_place(&reader->layout)) return;
  size_t rows = reader->header.is_interlaced ? reader->header.height : 1;
  conversion->wide = malloc(reader->header.width * 4 * sizeof *conversion->wide);
  conversion->raw = malloc(raw_stride(reader) * rows);
  if (conversion->wide == NULL || conversion->raw == NULL) stop(&reader->fault, "out of memory");
}

void free_conversion(struct conversion *conversion) {
  if (conversion == NULL) return;
  if (conversion->transform.general != NULL) cmsDeleteTransform(conversion->transform.general);
  if (conversion->context != NULL) cmsDeleteContext(conversion->context);
  free(conversion->transform.shaper);
  free(conversion->greys);
  free(conversion->raw);
  free(conversion->wide);
  free(conversion);
}

static uint16_t sample(const void *raw, size_t index, bool is_16_bit) {
  return is_16_bit ? ((const uint16_t *)raw)[index] : ((const uint8_t *)raw)[index] * 257;
}

// Colours that need no transform, from any layout. CMYK without a profile: each ink takes away its
// part of the light, and so does black.
static void widen(const struct layout *layout, const void *raw, uint16_t *wide, size_t width) {
  const bool is_16_bit = layout->is_16_bit;
  const unsigned colors = color_count(layout);
  for (size_t x = 0; x < width; x++) {
    for (unsigned c = 0; c < 3; c++) {
      uint16_t value = sample(raw, colors == 1 ? 0 : c, is_16_bit);
      if (layout->colors == CMYK) {
        uint64_t light = 65535u - sample(raw, 3, is_16_bit);
        value = (uint16_t)(((65535u - value) * light + 32767) / 65535);
      }
      *wide++ = value;
    }
    if (layout->has_alpha) *wide++ = sample(raw, colors, is_16_bit);
    raw = (const uint8_t *)raw + (colors + layout->has_alpha) * (is_16_bit ? 2 : 1);
  }
}

static uint8_t narrow(uint32_t value) { return (uint8_t)((value * 255 + 32767) / 65535); }

// Returns whether the background shows.
static bool narrow_over(uint32_t background, const uint16_t *wide, uint8_t *pixels, size_t width) {
  uint16_t alphas = 65535;
  for (size_t x = 0; x < width; x++, wide += 4) {
    alphas &= wide[3];
    uint64_t alpha = wide[3], rest = background * (65535 - alpha);
    for (unsigned c = 0; c < 3; c++) {
      *pixels++ = narrow((uint32_t)((wide[c] * alpha + rest + 32767) / 65535));
    }
  }
  return alphas < 65535;
}

static void widen_greys(
    const struct layout *layout, const uint16_t *greys, const void *raw, uint16_t *wide,
    size_t width) {
  const unsigned channels = 1 + layout->has_alpha;
  for (size_t x = 0; x < width; x++) {
    const bool is_16_bit = layout->is_16_bit;
    const size_t i = x * channels;
    size_t level = is_16_bit ? ((const uint16_t *)raw)[i] : ((const uint8_t *)raw)[i];
    for (unsigned c = 0; c < 3; c++) *wide++ = greys[3 * level + c];
    if (layout->has_alpha) *wide++ = sample(raw, i + 1, is_16_bit);
  }
}

static void convert_row(struct impasto_reader *reader, const uint8_t *raw, uint8_t *pixels) {
  struct conversion *conversion = reader->conversion;
  const struct layout *layout = &reader->layout;
  const size_t width = reader->header.width;
  if (conversion->transform.shaper != NULL) {
    shape(conversion->transform.shaper, layout, raw, conversion->wide, width);
  } else if (conversion->transform.general != NULL) {
    cmsDoTransform(conversion->transform.general, raw, conversion->wide, (uint32_t)width);
  } else if (conversion->greys != NULL) {
    widen_greys(layout, conversion->greys, raw, conversion->wide, width);
  } else {
    widen(layout, raw, conversion->wide, width);
  }
  if (layout->has_alpha && reader->background != IMPASTO_KEEP_ALPHA) {
    const uint32_t background = (uint32_t)reader->background;
    // Over black are masks, of which what is transparent says something.
    if (narrow_over(background * 257, conversion->wide, pixels, width) && background == 255) {
      warn(reader, "transparent parts are laid on white");
    }
  } else {
    const size_t count = width * (layout->has_alpha ? 4 : 3);
    for (size_t i = 0; i < count; i++) pixels[i] = narrow(conversion->wide[i]);
  }
}

static void convert_in_place(const struct transform *transform, uint8_t *pixels, size_t count) {
  if (transform->shaper != NULL) {
    shape_in_place(transform->shaper, pixels, count);
  } else if (transform->general != NULL) {
    cmsDoTransform(transform->general, pixels, pixels, (uint32_t)count);
  }
}

void read_converted(struct impasto_reader *reader, uint8_t *pixels, uint32_t rows) {
  if (reader->conversion == NULL) prepare(reader);
  make_room(reader);
  const struct conversion *conversion = reader->conversion;
  const size_t width = reader->header.width;
  if (conversion->raw == NULL) {
    reader->decoder->read(reader, pixels, rows);
    convert_in_place(&conversion->transform, pixels, width * rows);
    return;
  }
  const bool keeps_alpha = reader->layout.has_alpha && reader->background == IMPASTO_KEEP_ALPHA;
  if (reader->header.is_interlaced) reader->decoder->read(reader, conversion->raw, rows);
  for (uint32_t y = 0; y < rows; y++, pixels += width * (keeps_alpha ? 4 : 3)) {
    size_t held_row = reader->header.is_interlaced ? y : 0;
    if (!reader->header.is_interlaced) reader->decoder->read(reader, conversion->raw, 1);
    convert_row(reader, conversion->raw + held_row * raw_stride(reader), pixels);
  }
}
