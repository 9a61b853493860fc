// How well a model file tells chest films from other pictures.
#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/open_screener.h"
#include "commands/screen_file.h"
#include "data/file_bytes.h"
#include "data/image_pixels.h"
#include "evaluation/figure_json.h"
#include "evaluation/roc.h"
#include "novelty/other_pictures.h"
#include "training/checkpoint.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kDrawn = 100;  // of each kind
constexpr std::size_t kSpoiled = 300;  // test films, in each way
constexpr std::size_t kCurvePoints = 100;

// The pictures of one kind: how many, how many refused and why, and their distances.
struct Kind {
  std::int64_t images = 0;
  std::map<std::string, std::int64_t> refused;  // by type
  std::vector<float> distances;

  std::int64_t all_refused() const {
    std::int64_t sum = 0;
    for (const auto& [type, count] : refused) sum += count;
    return sum;
  }
};

using Kinds = std::vector<std::pair<std::string, Kind>>;

Kind& kind_of(Kinds& kinds, const std::string& name) {
  const auto at = std::find_if(kinds.begin(), kinds.end(),
                               [&](const auto& kind) { return kind.first == name; });
  return at != kinds.end() ? at->second : kinds.emplace_back(name, Kind{}).second;
}

// Scored although refused, since only then there is a distance to draw a curve from.
void count(const Screening& screening, Kind& kind) {
  if (screening.status == Status::error) {
    throw std::runtime_error(screening.file + ": " + screening.message);
  }
  ++kind.images;
  if (screening.refusal) ++kind.refused[to_string(*screening.refusal)];
  if (screening.novelty) kind.distances.push_back(screening.novelty->distance);
}

// Decoded, square, and no larger than it needs to be: what spoiling takes.
GreyImage square(const fs::path& file, int size) {
  GreyImage result{size, size, 255, {}};
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
  const Result<void> read = read_pixels(file, size, pixels.data());
  if (!read) throw std::runtime_error(file.string() + ": " + read.error().message);
  result.pixels.assign(pixels.begin(), pixels.end());
  return result;
}

// The films that got no score.
std::int64_t screen_films(Screener& screener, const SampleList& films, Kinds& real, Kinds& others) {
  Progress progress("films", static_cast<std::int64_t>(films.samples.size()));
  const std::size_t every = std::max<std::size_t>(1, films.samples.size() / kSpoiled);
  std::int64_t without_score = 0;
  for (std::size_t i = 0; i < films.samples.size(); ++i, progress.advance(1)) {
    const Sample& sample = films.samples[i];
    const std::string name = sample.file.string();
    const Screening screening = screen_file(screener, name);
    if (screening.status == Status::error) {
      std::cerr << name << ": " << screening.message << " No score.\n";
      ++without_score;
      continue;
    }
    count(screening, kind_of(real, sample.source));
    if (i % every != 0) continue;
    const GreyImage upright = square(sample.file, film_side(screener.card()));
    for (const Spoiling spoiling : kSpoilings) {
      count(screener.screen(name, spoil(upright, spoiling, i), {}, true),
            kind_of(others, std::string("film, ") + to_string(spoiling)));
    }
  }
  return without_score;
}

void screen_drawings(Screener& screener, Kinds& others) {
  const int size = film_side(screener.card());
  for (const Drawing drawing : kDrawings) {
    for (std::uint64_t seed = 0; seed < kDrawn; ++seed) {
      count(screener.screen(to_string(drawing), draw(drawing, size, 1'000'000 + seed), {}, true),
            kind_of(others, to_string(drawing)));
    }
  }
}

// A folder of pictures, each sub-folder a kind by its name. What is no JPEG or PNG is passed over.
void screen_folder(Screener& screener, const fs::path& folder, Kinds& others) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const fs::path below = fs::relative(file, folder);
    const std::string kind = below.has_parent_path() ? below.begin()->string() : "pictures";
    const Screening screening = screener.screen(file.string(), view(require_file(file)), true);
    if (screening.status != Status::error) count(screening, kind_of(others, kind));
  }
}

