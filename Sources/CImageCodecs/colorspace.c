#include "colorspace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "matrixshaper.h"

static void on_error(cmsContext context, cmsUInt32Number code, const char *words) {
  (void)code;
  say(cmsGetContextUserData(context), words);
}

// x and y of white, red, green and blue.
static const double srgb[8] = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

static const double *coded_chromaticities(uint8_t primaries) {
  // By code point of ITU-T H.273, table 2.
  static const double table[23][8] = {
    [1] = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06},
    [4] = {0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08},
    [5] = {0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06},
    [6] = {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070},
    [7] = {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070},
    [9] = {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046},
    [11] = {0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060},
    [12] = {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060},
    [22] = {0.3127, 0.3290, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077}};
  if (primaries == 2) return srgb;  // "Unspecified"
  return primaries < 23 && table[primaries][0] > 0 ? table[primaries] : NULL;
}

static cmsToneCurve *power(cmsContext context, double exponent) {
  return cmsBuildGamma(context, exponent);
}

static cmsToneCurve *srgb_curve(cmsContext context) {
  const double parameters[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  return cmsBuildParametricToneCurve(context, 4, parameters);
}

// By code point of ITU-T H.273, table 3. The curves of television are those of its cameras: what is
// meant to be seen is near sRGB.
static cmsToneCurve *coded_curve(cmsContext context, uint8_t transfer) {
  switch (transfer) {
    case 1: case 2: case 6: case 13: case 14: case 15: return srgb_curve(context);
    case 4: return power(context, 2.2);
    case 5: return power(context, 2.8);
    case 8: return power(context, 1);
    default: return NULL;
  }
}

// Takes the curve.
static cmsHPROFILE make_profile(
    cmsContext context, enum colors colors, const double *chromaticities, cmsToneCurve *curve) {
  const double *c = chromaticities;
  const cmsCIExyY white = {c[0], c[1], 1};
  cmsHPROFILE profile = NULL;
  if (curve != NULL && colors == GREY) {
    profile = cmsCreateGrayProfileTHR(context, &white, curve);
  } else if (curve != NULL && colors == RGB) {
    const cmsCIExyYTRIPLE primaries = {{c[2], c[3], 1}, {c[4], c[5], 1}, {c[6], c[7], 1}};
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    profile = cmsCreateRGBProfileTHR(context, &white, &primaries, curves);
  }
  if (curve != NULL) cmsFreeToneCurve(curve);
  return profile;
}

static cmsHPROFILE open_coded(const struct impasto_reader *reader, cmsContext context) {
  const struct color_space *space = &reader->color_space;
  const double *chromaticities = coded_chromaticities(space->primaries);
  if (chromaticities == NULL) return NULL;
  return make_profile(
      context, reader->layout.colors, chromaticities, coded_curve(context, space->transfer));
}

static bool is_near(double a, double b, double difference) { return fabs(a - b) <= difference; }

// PNG files state sRGB as a gamma of 1/2.2, without chromaticities or with those of sRGB.
static cmsHPROFILE open_measured(const struct impasto_reader *reader, cmsContext context) {
  const struct color_space *space = &reader->color_space;
  const double *chromaticities = space->chromaticities[0] > 0 ? space->chromaticities : srgb;
  bool is_srgb = space->gamma <= 0 || is_near(space->gamma, 1 / 2.2, 0.005);
  for (int i = 0; i < 8 && space->gamma > 0; i++) {
    is_srgb = is_srgb && is_near(chromaticities[i], srgb[i], 0.002);
  }
  cmsToneCurve *curve = is_srgb ? srgb_curve(context) : power(context, 1 / space->gamma);
  return make_profile(context, reader->layout.colors, chromaticities, curve);
}

static cmsHPROFILE open_icc(const struct impasto_reader *reader, cmsContext context) {
  static const struct {
    cmsColorSpaceSignature signature;
    const char *name;
  } spaces[] = {
    [GREY] = {cmsSigGrayData, "grey"}, [RGB] = {cmsSigRgbData, "RGB"},
    [CMYK] = {cmsSigCmykData, "CMYK"}};
  const struct buffer *icc = &reader->color_space.icc;
  enum colors colors = reader->layout.colors;
  cmsHPROFILE profile = cmsOpenProfileFromMemTHR(context, icc->bytes, (uint32_t)icc->count);
  if (profile == NULL) return NULL;
  // The same conversion once more, as a chain of any length that could take hours.
  static const cmsTagSignature chains[] = {
    cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag, cmsSigDToB3Tag};
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) cmsWriteTag(profile, chains[i], NULL);
  cmsProfileClassSignature class = cmsGetDeviceClass(profile);
  char *message = cmsGetContextUserData(context);
  if (cmsGetColorSpace(profile) != spaces[colors].signature) {
    snprintf(message, IMPASTO_MESSAGE_SIZE, "it is not for %s", spaces[colors].name);
  } else if (
      class != cmsSigInputClass && class != cmsSigDisplayClass && class != cmsSigOutputClass
      && class != cmsSigColorSpaceClass) {
    say(message, "it is not that of a device or colour space");
  } else {
    return profile;
  }
  cmsCloseProfile(profile);
  return NULL;
}

// Takes the target.
static cmsHTRANSFORM transform_between(
    cmsContext context, cmsHPROFILE profile, cmsUInt32Number from, cmsHPROFILE target,
    cmsUInt32Number to, cmsUInt32Number flags) {
  if (target == NULL) return NULL;
  cmsHTRANSFORM transform = cmsCreateTransformTHR(
      context, profile, from, target, to, INTENT_RELATIVE_COLORIMETRIC,
      cmsFLAGS_BLACKPOINTCOMPENSATION | flags);
  cmsCloseProfile(target);
  return transform;
}

