// Evidence maps as pictures: the film in grey, what speaks for a finding in colour over it.
#pragma once

#include <filesystem>
#include <string>

#include "core/image/grey_image.h"
#include "core/screener.h"

namespace thoraxlite {

// Writes a PNG for each finding of the screening into the folder, which is made where it is
// missing, named FILE-LABEL.png: letters, digits, dots and dashes of both, anything else as an
// underscore. A file that is there already stays, and the new one gets a number behind its name.
// image: the film, at most 1024 pixels a side are written. Colour is viridis (van der Walt and
// Smith 2015: perceptually uniform, and distinct for the colour-blind) and its opacity grows with
// the evidence; the largest value of all the film's maps is the brightest, so that little evidence
// looks like little, and nothing above 0 is no colour. Nothing is written where the screening has
// no evidence. Throws std::runtime_error naming the file that could not be written.
void write_overlays(const std::filesystem::path& folder, const Screening& screening,
                    const GreyImage& image);

}  // namespace thoraxlite
