#ifndef HEIFREADER_H
#define HEIFREADER_H

#include <libheif/heif.h>

#include "codec.h"

/// A channel of a picture: samples of one byte up to 8 bits, else of two in the order of the processor.
struct plane {
  const uint8_t *samples;
  size_t stride;
  bool is_wide;
  /// The level of 8 or 16 bits for each sample.
  uint16_t *levels;
};

/// A HEIC or AVIF file being read.
struct heif_file_reader {
  struct impasto_reader base;
  struct heif_reader functions;
  int64_t position;
  /// The bytes that may still be read. A file whose tiles are all the same data could otherwise take
  /// any time.
  uint64_t allowance;
  struct heif_context *context;
  struct heif_image_handle *handle;
  /// The whole picture, upright; NULL before the first row is read.
  struct heif_image *picture;
  /// Whether all planes of the picture are there, too.
  bool has_planes;
  /// Red, green and blue, which are the same where it is grey, and alpha where there is.
  struct plane planes[4];
  /// The row that is read next.
  uint32_t next;
};

/// Leaves with the words of an error, if it is one.
void check_heif(struct impasto_reader *base, struct heif_error error);

/// Lets the whole file be read once, and its boxes some times more.
void allow_reading(struct heif_file_reader *reader);

/// Keeps colour space, EXIF and XMP.
void keep_heif_notes(struct impasto_reader *base, const struct heif_image_handle *handle);

/// Decodes the picture, unless it is there, and goes to its first row.
void begin_heif_rows(struct heif_file_reader *reader);

/// Reads the next raw row.
void read_heif_row(struct heif_file_reader *reader, uint8_t *row);

/// Frees the picture.
void free_heif_picture(struct heif_file_reader *reader);

#endif
