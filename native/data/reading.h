// Labels by the radiologists who read a film, where the data says what they read: labels that were
// mined from reports are often wrong (data/nih.h).
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/sample.h"

namespace thoraxlite {

struct ReadingCounts {
  std::int64_t changed = 0, left_out = 0;  // samples
};

// Of samples for training and validation that have a column reader: "Normal" makes the label
// normal, "Lung Opacity" pneumonia, and whatever else it says leaves the sample out. Test samples
// stay as they are. Throws std::runtime_error naming `file`, where the list was read from, unless
// its labels exclude each other and normal and pneumonia are among them.
ReadingCounts label_by_reading(SampleList& list, const std::filesystem::path& file);

// Of any split those alone that were read so, with these labels: for figures by the readings.
// Throws likewise.
SampleList keep_read(SampleList list, const std::filesystem::path& file);

}  // namespace thoraxlite
