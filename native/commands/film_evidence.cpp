#include "commands/film_evidence.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <stdexcept>

#include "audit/block_out.h"
#include "audit/patient_figures.h"
#include "commands/dataset_option.h"
#include "commands/screen_file.h"
#include "data/csv.h"
#include "data/image_pixels.h"
#include "evaluation/figure_json.h"
#include "evaluation/left_out_figures.h"
#include "evaluation/pointing_game.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kMaskSide = 224;  // pixels, of the masks

std::vector<std::uint8_t> pixels_of(const fs::path& file, int side) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  const Result<void> read = read_pixels(file, side, pixels.data());
  if (!read) throw std::runtime_error(file.string() + ": " + read.error().message);
  return pixels;
}

Screening screened(Screener& screener, const fs::path& file) {
  Screening screening = screen_file(screener, file.string());
  if (screening.status == Status::error) {
    throw std::runtime_error(file.string() + ": " + screening.message);
  }
  return screening;
}

// The finding, not the label that means none, with the highest score.
std::size_t first_finding(const std::vector<Finding>& findings) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!findings[i].neither && (!best || findings[i].score > findings[*best].score)) best = i;
  }
  return best.value();
}

ScoredImages none_of(const Card& card) {
  ScoredImages images;
  images.labels = card.labels;
  return images;
}

void add(const Screening& screening, const Sample& sample, ScoredImages& images) {
  std::vector<float> scores, logits;
  for (const Finding& finding : screening.findings) {
    scores.push_back(finding.score);
    logits.push_back(finding.logit);
  }
  images.scores.push_back(std::move(scores));
  images.logits.push_back(std::move(logits));
  images.targets.push_back(sample.targets);
  images.sources.push_back(sample.source);
  images.patients.push_back(sample.patient);
}

}  // namespace

std::map<std::string, std::vector<fs::path>> masks_of(const fs::path& data, const char* list,
                                                      Split split,
                                                      const std::vector<std::string>& kinds) {
  if (!fs::exists(data / list)) return {};
  const CsvTable table = read_csv(data / list);
  const std::size_t mask = table.column("mask"), file = table.column("file"),
                    split_column = table.column("split");
  std::map<std::string, std::vector<fs::path>> masks;
  for (const auto& row : table.rows) {
    if (parse_split(row[split_column]) != split) continue;
    if (!kinds.empty()) {
      const std::string& kind = row[table.column("kind")];
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
    }
    masks[row[file]].push_back(path_below(data, row[mask]));
  }
  return masks;
}

std::map<std::string, std::string> patients_of(const SampleList& films, const std::string& data) {
  std::map<std::string, std::string> patients;
  for (const Sample& sample : films.samples) {
    patients[film_name(data, sample.file)] = sample.patient;
  }
  return patients;
}

// The share of the places inside the lungs that lie on a lesion: what a model hits by chance that
// sees lung alone. Nothing where no lungs are known.
template <class OnLesion>
std::optional<double> chance_in_lungs(const EvidenceMaps& maps,
                                      const std::vector<std::uint8_t>& lung_field, int side,
                                      const OnLesion& on_lesion) {
  if (lung_field.empty()) return std::nullopt;
  std::int64_t inside = 0, on = 0;
  for (int row = 0; row < maps.height; ++row) {
    for (int column = 0; column < maps.width; ++column) {
      const double x = (column + 0.5) / maps.width, y = (row + 0.5) / maps.height;
      const auto at = [side](double place) { return static_cast<std::size_t>(place * side); };
      if (lung_field[at(y) * static_cast<std::size_t>(side) + at(x)] == 0) continue;
      ++inside;
      on += on_lesion(x, y);
    }
  }
  if (inside == 0) return std::nullopt;
  return static_cast<double>(on) / static_cast<double>(inside);
}

