// Validation images for datasets that name none: some of the training patients, with all of their
// images, so that no patient is in both splits.
#pragma once

#include <string_view>

namespace thoraxlite {

// True for about `share` (0 .. 1) of all patients. The patient's id alone decides: a dataset's
// subset, or another machine, gives a patient the same split.
bool is_validation_patient(std::string_view patient, double share);

}  // namespace thoraxlite
