#include "palette.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// One rounding for each operation, so that all versions below give the same bits.
#pragma STDC FP_CONTRACT OFF

// Compiled once for each processor generation and chosen at load time.
#if defined(__x86_64__)
#define VERSIONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define VERSIONED
#endif

// How much the eye minds a difference in red, green and blue.
//
// Source: Riemersma, "Colour metric", compuphase.com/cmetric.htm, at a medium red.
enum { RED = 5, GREEN = 8, BLUE = 5 };

// Colours that differ in their two lowest bits only are one sample.
enum { BITS = 6, SAMPLES = 1 << (3 * BITS) };

// k-means changes little after these.
enum { ROUNDS = 8 };

/// Pixels of like colour: how many, and the sum of their colours.
struct sample {
  double weight, sum[3];
  int32_t red, green, blue;
};

/// Samples of `first..<end`, their mean and how far they are from it.
struct box {
  size_t first, end;
  double mean[3], spread[3], error;
};

static bool has_few_colors(const uint8_t *pixels, size_t count, struct palette *palette) {
  enum { SLOTS = 1024 };
  uint32_t slots[SLOTS] = {0};
  int colors = 0;
  uint32_t last = UINT32_MAX;
  for (size_t i = 0; i < count; i++) {
    uint32_t color = (uint32_t)pixels[3 * i] << 16 | pixels[3 * i + 1] << 8 | pixels[3 * i + 2];
    if (color == last) continue;
    last = color;
    // Zero is an empty slot.
    uint32_t slot = (color * 2654435761u) >> 22;
    while (slots[slot] != 0 && slots[slot] != color + 1) slot = (slot + 1) % SLOTS;
    if (slots[slot] != 0) continue;
    if (colors == PALETTE_LIMIT) return false;
    slots[slot] = color + 1;
    palette->red[colors] = pixels[3 * i];
    palette->green[colors] = pixels[3 * i + 1];
    palette->blue[colors] = pixels[3 * i + 2];
    colors++;
  }
  palette->count = colors;
  return true;
}

/// Gathers like colours; the number of samples, or zero when memory is out.
static size_t gather(const uint8_t *pixels, size_t count, struct sample **samples) {
  struct bin { uint32_t count, rest[3]; } *bins = calloc(SAMPLES, sizeof *bins);
  if (bins == NULL) return 0;
  const uint8_t low = (1 << (8 - BITS)) - 1;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *pixel = pixels + 3 * i;
    size_t place = 0;
    for (int c = 0; c < 3; c++) place = place << BITS | pixel[c] >> (8 - BITS);
    bins[place].count++;
    for (int c = 0; c < 3; c++) bins[place].rest[c] += pixel[c] & low;
  }
  size_t found = 0;
  for (size_t place = 0; place < SAMPLES; place++) found += bins[place].count != 0;
  struct sample *sample = *samples = malloc(found * sizeof *sample);
  for (size_t place = 0; sample != NULL && place < SAMPLES; place++) {
    if (bins[place].count == 0) continue;
    double weight = sample->weight = bins[place].count;
    for (int c = 0; c < 3; c++) {
      size_t level = (place >> (BITS * (2 - c)) & ((1 << BITS) - 1)) << (8 - BITS);
      sample->sum[c] = weight * (double)level + bins[place].rest[c];
    }
    sample->red = (int32_t)lround(sample->sum[0] / weight);
    sample->green = (int32_t)lround(sample->sum[1] / weight);
    sample->blue = (int32_t)lround(sample->sum[2] / weight);
    sample++;
  }
  free(bins);
  return *samples == NULL ? 0 : found;
}

static void measure(struct box *box, const struct sample *samples) {
  double weight = 0, sum[3] = {0}, squares[3] = {0};
  for (size_t i = box->first; i < box->end; i++) {
    weight += samples[i].weight;
    for (int c = 0; c < 3; c++) {
      sum[c] += samples[i].sum[c];
      squares[c] += samples[i].sum[c] * samples[i].sum[c] / samples[i].weight;
    }
  }
  const double eye[3] = {RED, GREEN, BLUE};
  box->error = 0;
  for (int c = 0; c < 3; c++) {
    box->mean[c] = sum[c] / weight;
    box->spread[c] = eye[c] * (squares[c] - sum[c] * box->mean[c]);
    box->error += box->spread[c];
  }
}

/// Moves the samples below the mean of the box's widest colour to its front; where the rest begins.
static size_t divide(const struct box *box, struct sample *samples) {
  int axis = 0;
  for (int c = 1; c < 3; c++) if (box->spread[c] > box->spread[axis]) axis = c;
  size_t middle = box->first;
  for (size_t i = box->first; i < box->end; i++) {
    if (samples[i].sum[axis] >= box->mean[axis] * samples[i].weight) continue;
    struct sample sample = samples[i];
    samples[i] = samples[middle];
    samples[middle++] = sample;
  }
  return middle;
}

static void set(struct palette *palette, int index, const double color[3]) {
  palette->red[index] = (int32_t)lround(color[0]);
  palette->green[index] = (int32_t)lround(color[1]);
  palette->blue[index] = (int32_t)lround(color[2]);
}

