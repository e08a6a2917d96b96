#include <gif_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "palette.h"

struct impasto_animation {
  GifFileType *gif;
  struct buffer output;
  uint8_t *indices;
  uint32_t width, height;
};

static int write_bytes(GifFileType *gif, const GifByteType *bytes, int count) {
  struct buffer *output = gif->UserData;
  if (!reserve(output, (size_t)count)) return 0;
  memcpy(output->bytes + output->count, bytes, (size_t)count);
  output->count += (size_t)count;
  return count;
}

static bool fail(char *message, const char *words) {
  say(message, words == NULL ? "an unknown fault" : words);
  return false;
}

static bool fail_with_code(char *message, int code) {
  return fail(message, GifErrorString(code));
}

// The extension that Netscape 2.0 introduced and every viewer reads: after the first play so many
// more, or without end for zero.
static bool put_repetition(GifFileType *gif, int plays) {
  if (plays == 1) return true;
  int more = plays == 0 ? 0 : plays - 1;
  const uint8_t count[] = {1, (uint8_t)(more & 255), (uint8_t)(more >> 8)};
  return EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_OK
      && EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_OK
      && EGifPutExtensionBlock(gif, sizeof count, count) == GIF_OK
      && EGifPutExtensionTrailer(gif) == GIF_OK;
}

struct impasto_animation *impasto_gif_begin(
    uint32_t width, uint32_t height, int plays, char *message) {
  struct impasto_animation *animation = calloc(1, sizeof *animation);
  if (animation == NULL) {
    fail(message, "out of memory");
    return NULL;
  }
  animation->width = width;
  animation->height = height;
  animation->indices = malloc((size_t)width * height);
  int code = E_GIF_ERR_NOT_ENOUGH_MEM;
  if (animation->indices != NULL) animation->gif = EGifOpen(&animation->output, write_bytes, &code);
  if (animation->gif != NULL) {
    EGifSetGifVersion(animation->gif, true);
    if (EGifPutScreenDesc(animation->gif, (int)width, (int)height, 8, 0, NULL) == GIF_OK
        && put_repetition(animation->gif, plays)) {
      return animation;
    }
    code = animation->gif->Error;
  }
  fail_with_code(message, code);
  impasto_gif_free(animation);
  return NULL;
}

static ColorMapObject *color_map(const struct palette *palette) {
  // The format has tables of powers of two; giflib wants at least two colours.
  int count = 2;
  while (count < palette->count) count *= 2;
  ColorMapObject *map = GifMakeMapObject(count, NULL);
  for (int i = 0; map != NULL && i < count; i++) {
    map->Colors[i] = (GifColorType){
      .Red = (uint8_t)palette->red[i], .Green = (uint8_t)palette->green[i],
      .Blue = (uint8_t)palette->blue[i]};
  }
  return map;
}

static bool put_image(struct impasto_animation *animation, ColorMapObject *map, int delay) {
  GifFileType *gif = animation->gif;
  const GraphicsControlBlock control = {
    .DisposalMode = DISPOSE_DO_NOT, .DelayTime = delay, .TransparentColor = NO_TRANSPARENT_COLOR};
  uint8_t block[4];
  size_t count = EGifGCBToExtension(&control, block);
  if (EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, (int)count, block) != GIF_OK) return false;
  const int width = (int)animation->width, height = (int)animation->height;
  if (EGifPutImageDesc(gif, 0, 0, width, height, false, map) != GIF_OK) return false;
  for (int y = 0; y < height; y++) {
    if (EGifPutLine(gif, animation->indices + (size_t)y * animation->width, width) != GIF_OK) {
      return false;
    }
  }
  return true;
}

bool impasto_gif_append(
    struct impasto_animation *animation, const uint8_t *pixels, int delay, char *message) {
  struct palette palette;
  size_t count = (size_t)animation->width * animation->height;
  if (!choose_palette(pixels, count, &palette)) return fail(message, "out of memory");
  map_pixels(pixels, animation->width, animation->height, &palette, animation->indices);
  ColorMapObject *map = color_map(&palette);
  if (map == NULL) return fail(message, "out of memory");
  bool is_whole = put_image(animation, map, delay);
  GifFreeMapObject(map);
  return is_whole || fail_with_code(message, animation->gif->Error);
}

bool impasto_gif_end(struct impasto_animation *animation, char *message) {
  int code = E_GIF_ERR_WRITE_FAILED;
  size_t count = animation->output.count;
  bool is_whole = EGifCloseFile(animation->gif, &code) == GIF_OK;
  animation->gif = NULL;
  // giflib does not look whether its last byte was written.
  is_whole = is_whole && animation->output.count > count;
  return is_whole || fail_with_code(message, code);
}

const uint8_t *impasto_gif_take(struct impasto_animation *animation, size_t *count) {
  *count = animation->output.count;
  animation->output.count = 0;
  return animation->output.bytes;
}

void impasto_gif_free(struct impasto_animation *animation) {
  if (animation == NULL) return;
  if (animation->gif != NULL) EGifCloseFile(animation->gif, NULL);
  free(animation->output.bytes);
  free(animation->indices);
  free(animation);
}
