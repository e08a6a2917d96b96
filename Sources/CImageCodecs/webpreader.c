#include "libraries.h"
#if HAS_WEBP

#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "codec.h"

struct webp_reader {
  struct impasto_reader base;
  uint8_t *file;
  WebPDemuxer *demuxer;
  /// The first picture of the file, whose place may be a part of the whole.
  WebPIterator frame;
  /// The whole picture in raw rows; NULL before the first is read.
  uint8_t *picture;
  const uint8_t *next;
};

// A file is held in memory. None of the pixels that are read at most needs more.
static const uint64_t largest_file = 1 << 30;

static void read_file(struct webp_reader *reader, WebPData *data) {
  struct impasto_reader *base = &reader->base;
  uint64_t size = base->input.source.size;
  if (size > largest_file) stop(&base->fault, "a WebP file of more than 1 GiB");
  reader->file = malloc(size + 1);
  if (reader->file == NULL) stop(&base->fault, "out of memory");
  rewind_input(&base->input);
  data->size = take(&base->input, reader->file, size);
  data->bytes = reader->file;
}

// The bytes of a chunk are those of the file.
static WebPData chunk(const struct webp_reader *reader, const char *name) {
  WebPChunkIterator found;
  if (!WebPDemuxGetChunk(reader->demuxer, name, 1, &found)) return (WebPData){NULL, 0};
  WebPDemuxReleaseChunkIterator(&found);
  return found.chunk;
}

static void keep_notes(struct webp_reader *reader) {
  struct impasto_reader *base = &reader->base;
  WebPData profile = chunk(reader, "ICCP"), exif = chunk(reader, "EXIF"), xmp = chunk(reader, "XMP ");
  append(base, &base->color_space.icc, profile.bytes, profile.size);
  append_exif(base, exif.bytes, exif.size);
  append(base, &base->xmp, xmp.bytes, xmp.size);
}

static void open_file(struct impasto_reader *base) {
  struct webp_reader *reader = (struct webp_reader *)base;
  WebPData data;
  read_file(reader, &data);
  WebPDemuxState state;
  reader->demuxer = WebPDemuxPartial(&data, &state);
  if (state == WEBP_DEMUX_PARSE_ERROR) stop(&base->fault, "its chunks make no sense");
  if (reader->demuxer == NULL || state == WEBP_DEMUX_PARSING_HEADER) {
    stop(&base->fault, "the file ends too early");
  }
  uint32_t width = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_WIDTH);
  uint32_t height = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_HEIGHT);
  set_size(base, width, height);

  WebPIterator *frame = &reader->frame;
  if (!WebPDemuxGetFrame(reader->demuxer, 1, frame) || !frame->complete) {
    stop(&base->fault, "the file ends too early");
  }
  if (frame->x_offset + (uint32_t)frame->width > width
      || frame->y_offset + (uint32_t)frame->height > height) {
    stop(&base->fault, "a picture outside its frame");
  }
  if (WebPDemuxGetI(reader->demuxer, WEBP_FF_FRAME_COUNT) > 1) {
    warn(base, "only the first picture of the animation is read");
  }
  if (state != WEBP_DEMUX_DONE) warn(base, "the file is cut off after its picture");
  bool is_partial = (uint32_t)frame->width < width || (uint32_t)frame->height < height;
  base->layout = (struct layout){.colors = RGB, .has_alpha = frame->has_alpha || is_partial};
  base->header.held = data.size + raw_stride(base) * height;
  keep_notes(reader);
}

static void decode(struct webp_reader *reader) {
  struct impasto_reader *base = &reader->base;
  size_t stride = raw_stride(base), size = stride * base->header.height;
  reader->picture = calloc(size, 1);
  WebPDecoderConfig config;
  if (reader->picture == NULL || !WebPInitDecoderConfig(&config)) {
    stop(&base->fault, "out of memory");
  }
  const WebPIterator *frame = &reader->frame;
  size_t channels = base->layout.has_alpha ? 4 : 3;
  size_t start = (size_t)frame->y_offset * stride + (size_t)frame->x_offset * channels;
  config.output.colorspace = base->layout.has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = (WebPRGBABuffer){
    .rgba = reader->picture + start, .stride = (int)stride, .size = size - start};
  const char *fault = NULL;
  switch (WebPDecode(frame->fragment.bytes, frame->fragment.size, &config)) {
    case VP8_STATUS_OK: break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: fault = "the file ends too early"; break;
    case VP8_STATUS_OUT_OF_MEMORY: fault = "out of memory"; break;
    default: fault = "its pixels cannot be decoded";
  }
  if (fault == NULL) return;
  free(reader->picture);
  reader->picture = NULL;
  stop(&base->fault, fault);
}

static void begin(struct impasto_reader *base) {
  struct webp_reader *reader = (struct webp_reader *)base;
  if (reader->picture == NULL) decode(reader);
  reader->next = reader->picture;
}

static void read_rows(struct impasto_reader *base, uint8_t *rows, uint32_t count) {
  struct webp_reader *reader = (struct webp_reader *)base;
  size_t size = raw_stride(base) * count;
  memcpy(rows, reader->next, size);
  reader->next += size;
}

static void end(struct impasto_reader *base) { (void)base; }

static void close_file(struct impasto_reader *base) {
  struct webp_reader *reader = (struct webp_reader *)base;
  WebPDemuxReleaseIterator(&reader->frame);
  WebPDemuxDelete(reader->demuxer);
  free(reader->file);
  free(reader->picture);
}

static const struct decoder decoder = {open_file, begin, read_rows, end, close_file};

struct impasto_reader *make_webp_reader(void) {
  struct webp_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->base.decoder = &decoder;
  return &reader->base;
}

#endif
