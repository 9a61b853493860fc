#include "commands/score_images.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "commands/dataset_option.h"
#include "commands/open_screener.h"
#include "commands/screen_file.h"
#include "data/file_bytes.h"
#include "data/image_set.h"
#include "evaluation/figure_json.h"
#include "training/predict.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

// The i-th image of a split, screened.
using ScreenOne = std::function<Screening(Screener&, std::size_t i)>;

struct Work {
  ScoredImages images;  // without scores yet
  ScreenOne screen;
  std::vector<bool> of_adults = {};  // [images], known to be; or nothing
};

Work folder_work(const DataOptions& data, Split split) {
  SampleList list = select(load_samples(data), split);
  Work work{{list.labels, list.exclusive, {}, {}, {}}, {}};
  for (const Sample& sample : list.samples) {
    work.images.targets.push_back(sample.targets);
    work.images.sources.push_back(sample.source);
    work.images.patients.push_back(sample.patient);
    work.images.of_children.push_back(is_of_child(sample));
    work.of_adults.push_back(sample.age_years >= 18);
  }
  work.screen = [samples = std::move(list.samples)](Screener& screener, std::size_t i) {
    return screen_file(screener, samples[i].file.string());
  };
  return work;
}

Work phantom_work(const DataOptions& data, int size, Split split) {
  ImageSet drawn = load_images(data, split, size);
  Work work{{drawn.labels, drawn.exclusive, {}, to_rows(drawn.targets), drawn.sources}, {}};
  work.screen = [drawn, size](Screener& screener, std::size_t i) {
    GreyImage image{size, size, 255, {}};
    const auto area = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
    const auto* first = drawn.pixels.data_ptr<std::uint8_t>() + i * area;
    image.pixels.assign(first, first + area);
    return screener.screen("phantom " + std::to_string(i), image, {}, /*show_anyway=*/true);
  };
  return work;
}

}  // namespace

nlohmann::ordered_json evidence_json(const ScoredSplit& scored) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t label = 0; label < scored.images.labels.size(); ++label) {
    std::vector<float> shares = scored.evidence_inside_lungs[label];
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

ScoredSplit score_images(ByteView model_file, const DataOptions& data, Split split) {
  const std::string digest = sha256_hex(model_file);
  const Card card = open_screener(model_file, digest).card();
  const Work work = phantom_data(data.data).count > 0 ? phantom_work(data, card.input.size, split)
                                                      : folder_work(data, split);
  if (work.images.labels != card.labels) {
    throw std::runtime_error(data.data + ": its labels are not the model's, in the model's order");
  }

  std::vector<Screening> screenings(work.images.targets.size());
  Progress progress(std::string("screening ") + to_string(split),
                    static_cast<std::int64_t>(screenings.size()));
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto screen_all = [&] {
    try {
      Screener screener = open_screener(model_file, digest);
      for (std::size_t i; (i = next++) < screenings.size();) {
        screenings[i] = work.screen(screener, i);
        const std::lock_guard<std::mutex> lock(mutex);
        progress.advance(1);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
    }
  };
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  threads.reserve(cores);
  try {
    for (unsigned i = 1; i < cores; ++i) threads.emplace_back(screen_all);
  } catch (const std::system_error&) {
    // The system gives no more threads: this one and those that there are do the work.
  }
  screen_all();
  for (auto& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);

  ScoredSplit scored;
  scored.images.labels = work.images.labels;
  scored.images.exclusive = work.images.exclusive;
  scored.evidence_inside_lungs.resize(card.labels.size());
  for (const OperatingPoint& point : card.operating_points) {
    scored.thresholds.push_back(point.threshold);
  }
  for (std::size_t i = 0; i < screenings.size(); ++i) {
    if (screenings[i].refusal) ++scored.refused[to_string(*screenings[i].refusal)];
    if (screenings[i].status == Status::error) {
      scored.without_score.push_back(screenings[i].file + ": " + screenings[i].message);
      continue;
    }
    std::vector<float> scores;
    for (const Finding& finding : screenings[i].findings) {
      if (finding.positive && finding.evidence_inside_lungs) {
        scored.evidence_inside_lungs[scores.size()].push_back(*finding.evidence_inside_lungs);
      }
      scores.push_back(finding.score);
    }
    scored.images.scores.push_back(std::move(scores));
    scored.images.targets.push_back(work.images.targets[i]);
    scored.images.sources.push_back(work.images.sources[i]);
    if (!work.images.of_children.empty()) {
      scored.images.patients.push_back(work.images.patients[i]);
      scored.images.of_children.push_back(work.images.of_children[i]);
      ++(work.images.of_children[i] ? scored.ages.children
         : work.of_adults[i]        ? scored.ages.adults
                                    : scored.ages.unknown);
    }
  }
  if (scored.images.size() == 0) {
    throw std::runtime_error(data.data + ": no image of split " + to_string(split) +
                             " got a score; nothing to evaluate");
  }
  return scored;
}

}  // namespace thoraxlite
