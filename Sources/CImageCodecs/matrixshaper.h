#ifndef MATRIXSHAPER_H
#define MATRIXSHAPER_H

#include <lcms2.h>

#include "codec.h"

// Profiles of a curve for each channel and a matrix, as those of phones, cameras and screens are,
// in a seventh of the time that LittleCMS takes. In linear light each channel adds its part to the
// red, green and blue of sRGB, and a table holds these parts for each of its levels.

/// The tables of a profile.
struct matrix_shaper;

/// Tabulates a profile of RGB; NULL where its channels do not add up, as in profiles of tables, and
/// when memory is out.
struct matrix_shaper *make_matrix_shaper(
    cmsContext context, cmsHPROFILE profile, bool is_16_bit);

/// Converts RGB of 8 bits in place.
void shape_in_place(const struct matrix_shaper *shaper, uint8_t *pixels, size_t width);

/// Converts a raw row of RGB, with or without alpha, to 16 bits.
void shape(
    const struct matrix_shaper *shaper, const struct layout *layout, const void *raw,
    uint16_t *wide, size_t width);

#endif
