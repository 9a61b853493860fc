// Shares and means of films with intervals by patient.
#pragma once

#include <string>
#include <vector>

#include "evaluation/findings.h"

namespace thoraxlite {

// Parallel vectors, one entry a film; an empty patient is unknown. NaN without films.

// proportion_interval() of evaluation/interval.h.
Figure share_by_patient(const std::vector<std::string>& patients, const std::vector<bool>& hits);

// Bootstrap.
Figure mean_by_patient(const std::vector<std::string>& patients, const std::vector<double>& values,
                       int resamples = 1000);

}  // namespace thoraxlite
