#include "export/film_statistics.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/novelty.h"
#include "data/image_pixels.h"
#include "novelty/other_pictures.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxFilms = 2000;
constexpr std::size_t kFilmsACloud = 8;
constexpr std::size_t kBatch = 32;

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

// Rows of features, a batch at a time through the network.
class Features {
 public:
  Features(const FoldedNetwork& network, const InputSpec& input)
      : network_(network), input_(input) {}

  void add(const GreyImage& image) {
    waiting_.push_back(resize_area(image, input_.size));
    if (waiting_.size() == kBatch) run();
  }

  FeatureRows take() {
    run();
    FeatureRows rows(static_cast<Eigen::Index>(rows_.size()),
                     static_cast<Eigen::Index>(rows_.empty() ? 0 : rows_.front().size()));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows.row(static_cast<Eigen::Index>(i)) =
          Eigen::Map<const Eigen::RowVectorXf>(rows_[i].data(), rows.cols());
    }
    return rows;
  }

 private:
  void run() {
    if (waiting_.empty()) return;
    std::vector<torch::Tensor> images;
    for (const std::vector<float>& pixels : waiting_) {
      std::vector<float> normalised = pixels;
      normalise(normalised, input_);
      images.push_back(torch::tensor(normalised).view({1, input_.size, input_.size}));
    }
    for (const auto& [name, map] : forward(network_, torch::stack(images)).features) {
      if (name != "global_pool") continue;
      const torch::Tensor averages = map.flatten(1).contiguous();
      for (std::size_t i = 0; i < waiting_.size(); ++i) {
        const auto* first =
            averages.data_ptr<float>() + i * static_cast<std::size_t>(averages.size(1));
        rows_.push_back(
            novelty_features(waiting_[i], input_.size, {first, first + averages.size(1)}));
      }
    }
    waiting_.clear();
  }

  const FoldedNetwork& network_;
  InputSpec input_;
  std::vector<std::vector<float>> waiting_;  // in [0, 1]
  std::vector<std::vector<float>> rows_;
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

bool has_last_map(const FoldedNetwork& network) {
  return std::any_of(network.graph.begin(), network.graph.end(),
                     [](const auto& node) { return node.at("name") == "global_pool"; });
}

FilmStatistics fit_film_statistics(const FoldedNetwork& network, const ImageSet& training,
                                   const ImageSet& validation, const InputSpec& input) {
  const NoveltyOptions options;
  const std::vector<std::size_t> indices = chosen(static_cast<std::size_t>(training.size()));
  std::map<std::string, int> of_source;
  for (const std::size_t index : indices) ++of_source[training.sources[index]];

  Features films(network, input);
  Features others(network, input);
  std::vector<double> weights;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const GreyImage film = image_of(training, indices[i]);
    films.add(film);
    weights.push_back(1 / std::sqrt(of_source.at(training.sources[indices[i]])));
    others.add(spoil(film, kSpoilings[i % std::size(kSpoilings)], i));
    if (i % kFilmsACloud == 0) others.add(draw(Drawing::clouds, training.side, i));
  }
  FilmStatistics statistics;
  statistics.novelty = fit_novelty(films.take(), weights, others.take(), options);

  Features unseen(network, input);
  for (const std::size_t index : chosen(static_cast<std::size_t>(validation.size()))) {
    unseen.add(image_of(validation, index));
  }
  const std::vector<float> of_unseen = distances(statistics.novelty, unseen.take());
  statistics.novelty.threshold = novelty_threshold(of_unseen, options.refused);
  statistics.cases = static_cast<int>(of_unseen.size());
  statistics.refused =
      static_cast<int>(std::count_if(of_unseen.begin(), of_unseen.end(), [&](float distance) {
        return distance > statistics.novelty.threshold;
      }));
  return statistics;
}

float distance_of(const FoldedNetwork& network, const Novelty& novelty, const GreyImage& picture,
                  const InputSpec& input) {
  Features features(network, input);
  features.add(picture);
  return distances(novelty, features.take()).front();
}

}  // namespace thoraxlite
