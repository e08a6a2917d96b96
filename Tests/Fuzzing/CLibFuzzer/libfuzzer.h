#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer: it hands inputs to `run`, as its arguments say.
///
/// Source: https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library".
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *bytes, size_t count));
