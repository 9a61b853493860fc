// Whether a model's evidence lies where the finding is, on drawn films of which that is known.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/open_screener.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "evaluation/figure_json.h"
#include "evaluation/pointing_game.h"
#include "training/checkpoint.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kFirstSeed = 900'000;  // datasets of seed 1 and above have larger ones

// Of one finding, over all films.
struct Sums {
  std::int64_t hits = 0;
  double chance = 0;
  double area = 0;
  double change = 0;

  void add(const Pointing& map, const Pointing& change_of_map) {
    hits += map.hit;
    chance += map.chance;
    area += map.area;
    change += change_of_map.area;
  }
};

std::vector<float> sizes_of_change(const std::vector<float>& with,
                                   const std::vector<float>& without) {
  std::vector<float> change(with.size());
  std::transform(with.begin(), with.end(), without.begin(), change.begin(),
                 [](float a, float b) { return std::abs(a - b); });
  return change;
}

}  // namespace

void measure_evidence(const EvidenceCommand& command) {
  const std::vector<std::uint8_t> model = require_file(command.model);
  const std::string sha256 = sha256_hex(view(model));
  Screener screener = open_screener(view(model), sha256);
  const std::vector<std::string>& labels = screener.card().labels;

  const auto screen = [&](const Phantom& phantom) {
    Screening screening = screener.screen("phantom", phantom.image, {}, true);
    if (!screening.evidence) {
      throw std::runtime_error(command.model.string() + ": no evidence of a drawn film" +
                               (screening.message.empty() ? "" : ": " + screening.message));
    }
    return std::move(*screening.evidence);
  };

  std::vector<Sums> sums(labels.size());
  Progress progress("drawn films", command.films);
  for (std::int64_t film = 0; film < command.films; ++film, progress.advance(1)) {
    PhantomSpec spec;
    spec.seed = kFirstSeed + static_cast<std::uint64_t>(film);
    const EvidenceMaps without = screen(draw_phantom(spec));
    spec.kind = PhantomKind::lobar;
    const Phantom phantom = draw_phantom(spec);
    const EvidenceMaps with = screen(phantom);
    // A map is coarser than a film: half a position around the opacity belongs to it.
    const auto on_object = [&](double x, double y) {
      return std::any_of(
          phantom.opacities.begin(), phantom.opacities.end(),
          [&](const OpacityExtent& opacity) { return is_on(opacity, x, y, 0.5 / with.width); });
    };
    const auto play = [&](const std::vector<float>& map) {
      return play_pointing_game(map, with.height, with.width, on_object);
    };
    for (std::size_t label = 0; label < labels.size(); ++label) {
      sums[label].add(play(with.maps[label]),
                      play(sizes_of_change(with.maps[label], without.maps[label])));
    }
  }

  Json rows = Json::array();
  std::printf("%-28s %8s  %-16s %8s %8s %8s\n", "evidence for", "maximum", "95% interval", "chance",
              "area", "change");
  const auto films = static_cast<double>(command.films);
  for (std::size_t label = 0; label < labels.size(); ++label) {
    const Sums& sum = sums[label];
    const Interval hits = wilson_interval(sum.hits, command.films);
    const double share = static_cast<double>(sum.hits) / films;
    std::printf("%-28s %8.3f  %.3f to %.3f   %8.3f %8.3f %8.3f\n", labels[label].c_str(), share,
                hits.low, hits.high, sum.chance / films, sum.area / films, sum.change / films);
    rows.push_back({{"label", labels[label]},
                    {"maximum_on_opacity", number(share)},
                    {"maximum_on_opacity_95", interval_json(hits)},
                    {"by_chance", number(sum.chance / films)},
                    {"area_under_roc", number(sum.area / films)},
                    {"area_under_roc_of_change", number(sum.change / films)}});
  }
  if (command.output.empty()) return;
  const Json report = {{"model", command.model.filename().string()},
                       {"sha256", sha256},
                       {"films", command.films},
                       {"evidence", rows}};
  write_atomically(command.output, report.dump(2) + "\n");
}

}  // namespace thoraxlite
