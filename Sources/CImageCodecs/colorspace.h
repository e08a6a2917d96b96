#ifndef COLORSPACE_H
#define COLORSPACE_H

#include <lcms2.h>

#include "codec.h"

/// Makes the transform from raw rows of the reader to sRGB: in 8 bits where they are RGB of 8 bits
/// without alpha, else in 16 bits with alpha copied; for grey from 16 bits without alpha.
///
/// Returns NULL where the colours are sRGB already, or so near that no level of 8 bits changes by
/// more than one, and where what the file states cannot be used, which is warned of.
///
/// - context: Its user data is room for a message.
cmsHTRANSFORM make_transform(struct impasto_reader *reader, cmsContext context);

#endif