Json measure_lesions(Screener& screener, const fs::path& data,
                     const std::map<std::string, std::string>& patients) {
  const auto masks = masks_of(data, "lesions.csv", Split::test, {"ggo", "consolidation"});
  std::int64_t films = 0, hits = 0;
  double chance = 0, in_lungs = 0;
  std::int64_t with_lungs = 0;
  std::vector<std::string> whose;
  std::vector<bool> hit;
  Progress progress("films with lesion masks", static_cast<std::int64_t>(masks.size()));
  for (const auto& [file, of_film] : masks) {
    progress.advance(1);
    std::vector<std::uint8_t> lesion(std::size_t{kMaskSide} * kMaskSide);
    for (const fs::path& mask : of_film) {
      const auto pixels = pixels_of(mask, kMaskSide);
      for (std::size_t i = 0; i < lesion.size(); ++i) lesion[i] |= pixels[i] >= 128;
    }
    const Screening screening = screened(screener, path_below(data, file));
    if (!screening.evidence) {
      throw std::runtime_error("the model gives no evidence; expected one that ends in an average");
    }
    const EvidenceMaps& evidence = *screening.evidence;
    const auto on_lesion = [&](double x, double y) {
      const auto at = [](double place) { return static_cast<std::size_t>(place * kMaskSide); };
      return lesion[at(y) * kMaskSide + at(x)] != 0;
    };
    const Pointing pointing = play_pointing_game(evidence.maps[first_finding(screening.findings)],
                                                 evidence.height, evidence.width, on_lesion);
    if (const auto share = chance_in_lungs(evidence, screening.lung_field,
                                           film_side(screener.card()), on_lesion)) {
      in_lungs += *share;
      ++with_lungs;
    }
    ++films;
    hits += pointing.hit;
    hit.push_back(pointing.hit);
    const auto patient = patients.find(file);
    whose.push_back(patient == patients.end() ? "" : patient->second);
    chance += pointing.chance;
  }
  if (films == 0) return nullptr;
  const auto [share, interval] = share_by_patient(whose, hit);
  chance /= static_cast<double>(films);
  Json lungs_chance;  // null where not every film has lungs
  if (with_lungs == films) lungs_chance = number(in_lungs / static_cast<double>(films));
  std::printf(
      "maximum of the highest finding's evidence on a lesion: %lld of %lld test films, "
      "%.3f (%.3f to %.3f), by chance %.3f",
      static_cast<long long>(hits), static_cast<long long>(films), share, interval.low,
      interval.high, chance);
  if (with_lungs == films) std::printf(", inside the lungs %.3f", lungs_chance.get<double>());
  std::printf("\n");
  return {{"films", films},
          {"intervals_over", units_json(clusters_of(whose, hit.size()).units)},
          {"maximum_on_lesion", hits},
          {"share", number(share)},
          {"share_95", interval_json(interval)},
          {"by_chance", number(chance)},
          {"by_chance_in_lungs", lungs_chance}};
}

Json measure_black_lungs(Screener& screener, const fs::path& data, const std::string& normal) {
  const auto masks = masks_of(data, "masks.csv", Split::test);
  if (masks.empty()) return nullptr;
  DataOptions options;
  options.data = data.string();
  const SampleList list = load_samples(options);
  const Card& card = screener.card();
  if (list.labels != card.labels) {
    throw std::runtime_error(data.string() + ": its labels are not the model's; expected the same");
  }
  std::map<std::string, ScoredImages> intact, black;
  int refused = 0;
  Progress progress("films with lung masks", static_cast<std::int64_t>(masks.size()));
  for (const Sample& sample : list.samples) {
    const auto found = masks.find(film_name(options.data, sample.file));
    if (found == masks.end()) continue;
    progress.advance(1);
    add(screened(screener, sample.file), sample,
        intact.try_emplace(sample.source, none_of(card)).first->second);
    const auto film = pixels_of(sample.file, kMaskSide);
    auto lungs = pixels_of(found->second.front(), kMaskSide);
    for (std::uint8_t& pixel : lungs) pixel = pixel >= 128;
    Picture picture{kMaskSide, {}};
    for (const std::uint8_t pixel : film) picture.pixels.push_back(pixel / 255.0f);
    const Screening screening = screener.screen(
        sample.file.string(), to_grey(blocked_out(picture, BlockOut::lungs, lungs)), {}, true);
    if (screening.status == Status::error) {
      throw std::runtime_error(sample.file.string() + ": " + screening.message);
    }
    refused += screening.refusal.has_value();
    add(screening, sample, black.try_emplace(sample.source, none_of(card)).first->second);
  }
  const auto figures = [&](const std::map<std::string, ScoredImages>& films) {
    std::vector<LeftOutFilms> of_sources;
    for (const auto& [source, images] : films) of_sources.push_back({source, images});
    return left_out_figures(of_sources, normal);
  };
  if (intact.empty()) return nullptr;
  const LeftOutFigures before = figures(intact), after = figures(black);
  for (std::size_t i = 0; i < before.hospitals.size(); ++i) {
    const HospitalFigures &as_is = before.hospitals[i], &blacked = after.hospitals[i];
    std::printf("%s, %zu test films: mean recall %.3f, lungs blacked out %.3f (%.3f to %.3f)\n",
                as_is.name.c_str(), as_is.images, as_is.mean_recall, blacked.mean_recall,
                blacked.mean_recall_95.low, blacked.mean_recall_95.high);
  }
  return {{"refused", refused}, {"intact", to_json(before)}, {"lungs_black", to_json(after)}};
}

}  // namespace thoraxlite
