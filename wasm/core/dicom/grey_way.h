// What a data set says about the way from its stored values to grey.
#pragma once

#include <string>
#include <vector>

#include "core/dicom/grey_table.h"
#include "core/dicom/pixel_format.h"
#include "core/film_facts.h"

namespace thoraxlite {

// One of the ways in which a film can be seen.
struct NamedVoi {
  std::string name;      // as the file explains it, bytes
  std::string function;  // LINEAR, LINEAR_EXACT, SIGMOID, or LUT
  Voi voi;
};

struct GreyWays {
  GreyWay way;                 // its VOI transformation is the first of `vois`, or the full range
  std::vector<NamedVoi> vois;  // VOI LUTs before windows: who gives a table means it more exactly
};

// Of one frame. notes: what was odd is added. Windows that are none (without a width, or of one
// that PS3.3 C.11.2.1.2 does not allow) and tables without values are left out. Errors: numbers and
// tables that cannot be read.
Result<GreyWays> read_grey_ways(const DataSet& data, const PixelFormat& format, int frame,
                                std::vector<FilmNote>& notes);

}  // namespace thoraxlite
