#ifndef COEFFICIENTS_H
#define COEFFICIENTS_H

#include "jpegerrors.h"

/// Makes libjpeg keep the coefficients of a picture that it compresses packed.
///
/// It goes over them twice, to count and to encode. As they are they take up to 6 bytes a pixel,
/// packed less than twice what the file takes, unless that is very small.
void pack_coefficients(j_compress_ptr jpeg);

#endif
