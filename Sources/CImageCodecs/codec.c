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
  input->source.rewind(input->source.context);
}

bool reserve(struct output *output, size_t extra) {
  if (extra <= output->capacity - output->count) return true;
  if (extra > SIZE_MAX / 2 || output->capacity > SIZE_MAX / 4) return false;
  size_t capacity = output->capacity * 2 + extra;
  uint8_t *bytes = realloc(output->bytes, capacity);
  if (bytes == NULL) return false;
  output->bytes = bytes;
  output->capacity = capacity;
  return true;
}

bool append(struct output *output, const uint8_t *bytes, size_t count) {
  if (!reserve(output, count)) return false;
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
  return true;
}
