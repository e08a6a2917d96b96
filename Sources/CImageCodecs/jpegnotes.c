#include "jpegnotes.h"

#include <stdlib.h>
#include <string.h>

/// The names that segments begin with, zeros at their ends included.
static const char exif_name[6] = "Exif\0";
static const char xmp_name[29] = "http://ns.adobe.com/xap/1.0/";
static const char icc_name[12] = "ICC_PROFILE";

// After the name come the number of the part and that of all parts.
static void read_icc_part(
    struct impasto_reader *reader, struct icc_parts *icc, const uint8_t *bytes, size_t count) {
  if (count < 2 || bytes[0] == 0 || bytes[0] > bytes[1]
      || (icc->count > 0 && icc->count != bytes[1])) {
    icc->is_damaged = true;
    return;
  }
  icc->count = bytes[1];
  struct buffer *part = &icc->parts[bytes[0]];
  if (part->count == 0) append(reader, part, bytes + 2, count - 2);
}

void read_jpeg_note(
    struct impasto_reader *reader, struct icc_parts *icc, const uint8_t *bytes, size_t count) {
  if (count >= sizeof exif_name && memcmp(bytes, exif_name, sizeof exif_name) == 0) {
    if (reader->exif.count > 0) return;
    append(reader, &reader->exif, bytes + sizeof exif_name, count - sizeof exif_name);
  } else if (count >= sizeof xmp_name && memcmp(bytes, xmp_name, sizeof xmp_name) == 0) {
    if (reader->xmp.count > 0) return;
    append(reader, &reader->xmp, bytes + sizeof xmp_name, count - sizeof xmp_name);
  } else if (count >= sizeof icc_name && memcmp(bytes, icc_name, sizeof icc_name) == 0) {
    read_icc_part(reader, icc, bytes + sizeof icc_name, count - sizeof icc_name);
  }
}

void join_icc(struct impasto_reader *reader, struct icc_parts *icc) {
  bool is_whole = !icc->is_damaged;
  for (int i = 1; i <= icc->count; i++) is_whole = is_whole && icc->parts[i].count > 0;
  for (int i = 1; i <= icc->count && is_whole; i++) {
    append(reader, &reader->color_space.icc, icc->parts[i].bytes, icc->parts[i].count);
  }
  if (!is_whole) warn(reader, "the colour profile is incomplete or damaged and is ignored");
  free_icc(icc);
}

void free_icc(struct icc_parts *icc) {
  for (int i = 1; i < 256; i++) free(icc->parts[i].bytes);
  *icc = (struct icc_parts){0};
}