static cmsHTRANSFORM transform_to_srgb(
    cmsContext context, cmsHPROFILE profile, cmsUInt32Number from, cmsUInt32Number to,
    cmsUInt32Number flags) {
  return transform_between(
      context, profile, from, cmsCreate_sRGBProfileTHR(context), to, flags);
}

cmsHTRANSFORM transform_to_light(cmsContext context, cmsHPROFILE profile) {
  cmsHPROFILE target = make_profile(context, RGB, srgb, power(context, 1));
  return transform_between(
      context, profile, TYPE_RGB_FLT, target, TYPE_RGB_FLT, cmsFLAGS_NOOPTIMIZE);
}

// Whether colours all over the cube change by one level at most; CMYK always changes.
static bool changes_nothing(cmsContext context, cmsHPROFILE profile, enum colors colors) {
  if (colors == CMYK) return false;
  const bool is_grey = colors == GREY;
  cmsHTRANSFORM transform = transform_to_srgb(
      context, profile, is_grey ? TYPE_GRAY_8 : TYPE_RGB_8, TYPE_RGB_8,
      is_grey ? cmsFLAGS_NOOPTIMIZE : 0);
  if (transform == NULL) return false;
  bool is_changed = false;
  for (unsigned i = 0; i < (is_grey ? 256 : 16 * 16 * 16) && !is_changed; i++) {
    const uint8_t grey[3] = {(uint8_t)i, (uint8_t)i, (uint8_t)i};
    const uint8_t rgb[3] = {
      (uint8_t)(i / 256 * 17), (uint8_t)(i / 16 % 16 * 17), (uint8_t)(i % 16 * 17)};
    const uint8_t *from = is_grey ? grey : rgb;
    uint8_t to[3];
    cmsDoTransform(transform, from, to, 1);
    for (int c = 0; c < 3; c++) is_changed = is_changed || abs(from[c] - to[c]) > 1;
  }
  cmsDeleteTransform(transform);
  return !is_changed;
}

static cmsHTRANSFORM transform_from_layout(
    cmsContext context, cmsHPROFILE profile, const struct layout *layout) {
  if (layout->colors == GREY) {
    return transform_to_srgb(context, profile, TYPE_GRAY_16, TYPE_RGB_16, cmsFLAGS_NOOPTIMIZE);
  }
  cmsUInt32Number from = layout->colors == RGB ? TYPE_RGB_8 : TYPE_CMYK_8, to = TYPE_RGB_16;
  if (layout->is_16_bit) from = layout->colors == RGB ? TYPE_RGB_16 : TYPE_CMYK_16;
  if (from == TYPE_RGB_8 && !layout->has_alpha) to = TYPE_RGB_8;
  const cmsUInt32Number alpha = EXTRA_SH(layout->has_alpha);
  // Of RGB in 16 bits the optimised transform is a table, which misses by up to 30 levels of 255.
  const bool is_exact = from == TYPE_RGB_16;
  return transform_to_srgb(
      context, profile, from | alpha, to | alpha,
      cmsFLAGS_COPY_ALPHA | (is_exact ? cmsFLAGS_NOOPTIMIZE : 0));
}

// Takes the profile.
static bool make_from(
    struct impasto_reader *reader, cmsContext context, cmsHPROFILE profile,
    struct transform *transform) {
  if (profile == NULL) return false;
  const struct layout *layout = &reader->layout;
  bool is_identity = changes_nothing(context, profile, layout->colors);
  if (!is_identity && layout->colors == RGB) {
    transform->shaper = make_matrix_shaper(context, profile, layout->is_16_bit);
  }
  if (!is_identity && transform->shaper == NULL) {
    transform->general = transform_from_layout(context, profile, layout);
  }
  cmsCloseProfile(profile);
  return is_identity || transform->shaper != NULL || transform->general != NULL;
}

static void warn_of(struct impasto_reader *reader, const char *what, const char *reason) {
  char words[2 * IMPASTO_MESSAGE_SIZE];
  snprintf(words, sizeof words, "%s cannot be used (%s) and is ignored", what, reason);
  warn(reader, words);
}

struct transform make_transform(struct impasto_reader *reader, cmsContext context) {
  cmsSetLogErrorHandlerTHR(context, on_error);
  const struct color_space *space = &reader->color_space;
  struct transform transform = {NULL, NULL};
  if (space->primaries > 0) {
    if (make_from(reader, context, open_coded(reader, context), &transform)) return transform;
    char reason[64];
    bool is_hdr = space->transfer == 16 || space->transfer == 18;
    if (coded_chromaticities(space->primaries) == NULL) {
      snprintf(reason, sizeof reason, "primaries %d", space->primaries);
    } else {
      snprintf(
          reason, sizeof reason, is_hdr ? "high dynamic range, transfer %d" : "transfer %d",
          space->transfer);
    }
    warn_of(reader, "the colour space", reason);
  }
  if (space->icc.count > 0) {
    if (make_from(reader, context, open_icc(reader, context), &transform)) return transform;
    warn_of(reader, "the colour profile", cmsGetContextUserData(context));
  }
  if (!space->is_srgb && (space->gamma > 0 || space->chromaticities[0] > 0)) {
    if (make_from(reader, context, open_measured(reader, context), &transform)) return transform;
    warn_of(reader, "the colour space", "its gamma or chromaticities make no sense");
  }
  return transform;
}
