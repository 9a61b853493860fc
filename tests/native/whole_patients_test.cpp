#include "data/whole_patients.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace thoraxlite;

namespace {

// Twenty patients with three films each, then ten films of nobody known.
std::vector<Sample> films_below(const std::string& folder) {
  std::vector<Sample> samples;
  for (int i = 0; i < 70; ++i) {
    Sample sample;
    sample.file = folder + "/" + std::to_string(i) + ".png";
    if (i < 60) sample.patient = "p" + std::to_string(i % 20);
    samples.push_back(sample);
  }
  return samples;
}

std::vector<std::string> names(const std::vector<Sample>& samples) {
  std::vector<std::string> result;
  for (const Sample& sample : samples) result.push_back(sample.file.filename().string());
  return result;
}

}  // namespace

TEST_CASE("a sample has whole patients, and no more of them than it needs") {
  const std::vector<Sample> all = films_below("/data/films");
  for (const std::size_t asked : {1u, 2u, 10u, 31u}) {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const std::vector<Sample> drawn = whole_patients(all, asked, seed);
      CHECK(drawn.size() >= asked);
      CHECK(drawn.size() < asked + 3);
      std::map<std::string, int> films;
      for (const Sample& sample : drawn) ++films[sample.patient];
      for (const auto& [patient, count] : films) {
        if (!patient.empty()) CHECK(count == 3);
      }
    }
  }
  CHECK(whole_patients(all, 1000, 1).size() == 70);
  CHECK(whole_patients({}, 5, 1).empty());
}

TEST_CASE("the seed and the names alone decide who is drawn") {
  const std::vector<std::string> drawn = names(whole_patients(films_below("/data/films"), 20, 1));
  CHECK(drawn == names(whole_patients(films_below("/elsewhere"), 20, 1)));
  std::set<std::vector<std::string>> of_seeds = {drawn};
  for (std::uint64_t seed = 2; seed < 8; ++seed) {
    of_seeds.insert(names(whole_patients(films_below("/data/films"), 20, seed)));
  }
  CHECK(of_seeds.size() > 5);
}
