#include "winograd_convolutions.h"

#if defined(__x86_64__)
#include "lanes_avx512.h"
#include "winograd_gradient_loops.h"
#include "winograd_rows_loops.h"
#include "winograd_tiles_loops.h"

const winograd_convolutions winograd_avx512 = {
    convolve_by_tiles, convolve_by_rows, filter_gradient_by_tiles};
#endif
