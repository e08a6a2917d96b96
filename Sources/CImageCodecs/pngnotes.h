#ifndef PNGNOTES_H
#define PNGNOTES_H

#include "codec.h"

enum { PNG_NOTE_COUNT = 8 };

/// The names of chunks for `read_png_note`, each ended by a zero.
extern const char png_notes[PNG_NOTE_COUNT * 5];

/// Takes what a chunk says of colours, EXIF, XMP and print size; of each kind the first chunk counts.
///
/// - seen: A bit for each kind that there was; at first zero.
void read_png_note(
    struct impasto_reader *reader, unsigned *seen, const char *name, bool is_damaged,
    const uint8_t *bytes, size_t count);

#endif
