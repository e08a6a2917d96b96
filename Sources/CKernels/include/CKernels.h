/// Fused loops over NHWC tensors, and convolutions, in f32 or bf16, for one thread team.
///
/// Every function documents one loop. `threads` is the size of the OpenMP team; results do not
/// depend on it, because work is cut into pieces whose size depends on the shapes alone.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The type of a tensor's scalars.
typedef enum { kernels_f32, kernels_bf16 } kernels_scalar;

/// The functions that may follow an affine step.
typedef enum {
  kernels_linear,     ///< x
  kernels_rectified,  ///< max(0, x)
  kernels_leaky,      ///< x, or `a`·x where x < 0
  kernels_sigmoid,    ///< 1 / (1 + e⁻ˣ)
  kernels_tanh,       ///< `a`·tanh(x)
  kernels_clamped,    ///< x kept within `a` … `b`
} kernels_activation_kind;

/// What follows the affine step of a normalization, and its parameters.
typedef struct {
  kernels_activation_kind kind;
  float a, b;
} kernels_activation;

/// What the pixels of a border show.
typedef enum {
  kernels_mirrored,  ///< The pixels inside, in reverse; the border pixel itself is not repeated.
  kernels_repeated,  ///< The border pixel.
  kernels_zeros,     ///< Zeros.
} kernels_border;

/// An NHWC tensor `[batch, height, width, channels]`, and the border of `padding` pixels that a
/// fused pass writes around it.
typedef struct {
  int64_t batch, height, width, channels;
  int64_t padding;
  kernels_border border;
} kernels_frame;

/// How much each of several rows of scales and shifts counts in each pixel: `weights` is f32
/// `[batch, height, width, rows]`, where the image that they are for may be smaller and then has
/// its upper left corner in common.
typedef struct {
  int64_t height, width, rows;
  const float *weights;
} kernels_blend;

// instructions.c

/// Sets of instructions, each with all of those before it.
typedef enum {
  kernels_baseline,     ///< What every processor of its kind has.
  kernels_avx2,         ///< x86-64-v3: AVX2 and FMA.
  kernels_avx512,       ///< x86-64-v4: AVX-512 F, BW, CD, DQ and VL.
  kernels_avx512_bf16,  ///< AVX-512's dot products of bf16.
  kernels_amx,          ///< Matrix units for bf16.
} kernels_instructions;

/// The largest set that this processor has and the system lets this process use.
kernels_instructions kernels_largest_instructions(void);

/// Makes all loops use `instructions`, which the processor must have; comes before any of them.
void kernels_use_instructions(kernels_instructions instructions);

/// The set in use.
kernels_instructions kernels_instructions_in_use(void);

// parallel.c

/// Does piece number `piece` of what `context` describes.
typedef void (*kernels_body)(const void *context, int64_t piece);

/// Calls `body` for each of `pieces`, in any order, on up to `threads` threads.
void kernels_parallel(int64_t pieces, int threads, kernels_body body, const void *context);

/// The number of processors that this process may run on.
int kernels_available_processors(void);

// start.c

/// The path of this program, where it was started by a loader named in the command line, which the
/// system takes for the program; else NULL.
const char *_Nullable kernels_program_of_loader(void);

/// Whether this process may start a program; a child process finds out, since a filter of system
/// calls may end whoever tries.
bool kernels_may_start_programs(void);

// statistics.c

/// mean[n·channels + c] and variance[…] (biased) over the pixels of each image and channel.
/// `pixels` is height × width.
void kernels_channel_statistics(
    const void *input, kernels_scalar type, int64_t batch, int64_t pixels, int64_t channels,
    float *mean, float *variance, int threads);

// weighted_statistics.c

/// The same of one image in which each pixel counts as much as its weight; returns the sum of the
/// weights. Mean and variance are zero where that is.
double kernels_weighted_statistics(
    const void *input, kernels_scalar type, int64_t pixels, int64_t channels,
    const float *weights, float *mean, float *variance, int threads);

