#ifndef TIFFREADER_H
#define TIFFREADER_H

#include <tiffio.h>

#include "codec.h"

/// A TIFF file being read: its first picture that is not a preview.
struct tiff_reader {
  struct impasto_reader base;
  TIFF *tiff;
  /// Where libtiff reads next.
  uint64_t position;
  /// What libtiff said first since it was last asked for a row.
  char words[IMPASTO_MESSAGE_SIZE];

  /// The bits of a sample, and the samples of a pixel.
  uint16_t bits, samples;
  /// What the samples mean, as libtiff numbers it.
  uint16_t photometric;
  /// Which sample is the alpha; zero where there is none.
  uint16_t alpha;
  bool is_premultiplied;
  /// Red, green and blue of each value, and the bits of them that 8 bits leave out.
  uint16_t *palette[3];
  unsigned palette_shift;

  /// NULL before the first row is read.
  struct tiff_rows *rows;
};

/// Leaves with what libtiff said.
_Noreturn void stop_tiff(struct tiff_reader *reader);

/// Finds out what the samples are, and refuses what is not read.
void read_tiff_layout(struct tiff_reader *reader);

/// The bytes that reading rows holds; leaves where the file asks for too many.
size_t tiff_rows_held(struct tiff_reader *reader);

/// Gets ready for the first row.
void begin_tiff_rows(struct tiff_reader *reader);

/// Reads the next row as it is stored: all samples of each pixel, in the low `bits` of 16.
const uint16_t *read_tiff_row(struct tiff_reader *reader);

/// Makes a raw row of it.
void arrange_tiff_row(struct tiff_reader *reader, const uint16_t *values, uint8_t *row);

/// Frees what reading rows took, or nothing where it is NULL.
void free_tiff_rows(struct tiff_rows *rows);

/// Keeps what the tags say of the making of the picture.
void keep_tiff_notes(struct tiff_reader *reader);

#endif
