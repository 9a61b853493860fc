// The evidence of a trained network must lie where the truth is: over drawn phantoms with one
// opacity, none of them seen in training, the map's maximum is to fall on the opacity.
//   phantom_evidence_test MODEL    MODEL: trained on the phantoms of cxr-distill
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "core/screener.h"
#include "data/file_bytes.h"
#include "data/phantom.h"

using namespace thoraxlite;

namespace {

constexpr std::uint64_t kFirstSeed = 900'000;  // beyond those of any dataset of phantoms
constexpr int kFilms = 60;

bool on_opacity(const OpacityExtent& opacity, double x, double y, double margin) {
  const double dx = (x - opacity.centre_x) / (opacity.radius_x + margin);
  const double dy = (y - opacity.centre_y) / (opacity.radius_y + margin);
  return dx * dx + dy * dy <= 1;
}

// The pointing game (Zhang et al. 2016): how often a map's maximum lies on the object, with a margin
// of half a position, and how often it would by chance.
int play(const std::string& file) {
  const auto model = require_file(file);
  auto screener = Screener::open(view(model), sha256_hex(view(model)), EngineKind::automatic);
  if (!screener) throw std::runtime_error(screener.error().message);
  int hits = 0, positive = 0;
  double chance = 0;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kFilms; ++seed) {
    PhantomSpec spec;
    spec.kind = PhantomKind::lobar;
    spec.seed = seed;
    const Phantom phantom = draw_phantom(spec);
    const Screening screening = screener->screen("phantom", phantom.image, {}, true);
    const auto found = std::find_if(screening.findings.begin(), screening.findings.end(),
                                    [](const Finding& finding) { return finding.label == "lobar"; });
    if (found == screening.findings.end() || !screening.evidence) {
      throw std::runtime_error("no evidence for a lobar opacity: " + screening.message);
    }
    positive += found->score >= found->threshold;
    const EvidenceMaps& evidence = *screening.evidence;
    const auto& map = evidence.maps[static_cast<std::size_t>(found - screening.findings.begin())];
    const double half = 0.5 / evidence.width;
    const auto hit = [&](std::size_t position) {
      const auto width = static_cast<std::size_t>(evidence.width);
      const double x = (static_cast<double>(position % width) + 0.5) / evidence.width;
      const double y = (static_cast<double>(position / width) + 0.5) / evidence.height;
      return std::any_of(
          phantom.opacities.begin(), phantom.opacities.end(),
          [&](const OpacityExtent& opacity) { return on_opacity(opacity, x, y, half); });
    };
    int covered = 0;
    for (std::size_t i = 0; i < map.size(); ++i) covered += hit(i);
    chance += covered / static_cast<double>(map.size());
    hits += hit(static_cast<std::size_t>(std::max_element(map.begin(), map.end()) - map.begin()));
  }
  const double share = hits / static_cast<double>(kFilms);
  std::printf("%d of %d found; the maximum lies on the opacity in %d (%.2f; by chance %.2f)\n",
              positive, kFilms, hits, share, chance / kFilms);
  return share >= 0.8 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: phantom_evidence_test MODEL\n");
    return 2;
  }
  try {
    return play(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "phantom_evidence_test: %s\n", error.what());
    return 1;
  }
}
