#include "export/film_statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/evidence.h"
#include "core/image/prepare.h"
#include "core/model/head.h"
#include "core/novelty.h"
#include "data/image_pixels.h"
#include "novelty/other_pictures.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxFilms = 2000;
constexpr std::size_t kFilmsACloud = 8;

// Evenly spread over a set that may be larger.
std::vector<std::size_t> chosen(std::size_t size) {
  std::vector<std::size_t> indices;
  const std::size_t count = std::min(size, kMaxFilms);
  for (std::size_t i = 0; i < count; ++i) indices.push_back(i * size / count);
  return indices;
}

GreyImage image_of(const ImageSet& set, std::size_t index) {
  const auto area = static_cast<std::size_t>(set.side) * static_cast<std::size_t>(set.side);
  std::vector<std::uint8_t> bytes(area);
  if (set.streams()) {
    const Result<void> read = read_pixels(set.files[index], set.side, bytes.data());
    if (!read) throw std::runtime_error(set.files[index].string() + ": " + read.error().message);
  } else {
    const auto* first = set.pixels.data_ptr<std::uint8_t>() + index * area;
    std::copy(first, first + area, bytes.begin());
  }
  return {set.side, set.side, 255, {bytes.begin(), bytes.end()}};
}

// Rows of features, as the core takes them.
class Features {
 public:
  Features(Engine& engine, const Head& head, const InputSpec& input)
      : engine_(engine), head_(head), input_(input) {}

  void add(const GreyImage& image) {
    const std::vector<float> pixels = resize_area(image, input_.size);
    std::vector<float> normalised = pixels;
    normalise(normalised, input_);
    if (const auto logits = engine_.run(normalised); !logits) {
      throw std::runtime_error(logits.error().message);
    }
    const std::vector<float> average = run_head(head_, engine_.last_map()).front();
    rows_.push_back(novelty_features(pixels, input_.size, average));
  }

  FeatureRows rows() const {
    FeatureRows rows(static_cast<Eigen::Index>(rows_.size()),
                     static_cast<Eigen::Index>(rows_.empty() ? 0 : rows_.front().size()));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows.row(static_cast<Eigen::Index>(i)) =
          Eigen::Map<const Eigen::RowVectorXf>(rows_[i].data(), rows.cols());
    }
    return rows;
  }

 private:
  Engine& engine_;
  const Head& head_;
  InputSpec input_;
  std::vector<std::vector<float>> rows_;
};

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

std::vector<float> distances(const Novelty& novelty, const FeatureRows& rows) {
  std::vector<float> result;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    result.push_back(
        novelty_distance(novelty, {rows.row(i).data(), rows.row(i).data() + rows.cols()}));
  }
  return result;
}

}  // namespace

std::optional<FilmStatistics> fit_film_statistics(ByteView packed, const ImageSet& training,
                                                  const ImageSet& validation) {
  const NoveltyOptions options;
  const Model model = require(load_model(packed));
  const InputSpec& input = model.card.input;
  const std::optional<Head> head = read_head(model.nodes, input.size);
  if (!head) return std::nullopt;
  const std::unique_ptr<Engine> engine = require(make_engine(model, EngineKind::automatic));

  const std::vector<std::size_t> indices = chosen(static_cast<std::size_t>(training.size()));
  const std::vector<std::size_t> unseen = chosen(static_cast<std::size_t>(validation.size()));
  std::map<std::string, int> of_source;
  for (const std::size_t index : indices) ++of_source[training.sources[index]];

  Progress progress("film statistics", static_cast<std::int64_t>(indices.size() + unseen.size()));
  Features films(*engine, *head, input);
  Features others(*engine, *head, input);
  std::vector<double> weights;
  for (std::size_t i = 0; i < indices.size(); ++i, progress.advance(1)) {
    const GreyImage film = image_of(training, indices[i]);
    films.add(film);
    weights.push_back(1 / std::sqrt(of_source.at(training.sources[indices[i]])));
    others.add(spoil(film, kSpoilings[i % std::size(kSpoilings)], i));
    if (i % kFilmsACloud == 0) others.add(draw(Drawing::clouds, training.side, i));
  }
  FilmStatistics statistics;
  statistics.novelty = fit_novelty(films.rows(), weights, others.rows(), options);

  Features held_out(*engine, *head, input);
  for (const std::size_t index : unseen) {
    held_out.add(image_of(validation, index));
    progress.advance(1);
  }
  const std::vector<float> of_unseen = distances(statistics.novelty, held_out.rows());
  statistics.novelty.threshold = novelty_threshold(of_unseen, options.refused);
  statistics.cases = static_cast<int>(of_unseen.size());
  statistics.refused =
      static_cast<int>(std::count_if(of_unseen.begin(), of_unseen.end(), [&](float distance) {
        return distance > statistics.novelty.threshold;
      }));
  return statistics;
}

}  // namespace thoraxlite
