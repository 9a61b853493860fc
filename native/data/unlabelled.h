// Films that nobody labelled for the task at hand: of them a network learns what its guide says,
// and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// The number at the end of a patient's name, without leading zeros: "61" of "nih-00000061" and of
// "61". Collections that share patients name them differently, and number them alike. Empty where a
// name ends in no digit.
std::string patient_number(const std::string& patient);

// Appends films to the training samples, as of `source`, with every label unknown. all: the samples
// of every split; films whose patient's number is one of its validation or test patients' are left
// out, of whatever source: rather a film too few than a patient of whom figures are reported.
// Returns how many were left out.
std::size_t add_unlabelled(SampleList& training, const SampleList& all, std::vector<Sample> films,
                           const std::string& source);

}  // namespace thoraxlite
