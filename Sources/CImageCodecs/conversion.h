#ifndef CONVERSION_H
#define CONVERSION_H

#include "codec.h"

// From the raw rows of a decoder to rows of 8-bit sRGB.

/// The bytes that converting holds besides a row.
size_t held_for_conversion(const struct impasto_reader *reader);

/// Reads the next rows as `impasto_reader_read` gives them to its caller.
void read_converted(struct impasto_reader *reader, uint8_t *pixels, uint32_t rows);

/// Frees a conversion, or nothing where it is NULL.
void free_conversion(struct conversion *conversion);

#endif
