#include "commands/score_images.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "commands/dataset_option.h"
#include "commands/open_screener.h"
#include "commands/screen_file.h"
#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "data/image_set.h"
#include "data/reading.h"
#include "evaluation/figure_json.h"
#include "training/predict.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

// The i-th image of a split, screened.
using ScreenOne = std::function<Screening(Screener&, std::size_t i)>;

struct Work {
  SampleList list;  // of the split, with the data's labels
  ScreenOne screen;
  bool ages = true;  // whether who lies on an image has one
};

SampleList films_of(const DataOptions& data, Split split, bool by_reading) {
  SampleList list = select(load_samples(data), split);
  if (!by_reading) return list;
  list = keep_read(std::move(list), data.data);
  if (list.samples.empty()) {
    throw std::runtime_error(data.data + ": no film of split " + to_string(split) +
                             " was read as Normal or Lung Opacity; expected some for --reader");
  }
  return list;
}

Work folder_work(SampleList list) {
  Work work{std::move(list), {}};
  std::vector<std::filesystem::path> files;
  for (const Sample& sample : work.list.samples) files.push_back(sample.file);
  work.screen = [files = std::move(files)](Screener& screener, std::size_t i) {
    return screen_file(screener, files[i].string());
  };
  return work;
}

Work phantom_work(const DataOptions& data, int size, Split split) {
  ImageSet drawn = load_images(data, split, size);
  Work work{{drawn.labels, drawn.exclusive, drawn.about}, {}, false};
  const auto targets = to_rows(drawn.targets);
  for (std::size_t i = 0; i < targets.size(); ++i) work.list.samples[i].targets = targets[i];
  work.screen = [drawn, size](Screener& screener, std::size_t i) {
    GreyImage image{size, size, 255, {}};
    const auto area = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
    const auto* first = drawn.pixels.data_ptr<std::uint8_t>() + i * area;
    image.pixels.assign(first, first + area);
    return screener.screen(drawn.about[i].file.string(), image, {}, /*show_anyway=*/true);
  };
  return work;
}

// Whether every image has exactly one of the model's labels, as of data whose labels exclude each
// other and are all there.
bool is_exclusive(const SampleList& list, const LabelMatch& match) {
  return list.exclusive && match.from.size() == list.labels.size() && match.unused.empty() &&
         std::all_of(match.from.begin(), match.from.end(),
                     [](const auto& from) { return from.size() == 1; });
}

// What is known of a film beside what the model says of it.
PredictedFilm known_of(const Sample& sample, const DataOptions& data, const LabelMatch& match) {
  PredictedFilm film{film_name(data.data, sample.file), sample.patient,   sample.source,
                     to_string(sample.split),           sample.age_years, sample.columns};
  film.targets = matched_targets(match, sample.targets);
  return film;
}

