// Settings of training compared on hospitals that were left out, as one HTML file that needs
// nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/left_out_figures.h"

namespace thoraxlite {

// settings: at least one. test: of the test films of the hospitals that were left out, by the
// networks of the chosen setting; nothing where nobody looked at them. The same figures give the
// same bytes.
std::string to_html(const std::string& title, const std::vector<SettingFigures>& settings,
                    const std::optional<LeftOutFigures>& test);

}  // namespace thoraxlite
