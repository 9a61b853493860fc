// A DICOM file to a film: the parts of the way that need no decoder of others. web/README.md has
// the order and its sources in the standard.
#pragma once

#include "core/dicom/frames.h"
#include "core/dicom/grey_way.h"
#include "core/film_facts.h"
#include "core/image/grey_image.h"

namespace thoraxlite {

struct DicomDescription {
  PixelFormat format;
  int frames = 1;  // that are there
  int frame = 0;
  GreyWays ways;    // of a grey image
  int window = -1;  // index into ways.vois, or -1: the full range
  FilmFacts facts;  // colourfulness, and some of the notes, come with the film
  Orientation orientation;
};

struct DicomFilm {
  GreyImage image;  // upright, 16 bits
  FilmFacts facts;
  std::string study_uid, sop_uid;  // empty where the file does not say
};

// frame: from 0. window: an index, -1 for the full range, or nothing for the first, or else the
// full range. Errors: attributes that are missing or cannot be read, frames and windows that are
// not there.
Result<DicomDescription> describe(const DicomFile& file, int frame = 0,
                                  std::optional<int> window = std::nullopt);

// samples: of that frame. Error: a palette that cannot be read.
Result<DicomFilm> make_film(const DicomFile& file, const DicomDescription& about, Samples samples);

}  // namespace thoraxlite
