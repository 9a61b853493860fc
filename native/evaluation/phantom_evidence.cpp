#include "evaluation/phantom_evidence.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "data/phantom.h"
#include "evaluation/pointing_game.h"

namespace thoraxlite {
namespace {

constexpr std::uint64_t kFirstSeed = 900'000;  // datasets of seed 1 and above have larger ones

EvidenceMaps maps_of(Screener& screener, const Phantom& phantom) {
  Screening screening = screener.screen("phantom", phantom.image, {}, true);
  if (!screening.evidence) {
    throw std::runtime_error("the model gives no evidence of a drawn film" +
                             (screening.message.empty() ? "" : ": " + screening.message));
  }
  return std::move(*screening.evidence);
}

std::vector<float> sizes_of_change(const std::vector<float>& with,
                                   const std::vector<float>& without) {
  std::vector<float> change(with.size());
  std::transform(with.begin(), with.end(), without.begin(), change.begin(),
                 [](float a, float b) { return std::abs(a - b); });
  return change;
}

}  // namespace

std::vector<PhantomEvidence> measure_phantom_evidence(Screener& screener, std::int64_t films,
                                                      const std::function<void()>& done) {
  std::vector<PhantomEvidence> findings;
  for (const std::string& label : screener.card().labels) findings.push_back({label});
  for (std::int64_t film = 0; film < films; ++film) {
    PhantomSpec spec;
    spec.seed = kFirstSeed + static_cast<std::uint64_t>(film);
    const EvidenceMaps without = maps_of(screener, draw_phantom(spec));
    spec.kind = PhantomKind::lobar;
    const Phantom phantom = draw_phantom(spec);
    const EvidenceMaps with = maps_of(screener, phantom);
    // A map is coarser than a film: half a position around the opacity belongs to it.
    const auto on_object = [&](double x, double y) {
      return is_on(phantom.opacities.front(), x, y, 0.5 / with.width);
    };
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const Pointing map = play_pointing_game(with.maps[i], with.height, with.width, on_object);
      const Pointing change = play_pointing_game(sizes_of_change(with.maps[i], without.maps[i]),
                                                 with.height, with.width, on_object);
      findings[i].hits += map.hit;
      findings[i].chance += map.chance / static_cast<double>(films);
      findings[i].area += map.area / static_cast<double>(films);
      findings[i].change += change.area / static_cast<double>(films);
    }
    done();
  }
  return findings;
}

}  // namespace thoraxlite
