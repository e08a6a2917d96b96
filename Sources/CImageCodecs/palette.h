#ifndef PALETTE_H
#define PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The few colours that stand for all of a picture's, and which of them each pixel gets.

#define PALETTE_LIMIT 256

/// Colours as their red, green and blue, each list filled with copies of the last colour.
struct palette {
  int32_t red[PALETTE_LIMIT], green[PALETTE_LIMIT], blue[PALETTE_LIMIT];
  int count;
};

/// Chooses up to 256 colours for `count` pixels of RGB: their own if they have no more; false when
/// memory is out.
bool choose_palette(const uint8_t *pixels, size_t count, struct palette *palette);

/// Writes for each pixel of RGB the index of the colour that stands for it.
///
/// Pixels between two colours get the one or the other by a pattern of fixed places, so that a
/// small area has the right mean and what does not move does not flicker.
void map_pixels(
    const uint8_t *pixels, uint32_t width, uint32_t height, const struct palette *palette,
    uint8_t *indices);

#endif
