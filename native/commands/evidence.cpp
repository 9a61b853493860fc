#include <cstdio>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/film_evidence.h"
#include "commands/open_screener.h"
#include "data/file_bytes.h"
#include "evaluation/figure_json.h"
#include "evaluation/phantom_evidence.h"
#include "training/checkpoint.h"
#include "training/progress.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

void measure_evidence(const EvidenceCommand& command) {
  const std::vector<std::uint8_t> model = require_file(command.model);
  const std::string sha256 = sha256_hex(view(model));
  Screener screener = open_screener(view(model), sha256);

  Progress progress("drawn films", command.films);
  const auto findings =
      measure_phantom_evidence(screener, command.films, [&] { progress.advance(1); });
  Json rows = Json::array();
  std::printf("%-28s %8s  %-16s %8s %8s %8s\n", "evidence for", "maximum", "95% interval", "chance",
              "area", "change");
  for (const PhantomEvidence& finding : findings) {
    const double share = static_cast<double>(finding.hits) / static_cast<double>(command.films);
    const Interval interval = wilson_interval(finding.hits, command.films);
    std::printf("%-28s %8.3f  %.3f to %.3f   %8.3f %8.3f %8.3f\n", finding.label.c_str(), share,
                interval.low, interval.high, finding.chance, finding.area, finding.change);
    rows.push_back({{"label", finding.label},
                    {"maximum_on_opacity", number(share)},
                    {"maximum_on_opacity_95", interval_json(interval)},
                    {"by_chance", number(finding.chance)},
                    {"area_under_roc", number(finding.area)},
                    {"area_under_roc_of_change", number(finding.change)}});
  }
  Json lesions, black;
  if (!command.data.empty()) {
    DataOptions data;
    data.data = command.data.string();
    lesions = measure_lesions(screener, command.data, patients_of(load_samples(data), data.data));
    black = measure_black_lungs(screener, command.data, command.neither);
  }
  if (command.output.empty()) return;
  Json report = {{"model", command.model.filename().string()},
                 {"sha256", sha256},
                 {"films", command.films},
                 {"evidence", rows}};
  if (!lesions.is_null()) report["lesions"] = lesions;
  if (!black.is_null()) report["black_lungs"] = black;
  write_atomically(command.output, report.dump(2) + "\n");
}

}  // namespace thoraxlite
