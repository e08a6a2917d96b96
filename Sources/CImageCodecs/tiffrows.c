#include "libraries.h"
#if HAS_TIFF

#include <stdlib.h>
#include <string.h>

#include "tiffreader.h"

// A file is made of pieces, strips as wide as the picture or tiles; each holds all samples of its
// pixels, or the picture is there once for each sample, in planes. A band is the pieces that share
// rows.
struct tiff_rows {
  uint32_t width, height, next;
  uint32_t piece_width, piece_height, across;
  uint16_t planes;
  bool is_tiled;
  /// Of a piece and of a row in it, in bytes.
  tmsize_t piece_size, piece_stride;
  /// The bytes of a band, of a row where there are strips of one plane, or of the raster.
  uint64_t room;
  uint8_t *bytes;
  /// The whole picture where libtiff must convert its colours; NULL for other files.
  uint32_t *raster;
  bool is_converted;
  /// A row.
  uint16_t *values;
};

static bool reads_single_rows(const struct tiff_rows *rows) {
  return !rows->is_tiled && rows->planes == 1;
}

// Colours that are thinned out, and those of the old kind of JPEG, are only converted as a whole.
static bool needs_raster(const struct tiff_reader *reader) {
  return reader->photometric == PHOTOMETRIC_YCBCR;
}

static void lay_out(struct tiff_reader *reader, struct tiff_rows *rows) {
  TIFF *tiff = reader->tiff;
  struct fault *fault = &reader->base.fault;
  rows->width = (uint32_t)reader->base.header.width;
  rows->height = (uint32_t)reader->base.header.height;
  if (needs_raster(reader)) {
    rows->room = (uint64_t)rows->width * rows->height * sizeof *rows->raster;
    return;
  }
  uint16_t planar;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  rows->planes = planar == PLANARCONFIG_SEPARATE ? reader->samples : 1;
  rows->is_tiled = TIFFIsTiled(tiff);
  rows->piece_width = rows->width;
  if (rows->is_tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &rows->piece_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &rows->piece_height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows->piece_height);
  }
  rows->piece_size = rows->is_tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  rows->piece_stride = rows->is_tiled ? TIFFTileRowSize(tiff) : TIFFScanlineSize(tiff);
  if (rows->piece_width == 0 || rows->piece_height == 0 || rows->piece_size <= 0
      || rows->piece_stride <= 0) {
    stop(fault, "its strips or tiles make no sense");
  }
  rows->across = (rows->width - 1) / rows->piece_width + 1;
  uint64_t pieces = (uint64_t)rows->across * rows->planes;
  // As much as all rows of the largest picture take, with alpha in 16 bits.
  const uint64_t most = (uint64_t)IMPASTO_PIXEL_LIMIT * 8;
  if ((uint64_t)rows->piece_size > most / pieces) stop(fault, "its tiles are too large");
  rows->room = reads_single_rows(rows) ? (uint64_t)rows->piece_stride
                                       : (uint64_t)rows->piece_size * pieces;
  // What a row must have, whatever libtiff takes for its size.
  uint64_t needed = (uint64_t)rows->piece_width * reader->bits
                    * (rows->planes == 1 ? reader->samples : 1);
  if ((uint64_t)rows->piece_stride < (needed + 7) / 8) stop_tiff(reader);
}

size_t tiff_rows_held(struct tiff_reader *reader) {
  struct tiff_rows rows = {0};
  lay_out(reader, &rows);
  return rows.room;
}

static void read_raster(struct tiff_reader *reader) {
  struct tiff_rows *rows = reader->rows;
  char words[1024] = "";
  TIFFRGBAImage image;
  if (!TIFFRGBAImageBegin(&image, reader->tiff, 1, words)) {
    words[IMPASTO_MESSAGE_SIZE - 1] = 0;
    stop(&reader->base.fault, words);
  }
  // As stored: the orientation is for the caller.
  image.req_orientation = image.orientation;
  rows->is_converted = image.width == rows->width && image.height == rows->height
                       && TIFFRGBAImageGet(&image, rows->raster, image.width, image.height);
  TIFFRGBAImageEnd(&image);
  if (!rows->is_converted) stop_tiff(reader);
}

