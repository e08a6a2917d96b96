#include "codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void say(char *message, const char *words) {
  snprintf(message, IMPASTO_MESSAGE_SIZE, "%s", words);
}

void stop(struct fault *fault, const char *words) {
  say(fault->message, words);
  longjmp(fault->stop, 1);
}

bool fetch(struct input *input) {
  input->next = input->piece;
  input->remaining = input->source.read(input->source.context, input->piece, sizeof input->piece);
  return input->remaining > 0;
}

size_t take(struct input *input, uint8_t *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && (input->remaining > 0 || fetch(input))) {
    size_t part = count - taken < input->remaining ? count - taken : input->remaining;
    memcpy(bytes + taken, input->next, part);
    input->next += part;
    input->remaining -= part;
    taken += part;
  }
  return taken;
}

void rewind_input(struct input *input) {
  input->remaining = 0;
  input->source.seek(input->source.context, 0);
}

const char cannot_write[] = "the file cannot be written";

bool flush(struct output *output) {
  size_t count = output->count;
  if (count == 0) return true;
  output->count = 0;
  return output->sink.write(output->sink.context, output->piece, count);
}

bool reserve(struct buffer *buffer, size_t extra) {
  if (extra <= buffer->capacity - buffer->count) return true;
  if (extra > SIZE_MAX / 2 || buffer->capacity > SIZE_MAX / 4) return false;
  size_t capacity = buffer->capacity * 2 + extra;
  uint8_t *bytes = realloc(buffer->bytes, capacity);
  if (bytes == NULL) return false;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}
