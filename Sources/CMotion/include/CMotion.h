/// Loops of dense optical flow, and of pictures that are carried along it.
///
/// Grey levels are f32 in `motion_grey` layout. A flow is two planes of f32, first the columns and then
/// the rows that each pixel of one picture has to be moved by to lie on the same thing in another.
/// Results do not depend on the number of threads, nor on the processor: sums are made in one order.
#ifndef CMOTION_H
#define CMOTION_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Pixels that a grey picture has around it on each side, copies of those at its edge.
enum { motion_border = 16 };

// pyramid.c

/// Halves a picture of 8-bit RGB and, where there is one, opacity.
///
/// `colors` gets `[⌈height/2⌉, ⌈width/2⌉, 4]`, the means of red, green, blue and opacity; `grey` their
/// luminance.
void motion_halve_picture(
    const uint8_t *rgb, const uint8_t *_Nullable opacity, int64_t width, int64_t height,
    float *colors, float *grey, int threads);

/// Halves a grey picture of `width`×`height`.
void motion_halve_grey(
    const float *grey, int64_t width, int64_t height, float *half, int threads);

// flow.c

/// Numbers of patches in a row or column of `extent` pixels.
int64_t motion_patches(int64_t extent);

/// Searches the flow from a grey picture to another: inverse compositional steps for patches of 8×8
/// pixels, one every 4 pixels, then the mean of the patches that cover a pixel, weighted by how well
/// each fits there.
///
/// - `coarser`: The flow at half the size; null to begin with none.
/// - `prior`: A guess at `1 << prior_level` times the size; null for none.
/// - `patches`: Room for six scalars for each patch.
void motion_flow(
    const float *from, const float *to, int64_t width, int64_t height,
    const float *_Nullable coarser, const float *_Nullable prior, int64_t prior_width,
    int64_t prior_height, int prior_level, float *patches, float *flow, int threads);

/// The flow along `first` and, from where that ends, along `second`.
void motion_compose(
    const float *first, const float *second, int64_t width, int64_t height, float *sum,
    int threads);

// agreement.c

/// How far two flows, to a picture and back, agree and lead to the colours that are there.
///
/// `weights` gets 1 where they do and 0 where they do not, are within `margin` pixels of that, or the
/// flow leaves the picture; edges are softened.
///
/// - `colors`, `origin`: The colours here and those of the picture, as of `motion_halve_picture`.
void motion_agreement(
    const float *flow, const float *back, const float *colors, const float *origin, int64_t width,
    int64_t height, float tolerance, float *weights, float *scratch, int threads);

// spline.c

/// Eighths of a level are 1 in the coefficients of `motion_spline`.
enum { motion_spline_scale = 8 };

/// The coefficients of the cubic B-splines that pass through the levels of an 8-bit RGB picture.
///
/// `coefficients` gets `[height, width, 4]`, of which the fourth is 0. Source: Unser, "Splines: a
/// perfect fit for signal and image processing" (1999).
void motion_spline(
    const uint8_t *rgb, int64_t width, int64_t height, int16_t *coefficients, int threads);

// lay.c

/// A picture that is moved along a flow of half its size.
typedef struct {
  const int16_t *coefficients;  ///< As of `motion_spline`.
  const float *flow;
  const float *weights;  ///< The share of each half pixel that shows it.
} motion_layer;

/// Lays a picture over `rgb`.
///
/// - `strength`: A factor of the weights.
/// - `tint`: Levels that are added to its red, green and blue.
/// - `seen`: The share of each half pixel that what is laid over it later leaves to be seen.
/// - `records`: Room for four scalars for each half pixel.
void motion_lay(
    motion_layer layer, float strength, const float *tint, const float *seen, int64_t width,
    int64_t height, float *records, uint8_t *rgb, int threads);

/// How much brighter `rgb` is than the picture, where the weight is a half or more.
///
/// `sums` gets, for each half row, the sums of the differences in red, green and blue of every other
/// pixel of every other row, and their number.
void motion_tint(
    motion_layer layer, const uint8_t *rgb, int64_t width, int64_t height, double *sums, int threads);

// change.c

/// How much two pictures of 8-bit RGB differ along a flow of half their size, from the second to the
/// first, where `weights` is a half or more.
///
/// `sums` gets, for each half row, the sum of the squares of all levels' differences at every other
/// pixel of every other row, and the number of levels.
void motion_change(
    const uint8_t *first, const uint8_t *second, const float *flow, const float *weights,
    int64_t width, int64_t height, double *sums, int threads);

#pragma clang assume_nonnull end
#endif
