// A stage's course: what metrics.jsonl says of each epoch, as charts and as a table.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thoraxlite {

// The lines of RUN/metrics.jsonl, one an epoch, in order of "epoch"; of an epoch that was run again
// after a kill, the later line. Empty where there is no such file. Throws std::runtime_error naming
// file and line that is not a JSON object with an "epoch"; half a line at the end is passed over.
std::vector<nlohmann::ordered_json> read_epochs(const std::filesystem::path& run);

// Charts of the training and validation loss, of its terms (other keys with "loss" in their name,
// unless they are 0 throughout), of accuracies, F1 and areas under the ROC curve, and of
// "accuracy_by_source"; the table has every number. A value that is null is a gap.
std::string curves_html(const std::string& stage,
                        const std::vector<nlohmann::ordered_json>& epochs);

}  // namespace thoraxlite
