#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Picture files to and from rows of 8-bit sRGB: from the top, three bytes a pixel or four with
// transparency, no padding between rows. And animated GIF files, from whole pictures.
//
// Each function that can fail returns false or NULL after a fault, with the cause, in English and
// without a full stop, in `message`, which has room for IMPASTO_MESSAGE_SIZE characters. No longjmp
// leaves these functions.

#define IMPASTO_MESSAGE_SIZE 256

/// The formats of picture files; HEIF is that of HEIC and AVIF files.
enum impasto_format { IMPASTO_PNG, IMPASTO_JPEG, IMPASTO_WEBP, IMPASTO_HEIF, IMPASTO_TIFF };

/// The library that this build lacks for a format, which is then neither read nor written; NULL
/// where nothing is missing.
const char *impasto_missing_library(enum impasto_format format);

/// Where the bytes of a file come from.
struct impasto_source {
  void *context;
  /// Copies the next bytes, at most `count`, and tells how many; zero at the end of the file.
  size_t (*read)(void *context, uint8_t *bytes, size_t count);
  /// Goes to a byte of the file, or beyond its end, where there is nothing to read.
  void (*seek)(void *context, uint64_t offset);
  /// How many bytes the file has.
  uint64_t size;
};

/// The most pixels that a picture to read may have.
#define IMPASTO_PIXEL_LIMIT 256000000

/// The most bytes that are read of a colour profile, of EXIF and of XMP each.
#define IMPASTO_NOTE_LIMIT (16 << 20)

/// What the start of a file says.
struct impasto_header {
  /// In pixels, as stored.
  uint64_t width, height;
  /// Whether the file, though sound, is of a kind that is not read.
  bool is_unsupported;
  /// Whether all rows are complete only at the end of the file.
  bool is_interlaced;
  /// Whether pixels can be transparent.
  bool has_alpha;
  /// How the stored picture lies, in the numbers of EXIF tag 0x0112; zero where only EXIF can say.
  uint8_t orientation;
  /// The bytes that the reader keeps for the whole picture.
  size_t held;
  /// EXIF as a TIFF structure, and XMP as text, or NULL; valid until the reader is closed.
  const uint8_t *exif, *xmp;
  size_t exif_count, xmp_count;
  /// Pixels per metre, across and down as stored; zero where the file does not say.
  uint32_t density[2];
};

/// A picture file being read.
struct impasto_reader;

/// In place of a background: rows of a file that has transparency are RGBA, not premultiplied.
#define IMPASTO_KEEP_ALPHA (-1)

/// Reads the start of a file; memory that its size asks for is taken at the first row.
///
/// - background: the grey level that shows through transparent pixels, as 255 for white, or
///   IMPASTO_KEEP_ALPHA.
/// - header: Its size is filled in for files that are refused, too, as far as it is known.
/// - Returns: a reader, which the caller hands to `impasto_reader_close`; NULL for a picture without
///   pixels or of more than IMPASTO_PIXEL_LIMIT, too.
struct impasto_reader *impasto_reader_open(
    enum impasto_format format, struct impasto_source source, int background,
    struct impasto_header *header, char *message);

/// Reads the next rows, as many as `pixels` has room for and no more than are left; all rows where
/// the file is interlaced. The orientation is not applied.
///
/// Fails on a file that is cut short or damaged where it matters to the pixels, with the last row
/// at the latest; after that the reader must be rewound.
bool impasto_reader_read(
    struct impasto_reader *reader, uint8_t *pixels, uint32_t rows, char *message);

/// What was found so far that does not prevent reading: sentences without a full stop, each ended
/// by a line feed; valid until the next call for this reader.
const char *impasto_reader_warnings(const struct impasto_reader *reader);

/// Goes back to the first row.
void impasto_reader_rewind(struct impasto_reader *reader);

/// Frees a reader.
void impasto_reader_close(struct impasto_reader *reader);

/// Where the bytes of a file go.
struct impasto_sink {
  void *context;
  /// Takes the next bytes; false where that is impossible.
  bool (*write)(void *context, const uint8_t *bytes, size_t count);
};

/// What a picture file to write holds.
struct impasto_contents {
  /// In pixels.
  uint32_t width, height;
  /// Whether rows are RGBA, straight, and not RGB; a JPEG file has no room for that.
  bool has_alpha;
  /// Of a JPEG or WebP file, 1 to 100. Of JPEG from 90 colour is kept at full resolution, below at
  /// half; WebP of 100 is without loss.
  int quality;
  /// EXIF as a TIFF structure, or NULL; at most 65,527 bytes.
  const uint8_t *exif;
  size_t exif_count;
  /// An XMP packet, or NULL; at most 65,502 bytes.
  const uint8_t *xmp;
  size_t xmp_count;
  /// Pixels per metre, across and down; zero where that is not known.
  uint32_t density[2];
};

/// A picture file being written.
struct impasto_writer;

/// Begins a file, as 8-bit PNG, baseline JPEG or WebP, whose rows are held until its end.
///
/// - contents: what it points to is read before this returns.
/// - Returns: a writer, which the caller hands to `impasto_writer_close`.
struct impasto_writer *impasto_writer_open(
    enum impasto_format format, struct impasto_sink sink, const struct impasto_contents *contents,
    char *message);

/// Encodes the next rows.
bool impasto_writer_write(
    struct impasto_writer *writer, const uint8_t *pixels, uint32_t rows, char *message);

/// Ends the file, whose rows have all been written.
bool impasto_writer_end(struct impasto_writer *writer, char *message);

/// Frees a writer, whether its file is ended or not.
void impasto_writer_close(struct impasto_writer *writer);

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