// normalization.c

/// A normalization by known statistics, with all that follows before the next convolution:
///
/// output ← framed(activation(scale·input + shift) + residual)
///
/// where scale = γ/√(σ² + ε) and shift = β − scale·μ of each channel of each image.
typedef struct {
  const void *input;
  kernels_scalar type;  ///< Of `input` and `residual`.
  kernels_frame frame;
  /// `[batch, channels]`; with a `blend` `[batch, rows, channels]`, and each pixel has its own
  /// weighted sum of their rows.
  const float *scale, *shift;
  const kernels_blend *_Nullable blend;
  kernels_activation activation;
  /// Of `input`'s shape but for a border of `residual_padding` pixels, which is passed over.
  const void *_Nullable residual;
  int64_t residual_padding;
  kernels_scalar output_type;  ///< `type`, or f32.
} kernels_normalization;

/// output ← the normalization.
void kernels_normalize(const kernels_normalization *normalization, void *output, int threads);

/// The same for some rows of one image, on the calling thread: `input`, `residual` and the blend's
/// weights begin with the first of `frame.height` rows; `output` gets as many, with the frame's
/// ends but none of the rows above and below. The residual has no border.
void kernels_normalize_band(const kernels_normalization *normalization, void *output);

/// The adjoint of `kernels_normalize` without blend up to the scale and shift, by equations (3) and
/// (4) of `Docs/Kernels.md`: sums each input pixel's gradients over its copies in the frame, times
/// the activation's slope, into `gradient` (of `input`'s shape and type); and sums that, and that
/// times `input`, per image and channel. The residual does not matter.
void kernels_normalize_gradient(
    const kernels_normalization *normalization, const void *output_gradient, void *gradient,
    float *gradient_sum, float *gradient_input_sum, int threads);

// combination.c

/// gradient ← a·gradient + b·input + c, with a, b and c `[batch, channels]`.
void kernels_combine(
    void *gradient, const void *input, kernels_scalar type, int64_t batch, int64_t pixels,
    int64_t channels, const float *a, const float *b, const float *c, int threads);

// spatial.c

/// output[2i + a, 2j + b] ← input[i + a, j + b, group 2a + b], for a and b of 0 and 1: the four
/// convolutions that make up one over an upsampled image, side by side in `4·channels` channels of
/// `(height + 1)·(width + 1)` positions, become an image of `2·height` by `2·width` pixels.
void kernels_interleave(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads);

/// The adjoint of `kernels_interleave`.
void kernels_interleave_gradient(
    const void *output_gradient, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, void *input_gradient, int threads);

/// output[r·i + a, r·j + b] ← input[i, j, group r·a + b], for a and b below r = `factor`: the
/// `r²·channels` channels of `height · width` positions become an image of r times the extents.
void kernels_depth_to_space(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, void *output, int threads);

/// The inverse of `kernels_depth_to_space`, which is its adjoint too.
void kernels_space_to_depth(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, int64_t factor, void *output, int threads);

/// The interior of `padded` (a border of `padding` pixels) += addend, `[batch, height, width,
/// channels]`.
void kernels_add_to_interior(
    void *padded, const void *addend, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, int64_t padding, int threads);

/// A convolution over one f32 image, and the output rows that a matrix of its patches covers.
typedef struct {
  int64_t height, width, channels;  ///< Of the input.
  int64_t kernel_height, kernel_width, stride, padding;
  int64_t first_row, row_count;
} kernels_patches;

/// columns[(y − first_row)·output_width + x, (ky·kernel_width + kx)·channels + c] ← the input under
/// the kernel, zero outside.
void kernels_image_to_columns(
    const float *input, kernels_patches patches, float *columns, int threads);

/// The adjoint of `kernels_image_to_columns`, added to what `input` holds.
void kernels_add_columns_to_image(
    const float *columns, kernels_patches patches, float *input, int threads);