/// Divides the box of the largest error again and again.
static void divide_boxes(struct sample *samples, size_t count, struct palette *palette) {
  struct box boxes[PALETTE_LIMIT] = {{.end = count}};
  measure(&boxes[0], samples);
  int found = 1;
  while (found < PALETTE_LIMIT) {
    int widest = 0;
    for (int i = 1; i < found; i++) if (boxes[i].error > boxes[widest].error) widest = i;
    size_t middle = divide(&boxes[widest], samples);
    if (middle == boxes[widest].first || middle == boxes[widest].end) break;
    boxes[found] = (struct box){.first = middle, .end = boxes[widest].end};
    boxes[widest].end = middle;
    measure(&boxes[widest], samples);
    measure(&boxes[found++], samples);
  }
  for (int i = 0; i < found; i++) set(palette, i, boxes[i].mean);
  palette->count = found;
}

static void fill(struct palette *palette) {
  for (int i = palette->count; i < PALETTE_LIMIT; i++) {
    palette->red[i] = palette->red[palette->count - 1];
    palette->green[i] = palette->green[palette->count - 1];
    palette->blue[i] = palette->blue[palette->count - 1];
  }
}

/// The index of the colour nearest to one; of equals the first.
static inline int nearest(
    const struct palette *palette, int32_t red, int32_t green, int32_t blue) {
  // The index below the distance: the least of these numbers holds both, without a branch.
  int32_t least = INT32_MAX;
  for (int32_t i = 0; i < PALETTE_LIMIT; i++) {
    int32_t r = palette->red[i] - red, g = palette->green[i] - green, b = palette->blue[i] - blue;
    int32_t key = (RED * r * r + GREEN * g * g + BLUE * b * b) * PALETTE_LIMIT + i;
    least = key < least ? key : least;
  }
  return least % PALETTE_LIMIT;
}

/// Moves each colour to the mean of the samples that are nearest to it.
VERSIONED
static void settle(const struct sample *samples, size_t count, struct palette *palette) {
  for (int round = 0; round < ROUNDS; round++) {
    double weight[PALETTE_LIMIT] = {0}, sum[PALETTE_LIMIT][3] = {{0}};
    for (size_t i = 0; i < count; i++) {
      int index = nearest(palette, samples[i].red, samples[i].green, samples[i].blue);
      weight[index] += samples[i].weight;
      for (int c = 0; c < 3; c++) sum[index][c] += samples[i].sum[c];
    }
    for (int i = 0; i < palette->count; i++) {
      if (weight[i] == 0) continue;
      for (int c = 0; c < 3; c++) sum[i][c] /= weight[i];
      set(palette, i, sum[i]);
    }
    fill(palette);
  }
}

bool choose_palette(const uint8_t *pixels, size_t count, struct palette *palette) {
  if (has_few_colors(pixels, count, palette)) {
    fill(palette);
    return true;
  }
  struct sample *samples;
  size_t found = gather(pixels, count, &samples);
  if (found == 0) return false;
  divide_boxes(samples, found, palette);
  fill(palette);
  settle(samples, found, palette);
  free(samples);
  return true;
}

/// A number in 0..<1 for each place, whose neighbours differ much.
///
/// Source: Jimenez, "Next generation post processing in Call of Duty: Advanced Warfare", 2014.
static inline float threshold(uint32_t x, uint32_t y) {
  float inner = 0.06711056f * (float)x + 0.00583715f * (float)y;
  float outer = 52.9829189f * (inner - floorf(inner));
  return outer - floorf(outer);
}

static inline int32_t within_levels(int32_t level) {
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

/// Looks from the nearest colour through the pixel's to as far beyond, finds the colour nearest to
/// that place, and chooses between the two.
static inline int choose(const struct palette *palette, const uint8_t *pixel, float threshold) {
  int a = nearest(palette, pixel[0], pixel[1], pixel[2]);
  int32_t red = pixel[0] - palette->red[a];
  int32_t green = pixel[1] - palette->green[a];
  int32_t blue = pixel[2] - palette->blue[a];
  if ((red | green | blue) == 0) return a;
  int b = nearest(
      palette, within_levels(pixel[0] + red), within_levels(pixel[1] + green),
      within_levels(pixel[2] + blue));
  if (a == b) return a;
  int32_t r = palette->red[b] - palette->red[a];
  int32_t g = palette->green[b] - palette->green[a];
  int32_t l = palette->blue[b] - palette->blue[a];
  float length = (float)(RED * r * r + GREEN * g * g + BLUE * l * l);
  float share = (float)(RED * r * red + GREEN * g * green + BLUE * l * blue) / length;
  // Always the darker for the low thresholds: patches of different pairs then fit together.
  bool is_darker = RED * r + GREEN * g + BLUE * l < 0;
  return (is_darker ? threshold < share : threshold >= 1 - share) ? b : a;
}

VERSIONED
void map_pixels(
    const uint8_t *pixels, uint32_t width, uint32_t height, const struct palette *palette,
    uint8_t *indices) {
  for (uint32_t y = 0; y < height; y++) {
    for (uint32_t x = 0; x < width; x++) {
      *indices++ = (uint8_t)choose(palette, pixels, threshold(x, y));
      pixels += 3;
    }
  }
}
