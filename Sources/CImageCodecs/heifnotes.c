#include "libraries.h"
#if HAS_HEIF

#include "heifreader.h"

#include <stdlib.h>
#include <string.h>

static void keep_colors(struct impasto_reader *base, const struct heif_image_handle *handle) {
  size_t count = heif_image_handle_get_raw_color_profile_size(handle);
  struct heif_color_profile_nclx *nclx = NULL;
  if (count > 0) {
    if (count > IMPASTO_NOTE_LIMIT) return;
    if (!reserve(&base->color_space.icc, count)) stop(&base->fault, "out of memory");
    check_heif(base, heif_image_handle_get_raw_color_profile(handle, base->color_space.icc.bytes));
    base->color_space.icc.count = count;
  } else if (heif_image_handle_get_nclx_color_profile(handle, &nclx).code == heif_error_Ok) {
    base->color_space.primaries = (uint8_t)nclx->color_primaries;
    base->color_space.transfer = (uint8_t)nclx->transfer_characteristics;
    heif_nclx_color_profile_free(nclx);
  }
}

// Bytes of a note, which the caller frees.
static uint8_t *metadata(
    struct impasto_reader *base, const struct heif_image_handle *handle, heif_item_id item,
    size_t *count) {
  *count = heif_image_handle_get_metadata_size(handle, item);
  if (*count > IMPASTO_NOTE_LIMIT) *count = 0;
  uint8_t *bytes = malloc(*count + 1);
  if (bytes == NULL) stop(&base->fault, "out of memory");
  if (*count > 0 && heif_image_handle_get_metadata(handle, item, bytes).code != heif_error_Ok) {
    *count = 0;
  }
  return bytes;
}

static bool is_xmp(const struct heif_image_handle *handle, heif_item_id item) {
  const char *type = heif_image_handle_get_metadata_content_type(handle, item);
  return type != NULL && strcmp(type, "application/rdf+xml") == 0;
}

// EXIF begins with the place of its TIFF structure, counted from behind these four bytes.
static void keep_exif(struct impasto_reader *base, const uint8_t *bytes, size_t count) {
  if (count < 4) return;
  uint64_t start = 4 + ((uint64_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
  if (start < count) append_exif(base, bytes + start, count - start);
}

static void keep_metadata(struct impasto_reader *base, const struct heif_image_handle *handle) {
  enum { MAXIMUM = 64 };
  heif_item_id items[MAXIMUM];
  int found = heif_image_handle_get_list_of_metadata_block_IDs(handle, NULL, items, MAXIMUM);
  for (int i = 0; i < found; i++) {
    const char *type = heif_image_handle_get_metadata_type(handle, items[i]);
    bool is_exif = type != NULL && strcmp(type, "Exif") == 0 && base->exif.count == 0;
    if (!is_exif && (!is_xmp(handle, items[i]) || base->xmp.count > 0)) continue;
    size_t count;
    uint8_t *bytes = metadata(base, handle, items[i], &count);
    if (is_exif) {
      keep_exif(base, bytes, count);
    } else {
      append(base, &base->xmp, bytes, count);
    }
    free(bytes);
  }
}

void keep_heif_notes(struct impasto_reader *base, const struct heif_image_handle *handle) {
  keep_colors(base, handle);
  keep_metadata(base, handle);
}

#endif
