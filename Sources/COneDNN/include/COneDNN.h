/// oneDNN behind opaque plans: NHWC activations, OHWI filters, f32 or bf16.
///
/// Works with oneDNN 2.x and 3.x, whose C interfaces differ in what a memory descriptor is.
/// Every function that can fail returns NULL or false; `onednn_last_error` then says why.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What a convolution plan computes.
typedef enum {
  onednn_forward,          ///< output ← input, filter (, bias)
  onednn_input_gradient,   ///< input gradient ← output gradient, filter
  onednn_filter_gradient,  ///< filter gradient (f32) ← input, output gradient
} onednn_direction;

/// The shape of a convolution: extents in pixels and channels.
typedef struct {
  int64_t batch, input_height, input_width, input_channels;
  int64_t output_channels, kernel_height, kernel_width, stride, zero_padding;
  bool is_bf16;         ///< Activations are bf16, else f32.
  bool has_bias;        ///< Forward only: adds an f32 value per output channel.
} onednn_convolution;

/// The shape of `batch` products C = AᵀB or C = AB, with A `[m, k]` (`[k, m]` if transposed),
/// B `[k, n]` and C `[m, n]`.
typedef struct {
  int64_t batch, m, k, n;
  bool is_first_transposed;
  bool is_bf16;         ///< A and B are bf16, else f32.
  bool is_result_bf16;  ///< C is bf16, else f32.
} onednn_product;

/// A primitive chosen for one shape; executions with scratch memory of their own share nothing.
typedef struct onednn_plan onednn_plan;

/// Makes a plan for `threads` threads.
onednn_plan *_Nullable onednn_plan_convolution(
    onednn_direction direction, const onednn_convolution *shape, int threads);

/// Makes a plan for `threads` threads.
onednn_plan *_Nullable onednn_plan_product(const onednn_product *shape, int threads);

void onednn_plan_destroy(onednn_plan *plan);

/// Bytes of working memory that packing or executing needs.
size_t onednn_plan_scratch_size(const onednn_plan *plan);

/// Bytes of the filter as the plan wants it, f32 or bf16.
size_t onednn_plan_packed_filter_size(const onednn_plan *plan);

/// Converts an f32 OHWI filter into the plan's own layout and type.
bool onednn_plan_pack_filter(
    onednn_plan *plan, const void *filter, void *packed, void *_Nullable scratch);

/// Runs a forward or input gradient convolution with a packed filter; `bias` only if planned.
bool onednn_convolve(
    onednn_plan *plan, const void *source, const void *packed_filter, const void *_Nullable bias,
    void *destination, void *_Nullable scratch);

/// Runs a filter gradient convolution; `filter_gradient` is f32 OHWI.
bool onednn_convolve_filter_gradient(
    onednn_plan *plan, const void *input, const void *output_gradient, void *filter_gradient,
    void *_Nullable scratch);

/// Runs a matrix product.
bool onednn_multiply(
    onednn_plan *plan, const void *a, const void *b, void *c, void *_Nullable scratch);

/// The name of the implementation that oneDNN chose, such as `brgconv:avx512_core_bf16`.
const char *onednn_plan_implementation(const onednn_plan *plan);

/// Sets of instructions, each with all of those before it.
typedef enum {
  onednn_baseline,
  onednn_avx2,
  onednn_avx512,
  onednn_avx512_bf16,
  onednn_amx,
} onednn_instructions;

/// Keeps oneDNN to these instructions; comes before all else and returns whether it succeeds.
bool onednn_use_instructions(onednn_instructions instructions);

/// The version of the library that is loaded, such as `2.6.3`.
const char *onednn_version(void);

/// What went wrong last on this thread.
const char *onednn_last_error(void);

#pragma clang assume_nonnull end
#endif