static void make_rows(struct tiff_reader *reader) {
  struct tiff_rows *rows = calloc(1, sizeof *rows);
  if (rows == NULL) stop(&reader->base.fault, "out of memory");
  reader->rows = rows;
  lay_out(reader, rows);
  if (needs_raster(reader)) {
    rows->raster = malloc(rows->room);
  } else {
    rows->bytes = malloc(rows->room);
  }
  rows->values = calloc((size_t)rows->width * reader->samples, sizeof *rows->values);
  if (rows->values == NULL || (rows->bytes == NULL && rows->raster == NULL)) {
    free_tiff_rows(rows);
    reader->rows = NULL;
    stop(&reader->base.fault, "out of memory");
  }
}

void begin_tiff_rows(struct tiff_reader *reader) {
  if (reader->rows == NULL) make_rows(reader);
  reader->rows->next = 0;
  if (needs_raster(reader) && !reader->rows->is_converted) read_raster(reader);
}

void free_tiff_rows(struct tiff_rows *rows) {
  if (rows == NULL) return;
  free(rows->bytes);
  free(rows->raster);
  free(rows->values);
  free(rows);
}

// Values of any number of bits, one after the other from the highest bit, to every `step`th place.
static void unpack(
    const uint8_t *bytes, unsigned bits, uint16_t *values, size_t count, size_t step) {
  if (bits == 8) {
    for (size_t i = 0; i < count; i++) values[i * step] = bytes[i];
  } else if (bits == 16) {
    for (size_t i = 0; i < count; i++) memcpy(values + i * step, bytes + i * 2, 2);
  } else {
    uint32_t pending = 0;
    unsigned available = 0;
    for (size_t i = 0; i < count; i++) {
      for (; available < bits; available += 8) pending = pending << 8 | *bytes++;
      available -= bits;
      values[i * step] = (uint16_t)(pending >> available & ((1u << bits) - 1));
    }
  }
}

static void read_band(struct tiff_reader *reader) {
  const struct tiff_rows *rows = reader->rows;
  uint8_t *piece = rows->bytes;
  for (uint16_t plane = 0; plane < rows->planes; plane++) {
    for (uint32_t i = 0; i < rows->across; i++, piece += rows->piece_size) {
      uint32_t x = i * rows->piece_width;
      tmsize_t count =
          rows->is_tiled
              ? TIFFReadTile(reader->tiff, piece, x, rows->next, 0, plane)
              : TIFFReadEncodedStrip(
                    reader->tiff, TIFFComputeStrip(reader->tiff, rows->next, plane), piece,
                    rows->piece_size);
      if (count < 0) stop_tiff(reader);
    }
  }
}

static void read_pieces(struct tiff_reader *reader) {
  const struct tiff_rows *rows = reader->rows;
  uint32_t y = rows->next % rows->piece_height;
  if (y == 0) read_band(reader);
  const uint8_t *row = rows->bytes + y * rows->piece_stride;
  size_t together = rows->planes == 1 ? reader->samples : 1;
  for (uint16_t plane = 0; plane < rows->planes; plane++) {
    for (uint32_t i = 0; i < rows->across; i++, row += rows->piece_size) {
      size_t x = (size_t)i * rows->piece_width, left = rows->width - x;
      size_t width = left < rows->piece_width ? left : rows->piece_width;
      uint16_t *values = rows->values + x * reader->samples + plane;
      unpack(row, reader->bits, values, width * together, rows->planes);
    }
  }
}

const uint16_t *read_tiff_row(struct tiff_reader *reader) {
  struct tiff_rows *rows = reader->rows;
  reader->words[0] = 0;
  if (rows->raster != NULL) {
    const uint32_t *row = rows->raster + (size_t)rows->next * rows->width;
    for (uint32_t x = 0; x < rows->width; x++) {
      uint16_t *pixel = rows->values + (size_t)x * reader->samples;
      pixel[0] = TIFFGetR(row[x]);
      pixel[1] = TIFFGetG(row[x]);
      pixel[2] = TIFFGetB(row[x]);
    }
  } else if (reads_single_rows(rows)) {
    if (TIFFReadScanline(reader->tiff, rows->bytes, rows->next, 0) < 0) stop_tiff(reader);
    size_t count = (size_t)rows->width * reader->samples;
    unpack(rows->bytes, reader->bits, rows->values, count, 1);
  } else {
    read_pieces(reader);
  }
  rows->next++;
  return rows->values;
}

#endif
