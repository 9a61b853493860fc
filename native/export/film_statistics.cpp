#include "export/film_statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/film_preparation.h"
#include "core/image/prepare.h"
#include "core/model/head.h"
#include "core/novelty.h"
#include "data/for_each_index.h"
#include "data/image_pixels.h"
#include "export/feature_network.h"
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

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// What the core makes of pictures, on every core.
class Features {
 public:
  Features(const Model& model, const Head& head, Progress& progress)
      : model_(model), head_(head), progress_(progress) {}

  // A row a picture; several threads ask for picture(i), 0 <= i < count.
  FeatureRows rows(std::size_t count, const std::function<GreyImage(std::size_t)>& picture) {
    std::vector<std::vector<float>> all(count);
    for_each_index_with(count, [&] {
      return [&, network = FeatureNetwork(model_, head_)](std::size_t i) mutable {
        const SeenFilm seen = network.look(resize_area(picture(i), film_side(model_.card)));
        all[i] = novelty_features(seen.film, model_.card.input.size, seen.average);
        progress_.advance(1);
      };
    });
    FeatureRows rows(static_cast<Eigen::Index>(count),
                     static_cast<Eigen::Index>(all.empty() ? 0 : all.front().size()));
    for (std::size_t i = 0; i < count; ++i) {
      rows.row(static_cast<Eigen::Index>(i)) =
          Eigen::Map<const Eigen::RowVectorXf>(all[i].data(), rows.cols());
    }
    return rows;
  }

 private:
  const Model& model_;
  const Head& head_;
  Progress& progress_;
};

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
  const std::optional<Head> head = read_head(model.nodes, model.card.input.size);
  if (!head) return std::nullopt;

  const std::vector<std::size_t> indices = chosen(static_cast<std::size_t>(training.size()));
  const std::vector<std::size_t> unseen = chosen(static_cast<std::size_t>(validation.size()));
  std::map<std::string, int> of_source;
  for (const std::size_t index : indices) ++of_source[training.sources[index]];
  std::vector<double> weights;
  for (const std::size_t index : indices) {
    weights.push_back(1 / std::sqrt(of_source.at(training.sources[index])));
  }

  const std::size_t clouds = (indices.size() + kFilmsACloud - 1) / kFilmsACloud;
  Progress progress("film statistics",
                    static_cast<std::int64_t>(2 * indices.size() + clouds + unseen.size()));
  Features features(model, *head, progress);
  const FeatureRows films =
      features.rows(indices.size(), [&](std::size_t i) { return image_of(training, indices[i]); });
  const FeatureRows others = features.rows(indices.size() + clouds, [&](std::size_t i) {
    if (i >= indices.size()) {
      return draw(Drawing::clouds, training.side, (i - indices.size()) * kFilmsACloud);
    }
    return spoil(image_of(training, indices[i]), kSpoilings[i % std::size(kSpoilings)], i);
  });
  FilmStatistics statistics;
  statistics.novelty = fit_novelty(films, weights, others, options);

  const FeatureRows held_out =
      features.rows(unseen.size(), [&](std::size_t i) { return image_of(validation, unseen[i]); });
  const std::vector<float> of_unseen = distances(statistics.novelty, held_out);
  statistics.novelty.threshold = novelty_threshold(of_unseen, options.refused);
  statistics.cases = static_cast<int>(of_unseen.size());
  statistics.refused =
      static_cast<int>(std::count_if(of_unseen.begin(), of_unseen.end(), [&](float distance) {
        return distance > statistics.novelty.threshold;
      }));
  return statistics;
}

}  // namespace thoraxlite