/// sums[n] ← Σ squared differences of horizontal and vertical neighbours in each f32 image.
void kernels_total_variation(
    const float *input, int64_t batch, int64_t height, int64_t width, int64_t channels,
    double *sums, int threads);

/// gradient[i] ← factors[n] · ∂(kernels_total_variation)/∂input[i].
void kernels_total_variation_gradient(
    const float *input, int64_t batch, int64_t height, int64_t width, int64_t channels,
    const float *factors, float *gradient, int threads);

// winograd.c

/// Whether the convolutions below can run here, and are the fastest that can: they take AVX-512 or,
/// in f32, AVX2, and for bf16 AVX-512's dot products, which matrix units (AMX-BF16) outrun.
bool kernels_convolves(kernels_scalar type);

/// A convolution of `batch` NHWC images, surrounded by `padding` pixels of zeros, in steps of one
/// pixel.
typedef struct {
  int64_t batch, height, width, inputs;
  int64_t outputs, kernel_height, kernel_width, padding;
} kernels_convolution;

/// output ← input ∗ filter (+ bias), then max(0, output) if `rectified`, for kernels of 3×3 or 2×2:
/// tiles of 4×4 outputs take 36 or 25 products instead of 144 or 64.
///
/// Tiles begin at the upper left. What is not finite makes all outputs of its tiles so.
void kernels_convolve_by_tiles(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    const float *_Nullable bias, bool rectified, void *output, int threads);

/// filter_gradient ← the gradient by the filter of such a convolution, f32 OHWI.
void kernels_filter_gradient_by_tiles(
    const void *input, const void *output_gradient, kernels_scalar type,
    kernels_convolution shape, float *filter_gradient, int threads);

/// output ← input ∗ filter, for kernels of 3, 6 or 9 rows with few inputs or up to four outputs:
/// four rows of outputs take half of the products.
///
/// Rows are counted from the upper end. What is not finite makes all rows of its tiles so, and may
/// make the next pixel so.
void kernels_convolve_by_rows(
    const void *input, kernels_scalar type, kernels_convolution shape, const void *filter,
    void *output, int threads);

// winograd_filters.c

/// Bytes of a filter as `kernels_convolve_by_tiles` reads it.
int64_t kernels_tiles_filter_size(kernels_convolution shape, kernels_scalar type);

/// Packs an OHWI filter; where the convolution computes the input gradient of another one, that
/// one's filter.
void kernels_pack_tiles_filter(
    const float *filter, kernels_convolution shape, bool is_gradient, kernels_scalar type,
    void *packed, int threads);

/// Bytes of a filter as `kernels_convolve_by_rows` reads it.
int64_t kernels_rows_filter_size(kernels_convolution shape, kernels_scalar type);

/// Packs a filter, as `kernels_pack_tiles_filter` does.
void kernels_pack_rows_filter(
    const float *filter, kernels_convolution shape, bool is_gradient, kernels_scalar type,
    void *packed, int threads);

// pooling.c

/// output[y, x] ← the largest of the 2×2 inputs below it; an odd last row or column is dropped.
void kernels_max_pool(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads);

/// Hands each output's gradient to the first largest of its 2×2 inputs.
void kernels_max_pool_gradient(
    const void *input, const void *output_gradient, kernels_scalar type, int64_t batch,
    int64_t height, int64_t width, int64_t channels, void *input_gradient, int threads);

/// output[y, x] ← the mean of the 2×2 inputs below it; an odd last row or column is dropped.
void kernels_average_pool(
    const void *input, kernels_scalar type, int64_t batch, int64_t height, int64_t width,
    int64_t channels, void *output, int threads);

/// Hands a quarter of each output's gradient to each of its 2×2 inputs.
void kernels_average_pool_gradient(
    const void *output_gradient, kernels_scalar type, int64_t batch, int64_t height,
    int64_t width, int64_t channels, void *input_gradient, int threads);

