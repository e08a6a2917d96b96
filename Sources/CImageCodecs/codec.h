#ifndef CODEC_H
#define CODEC_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CImageCodecs.h"

// What both codecs need. Objects that live across setjmp belong to the caller of the function that
// calls it: C leaves the changed locals of that function itself undefined after a longjmp.

/// Where a fault inside a library leads, and where its words go.
struct fault {
  jmp_buf stop;
  char *message;
};

/// Notes the words and jumps to `fault->stop`.
_Noreturn void stop(struct fault *fault, const char *words);

/// Bytes that grow by appending.
struct output {
  uint8_t *bytes;
  size_t count, capacity;
};

/// Makes room for `extra` more bytes, at least doubling; false when memory is out.
bool reserve(struct output *output, size_t extra);

#endif
