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

/// What readers of both formats begin with; the fault comes first, for libraries hold a pointer to
/// the whole and take it for that of the fault.
struct impasto_reader {
  struct fault fault;
  const struct decoder *decoder;
  struct input input;
  struct impasto_header header;
  uint8_t background;
  uint32_t row;
  bool is_begun;
};

/// The functions of a format. All but `close` leave by `stop` after a fault.
struct decoder {
  /// Fills in the header, at the start of the file.
  void (*open)(struct impasto_reader *reader);
  /// Gets ready for the first row, wherever the file has been read to.
  void (*begin)(struct impasto_reader *reader);
  void (*read)(struct impasto_reader *reader, uint8_t *pixels, uint32_t rows);
  /// Reads what follows the last row, for damage may be there.
  void (*end)(struct impasto_reader *reader);
  void (*close)(struct impasto_reader *reader);
};

/// Each is NULL when memory is out.
struct impasto_reader *make_png_reader(void);
struct impasto_reader *make_jpeg_reader(void);

/// What writers of both formats begin with, the fault first as in readers.
struct impasto_writer {
  struct fault fault;
  const struct encoder *encoder;
  struct output output;
  uint32_t width, height;
};

/// The functions of a format. All but `close` leave by `stop` after a fault.
struct encoder {
  void (*begin)(struct impasto_writer *writer, int quality);
  void (*write)(struct impasto_writer *writer, const uint8_t *pixels, uint32_t rows);
  /// Puts what follows the last row.
  void (*end)(struct impasto_writer *writer);
  void (*close)(struct impasto_writer *writer);
};

/// Each is NULL when memory is out.
struct impasto_writer *make_png_writer(void);
struct impasto_writer *make_jpeg_writer(void);

#endif
