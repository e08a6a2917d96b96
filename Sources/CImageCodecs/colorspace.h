#ifndef COLORSPACE_H
#define COLORSPACE_H

#include <lcms2.h>

#include "codec.h"

struct matrix_shaper;

/// The way from raw rows of a reader to sRGB: one of these, or neither.
struct transform {
  struct matrix_shaper *shaper;
  /// From and to 8 bits where rows are RGB of 8 bits without alpha; else to 16 bits, with alpha
  /// copied; for grey from 16 bits without alpha.
  cmsHTRANSFORM general;
};

/// Makes the transform; neither where the colours are sRGB already, or so near that no level of 8
/// bits changes by more than one, and where what the file states cannot be used, which is warned of.
///
/// - context: Its user data is room for a message.
struct transform make_transform(struct impasto_reader *reader, cmsContext context);

/// A transform from RGB to the linear light of sRGB's primaries, in floating-point numbers; NULL
/// where it cannot be made.
cmsHTRANSFORM transform_to_light(cmsContext context, cmsHPROFILE profile);

#endif
