#include "codec.h"

static uint32_t divided(uint32_t value, uint32_t alpha, uint32_t maximum) {
  if (value >= alpha) return alpha > 0 ? maximum : 0;
  return (uint32_t)(((uint64_t)value * maximum + alpha / 2) / alpha);
}

void unmultiply(const struct impasto_reader *reader, void *row) {
  const struct layout *layout = &reader->layout;
  const unsigned colors = color_count(layout), channels = colors + layout->has_alpha;
  uint16_t *wide = row;
  uint8_t *narrow = row;
  for (uint64_t x = 0; x < reader->header.width; x++, wide += channels, narrow += channels) {
    for (unsigned c = 0; c < colors && layout->has_alpha; c++) {
      if (layout->is_16_bit) {
        wide[c] = (uint16_t)divided(wide[c], wide[colors], 65535);
      } else {
        narrow[c] = (uint8_t)divided(narrow[c], narrow[colors], 255);
      }
    }
  }
}
