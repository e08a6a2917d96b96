#ifndef LIBRARIES_H
#define LIBRARIES_H

// Which libraries this build has; without one of these, files of its format are refused by name.

#if __has_include(<webp/demux.h>) && __has_include(<webp/mux.h>)
#define HAS_WEBP 1
#else
#define HAS_WEBP 0
#endif

#if __has_include(<libheif/heif.h>)
#define HAS_HEIF 1
#else
#define HAS_HEIF 0
#endif

// From 4.5 on its words and its memory can be bounded for one file, without changing other users.
#if __has_include(<tiffvers.h>)
#include <tiffvers.h>
#if TIFFLIB_VERSION >= 20221213
#define HAS_TIFF 1
#endif
#endif
#ifndef HAS_TIFF
#define HAS_TIFF 0
#endif

#endif
