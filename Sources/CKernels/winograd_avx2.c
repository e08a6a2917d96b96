#include "winograd_convolutions.h"

#if defined(__x86_64__)
#include "lanes_avx2.h"
#include "winograd_gradient_loops.h"
#include "winograd_rows_loops.h"
#include "winograd_tiles_loops.h"

const winograd_convolutions winograd_avx2 = {
    convolve_by_tiles, convolve_by_rows, filter_gradient_by_tiles};
#endif
