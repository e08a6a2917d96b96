#include "libraries.h"
#if HAS_TIFF

#include <stdio.h>

#include "tiffreader.h"

static _Noreturn void refuse_number(
    struct tiff_reader *reader, const char *format, unsigned number) {
  char words[IMPASTO_MESSAGE_SIZE];
  snprintf(words, sizeof words, format, number);
  refuse(&reader->base, words);
}

static void read_samples(struct tiff_reader *reader) {
  TIFF *tiff = reader->tiff;
  uint16_t compression, kind;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &kind);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &reader->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &reader->samples);
  if (!TIFFIsCODECConfigured(compression)) {
    refuse_number(reader, "compression %u, which libtiff cannot undo here", compression);
  }
  if (kind != SAMPLEFORMAT_UINT && kind != SAMPLEFORMAT_VOID) {
    refuse(&reader->base, "samples that are signed or floating-point numbers");
  }
  if (reader->bits < 1 || reader->bits > 16) {
    refuse_number(reader, "samples of %u bits", reader->bits);
  }
  if (reader->samples < 1 || reader->samples > 16) {
    refuse_number(reader, "%u samples for each pixel", reader->samples);
  }
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &reader->photometric)) {
    reader->photometric = reader->samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  }
  if (reader->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG) {
    // libjpeg converts them while it reads.
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    reader->photometric = PHOTOMETRIC_RGB;
  }
}

static void read_palette(struct tiff_reader *reader) {
  uint16_t *const *palette = reader->palette;
  bool is_there = TIFFGetField(
      reader->tiff, TIFFTAG_COLORMAP, &reader->palette[0], &reader->palette[1],
      &reader->palette[2]);
  if (!is_there || reader->bits > 8) stop(&reader->base.fault, "a palette that makes no sense");
  // By the specification they have 16 bits, in some files 8.
  reader->palette_shift = 0;
  for (unsigned c = 0; c < 3; c++) {
    for (unsigned i = 0; i < 1u << reader->bits; i++) {
      if (palette[c][i] > 255) reader->palette_shift = 8;
    }
  }
}

// How many samples are not colour, and which of them is the alpha.
static void find_alpha(struct tiff_reader *reader, uint16_t colors) {
  if (reader->samples < colors) stop(&reader->base.fault, "fewer samples than its colours have");
  uint16_t count = 0, *kinds = NULL;
  bool is_told = TIFFGetField(reader->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0;
  if (!is_told && reader->photometric == PHOTOMETRIC_RGB && reader->samples == 4) {
    // Programs that forget to say so mean alpha.
    reader->alpha = colors;
  }
  for (uint16_t i = 0; i < count && colors + i < reader->samples && reader->alpha == 0; i++) {
    if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA) continue;
    reader->alpha = colors + i;
    reader->is_premultiplied = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
  }
}

void read_tiff_layout(struct tiff_reader *reader) {
  read_samples(reader);
  struct layout *layout = &reader->base.layout;
  *layout = (struct layout){.colors = RGB, .is_16_bit = reader->bits > 8};
  uint16_t colors = 3, inks = INKSET_CMYK;
  switch (reader->photometric) {
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_YCBCR: break;
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      layout->colors = GREY;
      colors = 1;
      break;
    case PHOTOMETRIC_PALETTE:
      read_palette(reader);
      colors = 1;
      break;
    case PHOTOMETRIC_SEPARATED:
      TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_INKSET, &inks);
      if (inks != INKSET_CMYK) refuse(&reader->base, "inks other than those of CMYK");
      layout->colors = CMYK;
      colors = 4;
      break;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB: refuse(&reader->base, "colours in CIE L*a*b*");
    case PHOTOMETRIC_CFA: refuse(&reader->base, "the raw data of a camera");
    default: refuse_number(reader, "colours of kind %u", reader->photometric);
  }
  find_alpha(reader, colors);
  layout->has_alpha = reader->alpha > 0;
}

// From `bits` to 8 bits, or to 16 where they are more.
static uint16_t scaled(const struct tiff_reader *reader, uint32_t value) {
  if (reader->bits == 8 || reader->bits == 16) return (uint16_t)value;
  uint32_t maximum = (1u << reader->bits) - 1, full = reader->bits < 8 ? 255 : 65535;
  return (uint16_t)((value * full + maximum / 2) / maximum);
}

void arrange_tiff_row(struct tiff_reader *reader, const uint16_t *values, uint8_t *row) {
  const struct layout *layout = &reader->base.layout;
  const uint16_t maximum = (uint16_t)((1u << reader->bits) - 1);
  const uint16_t flip = reader->photometric == PHOTOMETRIC_MINISWHITE ? maximum : 0;
  const bool has_palette = reader->photometric == PHOTOMETRIC_PALETTE;
  const unsigned colors = color_count(layout);
  uint16_t *wide = (uint16_t *)row;
  for (uint64_t x = 0; x < reader->base.header.width; x++, values += reader->samples) {
    for (unsigned c = 0; c < colors + layout->has_alpha; c++) {
      uint16_t value;
      if (c == colors) {
        value = scaled(reader, values[reader->alpha]);
      } else if (has_palette) {
        value = reader->palette[c][values[0]] >> reader->palette_shift;
      } else {
        value = scaled(reader, values[c] ^ flip);
      }
      if (layout->is_16_bit) {
        *wide++ = value;
      } else {
        *row++ = (uint8_t)value;
      }
    }
  }
}

#endif