ScoredSplit score(ByteView model_file, const Work& work, const DataOptions& data,
                  const LabelsMap& map, const std::string& title,
                  const std::function<void()>& between) {
  const std::string digest = sha256_hex(model_file);
  const Card card = open_screener(model_file, digest).card();
  ScoredSplit scored;
  scored.match = match_labels(card.labels, work.list.labels, map, data.data);

  std::vector<Screening> screenings(work.list.samples.size());
  Progress progress(title, static_cast<std::int64_t>(screenings.size()));
  for_each_index_with(screenings.size(), [&] {
    return [&, screener = open_screener(model_file, digest)](std::size_t i) mutable {
      between();
      screenings[i] = work.screen(screener, i);
      progress.advance(1);
    };
  });

  scored.images.labels = card.labels;
  scored.images.exclusive = is_exclusive(work.list, scored.match);
  scored.operating_sets = {{kDefaultOperatingPoint, card.operating_points}};
  scored.operating_sets.insert(scored.operating_sets.end(), card.operating_sets.begin(),
                               card.operating_sets.end());
  scored.evidence_inside_lungs.assign(scored.operating_sets.size(),
                                      std::vector<std::vector<float>>(card.labels.size()));
  for (const OperatingPoint& point : card.operating_points) {
    scored.thresholds.push_back(point.threshold);
  }
  const bool sigmoid = card.activation == Activation::sigmoid;
  for (std::size_t i = 0; i < screenings.size(); ++i) {
    const Sample& sample = work.list.samples[i];
    PredictedFilm film = known_of(sample, data, scored.match);
    if (screenings[i].refusal) film.refusal = to_string(*screenings[i].refusal);
    if (!film.refusal.empty()) ++scored.refused[film.refusal];
    if (screenings[i].status == Status::error) {
      scored.without_score.push_back(screenings[i].file + ": " + screenings[i].message);
      scored.unscored.push_back(std::move(film));
      continue;
    }
    std::vector<float> scores, logits;
    for (const Finding& finding : screenings[i].findings) {
      for (std::size_t set = 0; set < finding.judgements.size(); ++set) {
        if (!finding.judgements[set].positive || !finding.evidence_inside_lungs) continue;
        scored.evidence_inside_lungs[set][scores.size()].push_back(*finding.evidence_inside_lungs);
      }
      scores.push_back(finding.score);
      logits.push_back(finding.logit);
    }
    ScoredImages& images = scored.images;
    images.scores.push_back(std::move(scores));
    if (sigmoid) images.logits.push_back(std::move(logits));
    images.targets.push_back(std::move(film.targets));
    images.sources.push_back(std::move(film.source));
    images.patients.push_back(std::move(film.patient));
    images.ages.push_back(film.age_years);
    images.columns.push_back(std::move(film.columns));
    images.names.push_back(std::move(film.file));
    scored.refusals.push_back(std::move(film.refusal));
    if (!work.ages) continue;
    images.of_children.push_back(is_of_child(sample));
    ++(is_of_child(sample)      ? scored.ages.children
       : sample.age_years >= 18 ? scored.ages.adults
                                : scored.ages.unknown);
  }
  if (scored.images.size() == 0) {
    throw std::runtime_error(data.data + ": " + title +
                             ": no image got a score; nothing to evaluate");
  }
  return scored;
}

}  // namespace

nlohmann::ordered_json evidence_json(const ScoredSplit& scored) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t label = 0; label < scored.images.labels.size(); ++label) {
    std::vector<float> shares = scored.evidence_inside_lungs.front()[label];
    if (shares.empty()) continue;
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    std::nth_element(shares.begin(), middle, shares.end());
    const auto mostly_inside = std::count_if(
        shares.begin(), shares.end(), [](float share) { return share >= kMinEvidenceInsideLungs; });
    rows.push_back({{"label", scored.images.labels[label]},
                    {"positive", shares.size()},
                    {"median", number(*middle)},
                    {"mostly_inside", mostly_inside}});
  }
  return rows;
}

ScoredSplit score_images(ByteView model_file, const DataOptions& data, Split split,
                         const LabelsMap& map, bool by_reading) {
  const Card card = open_screener(model_file, sha256_hex(model_file)).card();
  const Work work = phantom_data(data.data).count > 0
                        ? phantom_work(data, film_side(card), split)
                        : folder_work(films_of(data, split, by_reading));
  return score(model_file, work, data, map, std::string("screening ") + to_string(split), [] {});
}

ScoredSplit score_films(ByteView model_file, SampleList films, const DataOptions& data,
                        const LabelsMap& map, const std::string& title,
                        const std::function<void()>& between) {
  return score(model_file, folder_work(std::move(films)), data, map, title, between);
}

Predictions predictions_of(const ScoredSplit& scored, const std::string& split) {
  Predictions predictions = predictions_of(scored.images, scored.thresholds, split);
  for (std::size_t i = 0; i < scored.refusals.size(); ++i) {
    predictions.films[i].refusal = scored.refusals[i];
  }
  predictions.films.insert(predictions.films.end(), scored.unscored.begin(), scored.unscored.end());
  return predictions;
}

}  // namespace thoraxlite
