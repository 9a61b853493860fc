// The report of a run: one HTML file that needs nothing else, for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/agreement.h"
#include "evaluation/scored_images.h"
#include "report/examples.h"

namespace thoraxlite {

// A network of the run: teacher, assistant or student.
struct StageReport {
  std::string name;
  nlohmann::ordered_json options;                            // everything that decided the stage
  std::vector<nlohmann::ordered_json> epochs;                // read_epochs(); empty: no curves
  std::vector<std::pair<std::string, ScoredImages>> scored;  // by the name of the split
  std::vector<float> thresholds;                             // operating points, one a label
};

struct RunReport {
  std::string title;
  nlohmann::ordered_json provenance;  // revision, library versions, data counts and digests
  std::vector<StageReport> stages;
  // Films inside the file, which then warns of publishing it; empty: a report without films.
  std::vector<Example> examples;
  std::string policy = {};  // how every network was calibrated and calls; empty: not said
  std::vector<std::string> subgroups = {};  // columns, as subgroups_by() takes them
  // With a teacher from elsewhere, by the name of the stage that learned: the teacher's scores of
  // test films first, its own second.
  std::vector<std::pair<std::string, Agreement>> agreements = {};
};

// The same report gives the same bytes. Throws std::runtime_error as evaluate() and
// examples_html() do.
std::string to_html(const RunReport& report);

}  // namespace thoraxlite
