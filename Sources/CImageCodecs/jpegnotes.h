#ifndef JPEGNOTES_H
#define JPEGNOTES_H

#include "codec.h"

/// The parts of a colour profile, which may come in any order, by their numbers from one.
struct icc_parts {
  struct buffer parts[256];
  uint8_t count;
  bool is_damaged;
};

/// Takes what a segment APP1 or APP2 says of EXIF, XMP or colours; of each kind the first counts.
void read_jpeg_note(
    struct impasto_reader *reader, struct icc_parts *icc, const uint8_t *bytes, size_t count);

/// Puts the parts of the profile together, if there is one, and frees them.
void join_icc(struct impasto_reader *reader, struct icc_parts *icc);

void free_icc(struct icc_parts *icc);

#endif
