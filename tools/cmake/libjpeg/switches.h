/* Included before each source of libjpeg-turbo: parts that its header jmorecfg.h switches on and
   that nothing here uses. They would take room in the page. */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#undef BLOCK_SMOOTHING_SUPPORTED
#undef IDCT_SCALING_SUPPORTED
#undef UPSAMPLE_MERGING_SUPPORTED
#undef QUANT_1PASS_SUPPORTED
#undef QUANT_2PASS_SUPPORTED
#undef SAVE_MARKERS_SUPPORTED