Kind total_of(const Kinds& kinds) {
  Kind total;
  for (const auto& [name, kind] : kinds) {
    total.images += kind.images;
    for (const auto& [type, refused] : kind.refused) total.refused[type] += refused;
    total.distances.insert(total.distances.end(), kind.distances.begin(), kind.distances.end());
  }
  return total;
}

struct Apart {
  std::vector<float> distances;
  std::vector<int> is_other;
};

Apart apart(const Kind& films, const Kind& others) {
  Apart both{films.distances, std::vector<int>(films.distances.size(), 0)};
  both.distances.insert(both.distances.end(), others.distances.begin(), others.distances.end());
  both.is_other.resize(both.distances.size(), 1);
  return both;
}

Json kind_json(const std::string& name, const Kind& kind, const Kind* films) {
  const double share = static_cast<double>(kind.all_refused()) / static_cast<double>(kind.images);
  Json json = {{"kind", name},
               {"images", kind.images},
               {"refused", kind.all_refused()},
               {"share", number(share)},
               {"share_95", interval_json(wilson_interval(kind.all_refused(), kind.images))},
               {"types", kind.refused}};
  if (films != nullptr) {
    const Apart both = apart(*films, kind);
    json["auroc"] = number(area_under_roc(both.distances, both.is_other));
  }
  return json;
}

std::string to_line(const Json& json) {
  std::ostringstream line;
  line << std::left << std::setw(30) << json["kind"].get<std::string>() << std::right
       << std::setw(7) << json["images"].dump() << std::setw(9) << json["refused"].dump()
       << std::fixed << std::setprecision(3) << std::setw(8) << json["share"].get<double>() << "  "
       << json["share_95"][0].get<double>() << " to " << json["share_95"][1].get<double>();
  if (json.contains("auroc") && json["auroc"].is_number()) {
    line << std::setw(8) << json["auroc"].get<double>();
  }
  return line.str() + "\n";
}

}  // namespace

void measure_novelty(const NoveltyCommand& command) {
  const std::vector<std::uint8_t> model = require_file(command.model);
  const std::string sha256 = sha256_hex(view(model));
  Screener screener = open_screener(view(model), sha256);
  const SampleList films = select(load_samples(command.data), Split::test);
  if (films.samples.empty()) throw std::runtime_error(command.data.data + ": no test films");

  Kinds real;
  Kinds others;
  const std::int64_t without_score = screen_films(screener, films, real, others);
  if (real.empty()) throw std::runtime_error(command.data.data + ": no test film got a score");
  screen_drawings(screener, others);
  if (!command.others.empty()) screen_folder(screener, command.others, others);

  const Kind all_films = total_of(real);
  const Kind all_others = total_of(others);
  Json rows = Json::array();
  for (const auto& [name, kind] : real)
    rows.push_back(kind_json("films of " + name, kind, nullptr));
  rows.push_back(kind_json("all test films", all_films, nullptr));
  for (const auto& [name, kind] : others) rows.push_back(kind_json(name, kind, &all_films));
  rows.push_back(kind_json("all others", all_others, &all_films));

  std::cout << std::left << std::setw(30) << "kind" << std::right << std::setw(7) << "images"
            << std::setw(9) << "refused" << std::setw(8) << "share" << "  95% over images"
            << std::setw(11) << "AUROC\n";
  for (const Json& row : rows) std::cout << to_line(row);
  if (command.output.empty()) return;

  const Apart both = apart(all_films, all_others);
  const std::vector<RocPoint> curve = roc_curve(both.distances, both.is_other);
  Json points = Json::array();
  const std::size_t every = std::max<std::size_t>(1, curve.size() / kCurvePoints);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (i % every != 0 && i + 1 != curve.size()) continue;
    points.push_back({number(curve[i].false_positive_rate), number(curve[i].true_positive_rate)});
  }
  const Json report = {{"model", command.model.filename().string()},
                       {"sha256", sha256},
                       {"without_score", without_score},
                       {"rows", rows},
                       {"roc", points}};
  write_atomically(command.output, report.dump(2) + "\n");
}

}  // namespace thoraxlite
