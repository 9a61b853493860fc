// Runs beside each other as one HTML file that needs nothing else.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/run_curves.h"

namespace thoraxlite {

struct ComparedRun {
  RunCourse course;
  nlohmann::ordered_json options;     // every option, by its key in options.json
  nlohmann::ordered_json provenance;  // of options.json
  std::vector<std::string> labels;
};

// The options that differ, a chart each of training loss, validation loss and selection figure with
// a line a run, and each run's figures at its best epoch. Says so where the runs were not validated
// on the same images. The same runs give the same bytes.
std::string to_html(const std::string& title, const std::vector<ComparedRun>& runs);

// What the runs' validation images depend on and do not share: names of options, "labels",
// "data_sha256"; empty where they are the same ones.
std::vector<std::string> unlike_data(const std::vector<ComparedRun>& runs);

}  // namespace thoraxlite
