#include "jpegerrors.h"

#include <jerror.h>

#include "codec.h"

static _Noreturn void on_error(j_common_ptr jpeg) {
  char words[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, words);
  stop(jpeg->client_data, words);
}

static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      on_error(jpeg);
    default:
      return;
  }
}

struct jpeg_error_mgr *report_errors(struct jpeg_error_mgr *errors) {
  jpeg_std_error(errors);
  errors->error_exit = on_error;
  errors->emit_message = on_message;
  return errors;
}
