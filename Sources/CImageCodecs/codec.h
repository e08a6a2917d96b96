#ifndef CODEC_H
#define CODEC_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CImageCodecs.h"

/// Where a fault inside a library leads, and where its words go.
///
/// Each function that a caller sees sets both anew; none of the jumps outlives the call.
struct fault {
  jmp_buf stop;
  char *message;
};

/// Notes the words and jumps to `fault->stop`.
_Noreturn void stop(struct fault *fault, const char *words);

/// Notes the words where there is nothing to jump out of.
void say(char *message, const char *words);

/// The unread part of a file's latest piece, and the source of the next.
struct input {
  struct impasto_source source;
  const uint8_t *next;
  size_t remaining;
  uint8_t piece[1 << 16];
};

/// Fetches the next piece; false at the end of the file.
bool fetch(struct input *input);

/// Copies the next `count` bytes, or those that are left; returns how many.
size_t take(struct input *input, uint8_t *bytes, size_t count);

/// Goes back to the first byte.
void rewind_input(struct input *input);

/// The latest bytes of a file to write, and where they go when they are many.
struct output {
  struct impasto_sink sink;
  size_t count;
  uint8_t piece[1 << 16];
};

/// Hands on the piece; false where the sink did not take it.
bool flush(struct output *output);

/// What to say of that, though the sink may know better.
extern const char cannot_write[];

/// Bytes that grow by appending.
struct buffer {
  uint8_t *bytes;
  size_t count, capacity;
};

/// Makes room for `extra` more bytes, at least doubling; false when memory is out.
bool reserve(struct buffer *buffer, size_t extra);

/// What the samples of a pixel are; CMYK is zero where there is no ink.
enum colors { GREY, RGB, CMYK };

/// The raw rows of a decoder: no padding, samples of 16 bits in the order of the processor, alpha
/// last and not premultiplied.
struct layout {
  enum colors colors;
  bool is_16_bit, has_alpha;
};

/// What the colours of a file mean: the first of these that it states, or sRGB.
struct color_space {
  /// Code points of ITU-T H.273; zero where there are none.
  uint8_t primaries, transfer;
  struct buffer icc;
  bool is_srgb;
  /// The exponent from light to samples, zero where it is not stated.
  double gamma;
  /// x and y of white, red, green and blue; zero where they are not stated.
  double chromaticities[8];
};

struct conversion;

/// What readers of all formats begin with; the fault comes first, for libraries hold a pointer to
/// the whole and take it for that of the fault.
struct impasto_reader {
  struct fault fault;
  const struct decoder *decoder;
  struct input input;
  struct impasto_header header;
  struct layout layout;
  struct color_space color_space;
  struct buffer exif, xmp;
  char warnings[1024];
  int background;
  /// From raw rows to rows of 8-bit sRGB; NULL before the first row.
  struct conversion *conversion;
  uint32_t row;
  bool is_begun;
};

/// The functions of a format. All but `close` leave by `stop` after a fault.
struct decoder {
  /// Fills in header, layout, colour space, EXIF and XMP, at the start of the file.
  void (*open)(struct impasto_reader *reader);
  /// Gets ready for the first row, wherever the file has been read to.
  void (*begin)(struct impasto_reader *reader);
  /// Reads raw rows.
  void (*read)(struct impasto_reader *reader, uint8_t *rows, uint32_t count);
  /// Reads what follows the last row. A fault there is only warned of.
  void (*end)(struct impasto_reader *reader);
  /// Frees what the decoder added to the reader.
  void (*close)(struct impasto_reader *reader);
};

/// Fills in the size, unless the picture has no pixels or too many.
void set_size(struct impasto_reader *reader, uint64_t width, uint64_t height);

/// The bytes of a raw row.
size_t raw_stride(const struct impasto_reader *reader);

/// Appends bytes of a colour profile, EXIF or XMP; all are dropped, with a warning, where they
/// become more than IMPASTO_NOTE_LIMIT.
void append(
    struct impasto_reader *reader, struct buffer *buffer, const void *bytes, size_t count);

/// Appends EXIF, without the name that some programs put before its TIFF structure.
void append_exif(struct impasto_reader *reader, const void *bytes, size_t count);

/// Leaves as `stop` does where the file, though sound, is of a kind that is not read; from `open`.
_Noreturn void refuse(struct impasto_reader *reader, const char *words);

/// The samples of a pixel that are not alpha.
unsigned color_count(const struct layout *layout);

/// Divides the colours of a raw row by its alpha.
void unmultiply(const struct impasto_reader *reader, void *row);

/// Notes, once, what does not prevent reading: a sentence without a full stop.
void warn(struct impasto_reader *reader, const char *words);

/// Each is NULL when memory is out.
struct impasto_reader *make_png_reader(void);
struct impasto_reader *make_jpeg_reader(void);
struct impasto_reader *make_webp_reader(void);
struct impasto_reader *make_heif_reader(void);
struct impasto_reader *make_tiff_reader(void);

/// What writers of all formats begin with, the fault first as in readers.
struct impasto_writer {
  struct fault fault;
  const struct encoder *encoder;
  struct output output;
  /// Without what it points to once the file has begun.
  struct impasto_contents contents;
};

/// The functions of a format. All but `close` leave by `stop` after a fault.
struct encoder {
  /// Writes all that comes before the first row.
  void (*begin)(struct impasto_writer *writer);
  void (*write)(struct impasto_writer *writer, const uint8_t *pixels, uint32_t rows);
  /// Puts what follows the last row.
  void (*end)(struct impasto_writer *writer);
  void (*close)(struct impasto_writer *writer);
};

/// Each is NULL when memory is out.
struct impasto_writer *make_png_writer(void);
struct impasto_writer *make_jpeg_writer(void);
struct impasto_writer *make_webp_writer(void);

#endif
