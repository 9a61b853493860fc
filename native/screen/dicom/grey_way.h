// What a data set says about the way from its stored values to grey.
#pragma once

#include "dicom/grey_table.h"
#include "dicom/image_format.h"

namespace thoraxlite {

// For the first frame. Of several VOI transformations the first counts: VOI LUTs before windows,
// since a maker who gives a table means it more exactly.
Result<GreyWay> read_grey_way(DcmItem& data, const ImageFormat& format);

}  // namespace thoraxlite
