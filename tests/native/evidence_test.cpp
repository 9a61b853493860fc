// Evidence, lung field and novelty where the truth is known: on drawn phantoms.
#include "core/evidence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>
#include <random>

#include "core/film_preparation.h"
#include "core/image/prepare.h"
#include "core/novelty.h"
#include "core/screener.h"
#include "data/phantom.h"
#include "evaluation/phantom_evidence.h"
#include "novelty/novelty_fit.h"
#include "novelty/other_pictures.h"

using namespace thoraxlite;

namespace {

std::vector<std::uint8_t> read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Phantom phantom_of(PhantomKind kind, std::uint64_t seed, int size = 224) {
  PhantomSpec spec;
  spec.kind = kind;
  spec.seed = seed;
  spec.size = size;
  return draw_phantom(spec);
}

double dice(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  double both = 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += a[i] * b[i];
    sum += a[i] + b[i];
  }
  return 2 * both / sum;
}

}  // namespace

// A network that was trained on films of people finds the lungs of films of nobody: else the
// self-test and the sample would say nothing of it.
TEST_CASE("the released lung network finds the lungs of drawn films, whatever lies in them") {
  const auto bytes = read_bytes(LUNG_MODEL);
  const LungGraph graph = load_lungs({bytes.data(), bytes.size()}).value();
  Card card;
  for (const EngineKind kind : engines_built_in()) {
    CAPTURE(std::string(to_string(kind)));
    FilmPreparation preparation = FilmPreparation::make(card, graph, kind).value();
    double sum = 0, worst = 1, least_share = 1;
    int films = 0;
    for (std::uint64_t seed = 500; seed < 512; ++seed) {
      PhantomSpec spec;
      spec.seed = seed;
      const std::vector<std::uint8_t> truth = draw_lung_field(spec);
      for (const PhantomKind phantom :
           {PhantomKind::normal, PhantomKind::lobar, PhantomKind::diffuse, PhantomKind::both}) {
        const std::vector<float> pixels = resize_area(phantom_of(phantom, seed).image, 224);
        const PreparedFilm film = preparation.prepare(pixels).value();
        const double overlap = dice(film.lungs, truth);
        sum += overlap;
        worst = std::min(worst, overlap);
        least_share = std::min(least_share, static_cast<double>(lung_share(film.lungs)));
        ++films;
      }
    }
    MESSAGE(films << " films: Dice mean " << sum / films << ", least " << worst
                  << "; least share of the film " << least_share);
    CHECK(sum / films > 0.92);
    CHECK(worst > 0.85);
    CHECK(least_share > 0.2);
  }
}

TEST_CASE("the true lung field does not depend on the opacities, and is no film's border") {
  PhantomSpec spec;
  spec.seed = 7;
  const auto normal = draw_lung_field(spec);
  spec.kind = PhantomKind::both;
  CHECK(draw_lung_field(spec) == normal);
  const auto inside = std::accumulate(normal.begin(), normal.end(), 0);
  CHECK(inside > 224 * 224 / 8);
  CHECK(inside < 224 * 224 / 2);
}

TEST_CASE("the released model's maps add up to its logits") {
  const auto bytes = read_bytes(COVID_MODEL);
  const Model model = load_model({bytes.data(), bytes.size()}).value();
  const std::optional<Head> head = read_head(model.nodes, model.card.input.size);
  REQUIRE(head.has_value());
  for (const EngineKind kind : engines_built_in()) {
    CAPTURE(to_string(kind));
    const auto engine = make_engine(model, kind).value();
    std::vector<float> input =
        resize_area(phantom_of(PhantomKind::lobar, 3).image, model.card.input.size);
    normalise(input, model.card.input);
    const std::vector<float> logits = engine->run(input).value();
    const auto outputs = run_head(*head, engine->last_map());
    const auto evidence =
        evidence_maps(*head, engine->last_map(), outputs, Activation::sigmoid).value();
    for (std::size_t k = 0; k < logits.size(); ++k) {
      const double sum = std::accumulate(evidence.maps[k].begin(), evidence.maps[k].end(), 0.0);
      CHECK(std::abs(sum + evidence.rest[k] - logits[k]) <= 1e-4);
    }
  }
}

