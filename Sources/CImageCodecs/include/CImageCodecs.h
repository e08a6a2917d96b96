#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// PNG and JPEG files in memory, to and from pictures of 8-bit RGB: rows from the top, three bytes a
// pixel, no padding between rows.
//
// Each function returns false after a fault, with the cause, in English and without a full stop, in
// `message`, which has room for IMPASTO_MESSAGE_SIZE characters. No longjmp leaves these functions.

#define IMPASTO_MESSAGE_SIZE 256

/// Reads the size that the header of a PNG file claims, in pixels; either may be zero.
bool impasto_png_size(
    const uint8_t *file, size_t count, uint32_t *width, uint32_t *height, char *message);

/// Reads the size that the header of a JPEG file claims, in pixels.
bool impasto_jpeg_size(
    const uint8_t *file, size_t count, uint32_t *width, uint32_t *height, char *message);

/// Decodes a PNG file of any kind over white; `pixels` has room for the size the header claims.
///
/// Fails on a file that is cut short or damaged where it matters to the pixels.
bool impasto_png_decode(
    const uint8_t *file, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message);

/// Decodes a JPEG file of any kind; `pixels` has room for the size the header claims.
///
/// Fails on a file that is cut short or damaged where it matters to the pixels. The orientation
/// that a camera noted is not applied.
bool impasto_jpeg_decode(
    const uint8_t *file, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message);

/// Encodes a picture as 8-bit RGB PNG into `*file`, which the caller frees.
bool impasto_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **file, size_t *count,
    char *message);

/// Encodes a picture as baseline JPEG into `*file`, which the caller frees.
///
/// - quality: 1 to 100; from 90 colour is kept at full resolution, below that at half.
bool impasto_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **file,
    size_t *count, char *message);

#endif
