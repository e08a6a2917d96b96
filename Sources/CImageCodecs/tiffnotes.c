#include "libraries.h"
#if HAS_TIFF

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tiffreader.h"

// EXIF is a TIFF structure of one directory. Here it is made anew from those tags of the file that
// say how the picture was made, in order.
static const uint16_t texts[] = {
  TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE, TIFFTAG_MODEL, TIFFTAG_DATETIME, TIFFTAG_ARTIST,
  TIFFTAG_COPYRIGHT};
enum { TEXTS = sizeof texts / sizeof *texts, LONGEST_TEXT = 4096 };

struct entry {
  uint16_t tag, type;
  uint32_t count;
  const void *value;
  uint32_t size;
};

static void put(struct impasto_reader *base, uint64_t value, unsigned count) {
  uint8_t bytes[8];
  for (unsigned i = 0; i < count; i++) bytes[i] = (uint8_t)(value >> 8 * i);
  append(base, &base->exif, bytes, count);
}

static void write_entries(struct impasto_reader *base, const struct entry *entries, unsigned count) {
  static const uint8_t filler[4] = {0};
  append(base, &base->exif, "II*\0", 4);
  put(base, 8, 4);
  put(base, count, 2);
  uint32_t place = 8 + 2 + 12 * count + 4;
  for (unsigned i = 0; i < count; i++) {
    const struct entry *entry = &entries[i];
    put(base, entry->tag, 2);
    put(base, entry->type, 2);
    put(base, entry->count, 4);
    if (entry->size <= 4) {
      append(base, &base->exif, entry->value, entry->size);
      append(base, &base->exif, filler, 4 - entry->size);
    } else {
      put(base, place, 4);
      place += entry->size + entry->size % 2;
    }
  }
  put(base, 0, 4);
  for (unsigned i = 0; i < count; i++) {
    if (entries[i].size <= 4) continue;
    append(base, &base->exif, entries[i].value, entries[i].size);
    append(base, &base->exif, filler, entries[i].size % 2);
  }
}

struct resolution {
  /// Pixels for each unit across and down, as fractions.
  uint32_t across[2], down[2];
  uint16_t unit;
};

static bool read_resolution(TIFF *tiff, struct resolution *resolution) {
  float across, down;
  if (!TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &across)) return false;
  if (!TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &down)) return false;
  if (!(across > 0 && across < 1e6f && down > 0 && down < 1e6f)) return false;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &resolution->unit);
  resolution->across[0] = (uint32_t)lroundf(across * 1000);
  resolution->down[0] = (uint32_t)lroundf(down * 1000);
  resolution->across[1] = resolution->down[1] = 1000;
  return true;
}

static unsigned add_resolution(struct entry *entries, const struct resolution *resolution) {
  entries[0] = (struct entry){TIFFTAG_XRESOLUTION, TIFF_RATIONAL, 1, resolution->across, 8};
  entries[1] = (struct entry){TIFFTAG_YRESOLUTION, TIFF_RATIONAL, 1, resolution->down, 8};
  entries[2] = (struct entry){TIFFTAG_RESOLUTIONUNIT, TIFF_SHORT, 1, &resolution->unit, 2};
  return 3;
}

static void keep_exif(struct tiff_reader *reader) {
  struct entry entries[TEXTS + 3];
  struct resolution resolution;
  bool is_resolved = read_resolution(reader->tiff, &resolution);
  unsigned count = 0;
  // In the order of their tags: the resolution lies between camera and date.
  for (unsigned i = 0; i < TEXTS; i++) {
    if (texts[i] == TIFFTAG_DATETIME && is_resolved) {
      count += add_resolution(entries + count, &resolution);
    }
    const char *text;
    if (!TIFFGetField(reader->tiff, texts[i], &text)) continue;
    uint32_t size = (uint32_t)strnlen(text, LONGEST_TEXT - 1) + 1;
    entries[count++] = (struct entry){texts[i], TIFF_ASCII, size, text, size};
  }
  if (count > 0) write_entries(&reader->base, entries, count);
}

void keep_tiff_notes(struct tiff_reader *reader) {
  uint32_t count = 0;
  const void *bytes = NULL;
  struct impasto_reader *base = &reader->base;
  if (TIFFGetField(reader->tiff, TIFFTAG_ICCPROFILE, &count, &bytes)) {
    append(base, &base->color_space.icc, bytes, count);
  }
  if (TIFFGetField(reader->tiff, TIFFTAG_XMLPACKET, &count, &bytes)) {
    append(base, &base->xmp, bytes, count);
  }
  keep_exif(reader);
}

#endif
