#ifndef JPEGERRORS_H
#define JPEGERRORS_H

// jpeglib.h uses FILE and size_t without declaring them.
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

/// Makes libjpeg report errors to the fault that its object has as `client_data`.
///
/// So is a warning that pixels could not be read, which libjpeg would fill with grey.
struct jpeg_error_mgr *report_errors(struct jpeg_error_mgr *errors);

#endif
