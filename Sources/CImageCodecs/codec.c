#include "codec.h"

#include <stdio.h>
#include <stdlib.h>

void stop(struct fault *fault, const char *words) {
  snprintf(fault->message, IMPASTO_MESSAGE_SIZE, "%s", words);
  longjmp(fault->stop, 1);
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