// Films of one seed differ by their opacity alone. A network that was trained on films of people
// need not call it anything; but what it sees of it must stand in the map where it is.
TEST_CASE("what an opacity changes in a released model's evidence lies at the opacity") {
  for (const std::string file : {COVID_MODEL, ASSISTANT_MODEL}) {
    CAPTURE(file);
    const auto bytes = read_bytes(file);
    Screener screener =
        Screener::open({bytes.data(), bytes.size()}, "", EngineKind::automatic).value();
    for (const PhantomEvidence& finding : measure_phantom_evidence(screener, 20, [] {})) {
      MESSAGE(finding.label << ": area under the ROC curve " << finding.change);
      CHECK(finding.change > 0.75);  // 0.5 by chance
    }
  }
}

TEST_CASE("the fit finds the direction in which films and others differ") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  FeatureRows films(2000, 6);
  FeatureRows others(2000, 6);
  for (Eigen::Index i = 0; i < films.rows(); ++i) {
    for (Eigen::Index j = 0; j < 6; ++j) {
      films(i, j) = normal(random) * (j == 2 ? 0.1f : 1) + 5;
      others(i, j) = normal(random) * (j == 2 ? 0.5f : 1) + 5;
    }
  }
  NoveltyOptions options;
  options.directions = 1;
  options.shrinkage = 0;
  const Novelty novelty = fit_novelty(films, std::vector<double>(2000, 1), others, options);
  REQUIRE(novelty.directions.size() == 6);
  CHECK(std::abs(novelty.directions[2]) == doctest::Approx(10).epsilon(0.1));
  CHECK(novelty.background_variance[0] == doctest::Approx(25).epsilon(0.1));
  for (const std::size_t j : {0, 1, 3, 4, 5}) CHECK(std::abs(novelty.directions[j]) < 0.3);
  const auto distance = [&](float third) {
    return novelty_distance(novelty, {5, 5, third, 5, 5, 5});
  };
  CHECK(distance(5.5f) > distance(5.2f));
  CHECK(distance(5.2f) > distance(5));

  films(3, 4) = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(fit_novelty(films, std::vector<double>(2000, 1), others, options),
                  std::runtime_error);
}

TEST_CASE("the threshold refuses no larger share than it may") {
  std::vector<float> distances;
  for (int i = 0; i < 200; ++i) distances.push_back(static_cast<float>((i * 37) % 200));
  CHECK(novelty_threshold(distances, 0.02) == 195);
  CHECK(novelty_threshold(distances, 0) == 199);
  CHECK(novelty_threshold({4}, 0.5) == 4);
}

TEST_CASE("films are spoiled as their names say") {
  GreyImage film{4, 4, 255, {}};
  for (std::uint16_t i = 0; i < 16; ++i) film.pixels.push_back(i);
  const auto first_row = [&](Spoiling spoiling) {
    const GreyImage spoiled = spoil(film, spoiling, 1);
    return std::vector<int>(spoiled.pixels.begin(), spoiled.pixels.begin() + 4);
  };
  CHECK(first_row(Spoiling::turned_left) == std::vector<int>{3, 7, 11, 15});
  CHECK(first_row(Spoiling::turned_right) == std::vector<int>{12, 8, 4, 0});
  CHECK(first_row(Spoiling::upside_down) == std::vector<int>{15, 14, 13, 12});
  CHECK(first_row(Spoiling::flipped) == std::vector<int>{12, 13, 14, 15});
  CHECK(first_row(Spoiling::inverted) == std::vector<int>{255, 254, 253, 252});
  for (const Spoiling spoiling : {Spoiling::scrambled_2, Spoiling::scrambled_4}) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      GreyImage spoiled = spoil(film, spoiling, seed);
      CHECK(spoiled.pixels != film.pixels);
      std::sort(spoiled.pixels.begin(), spoiled.pixels.end());
      CHECK(spoiled.pixels == film.pixels);
    }
  }
}

TEST_CASE("drawings fill their range and follow their seed") {
  for (const Drawing drawing : kDrawings) {
    CAPTURE(to_string(drawing));
    const GreyImage one = draw(drawing, 128, 1);
    CHECK(one.pixels == draw(drawing, 128, 1).pixels);
    CHECK(one.pixels != draw(drawing, 128, 2).pixels);
    const auto [least, most] = std::minmax_element(one.pixels.begin(), one.pixels.end());
    CHECK(*least == 0);
    CHECK(*most == 255);
  }
}
