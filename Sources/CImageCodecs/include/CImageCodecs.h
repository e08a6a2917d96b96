#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// PNG and JPEG files in memory, to and from pictures of 8-bit RGB: rows from the top, three bytes a
// pixel, no padding between rows. And animated GIF files, from such pictures.
//
// Each function returns false or NULL after a fault, with the cause, in English and without a full stop, in
// `message`, which has room for IMPASTO_MESSAGE_SIZE characters. No longjmp leaves these functions.

#define IMPASTO_MESSAGE_SIZE 256

/// Reads the size that the header of a PNG file claims, in pixels; either may be zero.
bool impasto_png_size(
    const uint8_t *file, size_t count, uint32_t *width, uint32_t *height, char *message);

/// Reads the size that the header of a JPEG file claims, in pixels.
bool impasto_jpeg_size(
    const uint8_t *file, size_t count, uint32_t *width, uint32_t *height, char *message);

/// Decodes a PNG file of any kind over a grey level, as 255 for white; `pixels` has room for the
/// size the header claims.
///
/// Fails on a file that is cut short or damaged where it matters to the pixels.
bool impasto_png_decode(
    const uint8_t *file, size_t count, uint32_t width, uint32_t height, uint8_t background,
    uint8_t *pixels, char *message);

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

/// An animated GIF file in the making.
struct impasto_animation;

/// Begins an animation, which is played `plays` times, without end for zero.
///
/// Sides are 1 to 65,535. The caller hands the result to `impasto_gif_free`.
struct impasto_animation *impasto_gif_begin(
    uint32_t width, uint32_t height, int plays, char *message);

/// Appends a picture that is shown for `delay` hundredths of a second.
///
/// It gets a table of its own: its colours where they are no more than 256, else the 256 that stand
/// for them best, mixed by a pattern that stays in place from picture to picture.
bool impasto_gif_append(
    struct impasto_animation *animation, const uint8_t *pixels, int delay, char *message);

/// Ends the file, to which nothing can be appended afterwards.
bool impasto_gif_end(struct impasto_animation *animation, char *message);

/// The bytes made since they were last taken, valid until the next call for this animation.
const uint8_t *impasto_gif_take(struct impasto_animation *animation, size_t *count);

/// Frees an animation, whether ended or not, or nothing where it is NULL.
void impasto_gif_free(struct impasto_animation *animation);

#endif
