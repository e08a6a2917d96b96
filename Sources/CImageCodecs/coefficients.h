#ifndef COEFFICIENTS_H
#define COEFFICIENTS_H

#include "jpegerrors.h"

/// Makes libjpeg keep the coefficients of a picture that it compresses packed.
///
/// It goes over them twice, to count and to encode. As they are they take 6 bytes a pixel, packed
/// little more than the file.
void pack_coefficients(j_compress_ptr jpeg);

#endif
