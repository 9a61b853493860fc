// Hospitals, of which one leaves at a time: whether a network learned more than where films are
// from is told by films of a hospital that it never saw.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

struct Hospital {
  std::string name;                  // its sources, joined by +: "nih+rsna"
  std::vector<std::string> sources;  // at least one
};

// The hospitals of a list by the names of their first sources: every source is one, but for those
// that `same` joins, as "nih+rsna". One of which there are test films alone is none to leave out.
// Throws std::runtime_error naming `file`, where the list was read from, and its sources: for a
// text that joins fewer than two, a source that the list lacks, and one that is joined twice; also
// for a sample without source, of which nobody knows whether it has to leave.
std::vector<Hospital> hospitals_of(const SampleList& list, const std::vector<std::string>& same,
                                   const std::filesystem::path& file);

// What a network is trained and judged on that never saw these sources: their training and
// validation samples become the test split, those of the others stay in theirs, and the test
// samples of all stay aside. Throws std::runtime_error naming `file` if a source has no training or
// validation sample, if no other source has one, or if a patient has films on both sides.
SampleList leave_out(SampleList list, const std::vector<std::string>& sources,
                     const std::filesystem::path& file);

}  // namespace thoraxlite
