#include "matrixshaper.h"

#include <math.h>
#include <stdlib.h>

#include "colorspace.h"

// A part is a number of three fields, of red, green and blue, which one addition adds. Light of 0 to
// 1 is 2^18 steps of a field, which has room for what lies outside of sRGB, too.
enum { STEPS = 1 << 18, FIELD_BITS = 21, INDEX_SHIFT = 4 };
static const double darkest = -1.5, brightest = 2.5;

/// Linear red, green and blue.
typedef float linear_color[3];

struct matrix_shaper {
  /// The level of 8 bits for each sum, in steps of 16.
  uint8_t levels[1 << 16];
  /// The parts of red, of green and of blue, so many each: of all levels of 8 bits, or of every
  /// fourth of 16, between which no result differs by half a level.
  size_t count;
  uint64_t parts[];
};

enum { DEEP_SHIFT = 2, DEEP_COUNT = 65536 >> DEEP_SHIFT };

// The level of an entry, from 0 to 1; of four levels, their middle.
static double level_at(const struct matrix_shaper *shaper, size_t entry) {
  if (shaper->count == 256) return (double)entry / 255;
  return ((double)(entry << DEEP_SHIFT) + ((1 << DEEP_SHIFT) - 1) / 2.0) / 65535;
}

// Converts a color of which all channels but one are 0. Where the profile gives black a color other
// than 0, the result has a third of it, since the results of the three channels are added.
static void convert_channel(
    cmsHTRANSFORM to_light, const linear_color black, int channel, double level,
    linear_color result) {
  float color[3] = {0};
  color[channel] = (float)level;
  cmsDoTransform(to_light, color, result, 1);
  for (int c = 0; c < 3; c++) result[c] -= black[c] * 2 / 3;
}

// Whether colours all over the cube are the sums of their channels, to a third of a level.
static bool adds_up(cmsHTRANSFORM to_light, const linear_color black) {
  enum { SIDE = 16 };
  linear_color parts[3][SIDE];
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < SIDE; i++) {
      convert_channel(to_light, black, k, i / (SIDE - 1.0), parts[k][i]);
    }
  }
  for (int i = 0; i < SIDE * SIDE * SIDE; i++) {
    const int at[3] = {i / (SIDE * SIDE), i / SIDE % SIDE, i % SIDE};
    float color[3];
    linear_color whole;
    for (int k = 0; k < 3; k++) color[k] = (float)(at[k] / (SIDE - 1.0));
    cmsDoTransform(to_light, color, whole, 1);
    for (int c = 0; c < 3; c++) {
      const float sum = parts[0][at[0]][c] + parts[1][at[1]][c] + parts[2][at[2]][c];
      if (!(fabsf(sum - whole[c]) < 1e-4f)) return false;
    }
  }
  return true;
}

// Returns whether no sum of parts leaves its field.
static bool fill_parts(
    struct matrix_shaper *shaper, cmsHTRANSFORM to_light, const linear_color black) {
  float lowest[3] = {0}, highest[3] = {0};
  for (int k = 0; k < 3; k++) {
    linear_color low = {INFINITY, INFINITY, INFINITY}, high = {-INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < shaper->count; i++) {
      linear_color part;
      convert_channel(to_light, black, k, level_at(shaper, i), part);
      uint64_t *fields = &shaper->parts[k * shaper->count + i];
      *fields = 0;
      for (int c = 0; c < 3; c++) {
        if (!(fabsf(part[c]) < 4)) return false;
        low[c] = fminf(low[c], part[c]);
        high[c] = fmaxf(high[c], part[c]);
        // Sums are not below zero.
        const double value = part[c] + (k == 0 ? -darkest : 0);
        *fields += (uint64_t)llround(value * STEPS) << (FIELD_BITS * c);
      }
    }
    for (int c = 0; c < 3; c++) {
      lowest[c] += low[c];
      highest[c] += high[c];
    }
  }
  for (int c = 0; c < 3; c++) {
    if (lowest[c] < darkest + 0.01 || highest[c] > brightest - 0.01) return false;
  }
  return true;
}

static void fill_levels(uint8_t levels[1 << 16]) {
  size_t next = 0;
  for (int level = 0; level < 255; level++) {
    const double value = (level + 0.5) / 255;
    const double light = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
    const size_t end = (size_t)lround((light - darkest) * (STEPS >> INDEX_SHIFT));
    while (next < end) levels[next++] = (uint8_t)level;
  }
  while (next < 1 << 16) levels[next++] = 255;
}

struct matrix_shaper *make_matrix_shaper(
    cmsContext context, cmsHPROFILE profile, bool is_16_bit) {
  const size_t count = is_16_bit ? DEEP_COUNT : 256;
  cmsHTRANSFORM to_light = transform_to_light(context, profile);
  if (to_light == NULL) return NULL;
  struct matrix_shaper *shaper = malloc(sizeof *shaper + 3 * count * sizeof *shaper->parts);
  if (shaper != NULL) {
    shaper->count = count;
    const float zero[3] = {0};
    linear_color black;
    cmsDoTransform(to_light, zero, black, 1);
    if (adds_up(to_light, black) && fill_parts(shaper, to_light, black)) {
      fill_levels(shaper->levels);
    } else {
      free(shaper);
      shaper = NULL;
    }
  }
  cmsDeleteTransform(to_light);
  return shaper;
}

static inline uint64_t sum(
    const struct matrix_shaper *shaper, size_t count, size_t red, size_t green, size_t blue) {
  const uint64_t *parts = shaper->parts;
  return parts[red] + parts[count + green] + parts[2 * count + blue];
}

static inline uint8_t level(const struct matrix_shaper *shaper, uint64_t sum, int channel) {
  return shaper->levels[(uint16_t)(sum >> (FIELD_BITS * channel + INDEX_SHIFT))];
}

void shape_in_place(const struct matrix_shaper *shaper, uint8_t *pixels, size_t width) {
  for (size_t x = 0; x < width; x++, pixels += 3) {
    const uint64_t light = sum(shaper, 256, pixels[0], pixels[1], pixels[2]);
    for (int c = 0; c < 3; c++) pixels[c] = level(shaper, light, c);
  }
}

void shape(
    const struct matrix_shaper *shaper, const struct layout *layout, const void *raw,
    uint16_t *wide, size_t width) {
  const unsigned channels = 3 + layout->has_alpha;
  for (size_t x = 0; x < width; x++) {
    const uint16_t *words = (const uint16_t *)raw + x * channels;
    const uint8_t *bytes = (const uint8_t *)raw + x * channels;
    const uint64_t light = layout->is_16_bit
                               ? sum(shaper, DEEP_COUNT, words[0] >> DEEP_SHIFT,
                                     words[1] >> DEEP_SHIFT, words[2] >> DEEP_SHIFT)
                               : sum(shaper, 256, bytes[0], bytes[1], bytes[2]);
    for (int c = 0; c < 3; c++) *wide++ = level(shaper, light, c) * 257;
    if (layout->has_alpha) *wide++ = layout->is_16_bit ? words[3] : bytes[3] * 257;
  }
}
