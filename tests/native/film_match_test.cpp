// Copies and crops of films, against drawn films and real ones.
#include "data/film_match.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>
#include <string>

#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "data/csv.h"
#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "data/image_pixels.h"
#include "phantom/image_writer.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

// A part of a film, at least 65 % of each side, of another exposure, as a JPEG file.
std::vector<std::uint8_t> made_crop(const GreyImage& film, std::mt19937& random, double& share) {
  const auto draw = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
  };
  const double across = draw(0.65, 1);
  const double down = std::clamp(across * draw(0.85, 1.18), 0.65, 1.0);
  GreyImage crop{
      static_cast<int>(across * film.width), static_cast<int>(down * film.height), 255, {}};
  const int left = static_cast<int>(draw(0, film.width - crop.width));
  const int top = static_cast<int>(draw(0, film.height - crop.height));
  const double gamma = draw(0.7, 1.4), light = draw(0.85, 1.15);
  for (int y = top; y < top + crop.height; ++y) {
    for (int x = left; x < left + crop.width; ++x) {
      const double pixel = film.pixels[static_cast<std::size_t>(y * film.width + x)] / 255.0;
      crop.pixels.push_back(
          static_cast<std::uint16_t>(std::min(255.0, 255 * light * std::pow(pixel, gamma))));
    }
  }
  share = across * down;
  return encode_jpeg(crop);
}

FilmPrint print_of_file(const std::vector<std::uint8_t>& file, int group) {
  const Result<FilmFile> film = read_film_file(view(file), kKeypointSide);
  return film ? print_of(film->film.pixels, group) : FilmPrint{};
}

}  // namespace

TEST_CASE("a film is found in its copy and its crop, and nowhere else: real films") {
  const char* shared = std::getenv("THORAXLITE_DATA");
  const fs::path folder = fs::path(shared ? shared : "") / "covid-cxr";
  if (!fs::exists(folder / "manifest.csv")) {
    MESSAGE("skipped: no covid-cxr below THORAXLITE_DATA");
    return;
  }
  const char* wanted = std::getenv("THORAXLITE_MATCH_FILMS");  // for the figures of native/docs
  const std::size_t films = wanted ? std::stoul(wanted) : 120;
  const std::size_t crops = films / 4;
  CsvTable table = read_csv(folder / "manifest.csv");
  std::mt19937 random(1);
  std::shuffle(table.rows.begin(), table.rows.end(), random);
  REQUIRE(table.rows.size() >= films);
  std::vector<FilmPrint> prints(films + crops);
  std::vector<double> shares(crops);
  for_each_index(films, [&](std::size_t i) {
    const auto file = require_file(folder / table.rows[i][0]);
    prints[i] = print_of_file(file, 0);
    if (i >= crops) return;
    std::mt19937 own(static_cast<std::mt19937::result_type>(i + 1));
    prints[films + i] =
        print_of_file(made_crop(decode_image(view(file)).value(), own, shares[i]), 1);
  });
  std::int64_t compared = 0;
  const std::vector<FilmMatch> matches =
      match_films(prints, [&](std::int64_t count) { compared += count; });
  CHECK(compared == static_cast<std::int64_t>(prints.size()));
  std::set<std::size_t> found;
  std::size_t wrong = 0;
  double least = 1, largest_error = 0;
  for (const FilmMatch& match : matches) {
    if (match.second != films + match.first) {
      ++wrong;
      continue;
    }
    found.insert(match.first);
    least = std::min(least, match.correlation);
    largest_error = std::max(largest_error, std::abs(match.share_of_first - shares[match.first]));
  }
  MESSAGE(found.size(), " of ", crops, " crops found, least correlation ", least, "; ", wrong,
          " wrong pairs of ", films * crops - crops, "; largest error of a share ", largest_error);
  CHECK(found.size() >= crops * 98 / 100);
  CHECK(wrong <= films / 400);
  CHECK(largest_error < 0.1);
}

TEST_CASE("films of one group are not compared, nor is a blank film like another") {
  const FilmPrint blank = print_of(std::vector<float>(kKeypointSide * kKeypointSide, 0.5f), 0);
  CHECK(blank.keypoints.empty());
  std::vector<float> noise;
  std::mt19937 random(3);
  for (int i = 0; i < kKeypointSide * kKeypointSide; ++i) {
    noise.push_back(static_cast<float>(random() % 256) / 255.0f);
  }
  const auto nothing = [](std::int64_t) {};
  CHECK(match_films({print_of(noise, 0), print_of(noise, 0), blank, blank}, nothing).empty());
  const std::vector<FilmMatch> same =
      match_films({print_of(noise, 0), print_of(noise, 1)}, nothing);
  REQUIRE(same.size() == 1);
  CHECK(same[0].correlation == doctest::Approx(1));
  CHECK(same[0].share_of_first == doctest::Approx(1));
  CHECK(match_films({}, nothing).empty());
}