// vectors.c

/// Σ a·b, each product and sum in double precision.
double kernels_dot(const float *a, const float *b, int64_t count, int threads);

/// sum ← sum + factor·addend.
void kernels_add_scaled(
    float *sum, const float *addend, float factor, int64_t count, int threads);

/// values ← values kept within 0…1; NaN stays NaN.
void kernels_clamp(float *values, int64_t count, int threads);

/// Zeroes the gradient where values at 0 or 1 could only leave that range by going against it.
void kernels_project_gradient(float *gradient, const float *values, int64_t count, int threads);

/// Zeroes the direction where values at 0 or 1 stay there: where it leads out of that range, and where
/// the projected gradient is 0.
void kernels_restrict_direction(
    float *direction, const float *values, const float *gradient, int64_t count, int threads);

// pointwise.c

/// output ← input, rounded or widened.
void kernels_convert(
    const void *input, kernels_scalar type, void *output, kernels_scalar output_type,
    int64_t count, int threads);

/// output ← addend + output.
void kernels_add(void *output, const void *addend, kernels_scalar type, int64_t count, int threads);

/// output ← max(0, output); NaN stays NaN.
void kernels_rectify(void *output, kernels_scalar type, int64_t count, int threads);

/// gradient ← output > 0 ? gradient : 0.
void kernels_rectify_gradient(
    void *gradient, const void *output, kernels_scalar type, int64_t count, int threads);

/// sums[n] ← Σ (a − b)² over the `count` scalars of image n; without `b`, Σ a².
void kernels_squared_difference(
    const void *a, const void *_Nullable b, kernels_scalar type, int64_t batch, int64_t count,
    double *sums, int threads);

/// output ← factors[n]·(a − b).
void kernels_scaled_difference(
    const void *a, const void *b, kernels_scalar type, int64_t batch, int64_t count,
    const float *factors, void *output, int threads);

/// output ← scale[c]·input with channels reversed, + shift[c]: RGB to the BGR that a loss network
/// was trained on. `scale` and `shift` are indexed by the output's channel.
void kernels_reverse_channels(
    const void *input, kernels_scalar type, int64_t pixels, int64_t channels, const float *scale,
    const float *shift, void *output, kernels_scalar output_type, int threads);

/// output ← log(p / (1 − p)) with p = input kept within [margin, 1 − margin].
void kernels_logit(const float *input, float margin, float *output, int64_t count, int threads);

/// output ← (level − center)·scale.
void kernels_from_levels(
    const uint8_t *levels, float center, float scale, void *output, kernels_scalar type,
    int64_t count, int threads);

/// levels ← round(255·input) kept within 0…255; returns how many inputs are not finite.
int64_t kernels_to_levels(const float *input, uint8_t *levels, int64_t count, int threads);

/// One step of Adam over f32 parameters, with bias-corrected step size `rate` and `epsilon` scaled
/// alike: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − rate·m/(√v + epsilon).
void kernels_adam(
    float *parameters, float *first_moments, float *second_moments, const float *gradients,
    float beta1, float beta2, float rate, float epsilon, int64_t count, int threads);

/// momentum ← decay·momentum + gradient, both `[outputs, inputs]`; direction ← gradient +
/// decay·momentum, transposed to `[inputs, outputs]`. All f32.
void kernels_muon_direction(
    float *momentum, const float *gradient, float decay, float *direction, int64_t outputs,
    int64_t inputs);

/// parameters ← parameters − rate·direction; f32 `[outputs, inputs]` and `[inputs, outputs]`.
void kernels_muon_step(
    float *parameters, const float *direction, float rate, int64_t outputs, int64_t inputs);

/// How many of the scalars are not finite.
int64_t kernels_count_nonfinite(
    const void *input, kernels_scalar type, int64_t count, int threads);

#pragma clang assume_nonnull end
#endif
