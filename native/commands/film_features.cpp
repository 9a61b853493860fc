#include "commands/film_features.h"

#include <iostream>
#include <mutex>
#include <stdexcept>

#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "data/image_pixels.h"
#include "export/feature_network.h"
#include "training/progress.h"

namespace thoraxlite {

std::vector<std::vector<float>> film_features(const Model& model, const std::vector<Sample>& films,
                                              const std::string& title,
                                              const std::function<void()>& between) {
  const std::optional<Head> head = read_head(model.nodes, model.card.input.size);
  if (!head) throw std::runtime_error("the network does not end in an average and linear layers");
  std::vector<std::vector<float>> features(films.size());
  Progress progress(title, static_cast<std::int64_t>(films.size()));
  std::mutex mutex;
  for_each_index_with(films.size(), [&] {
    return [&, network = FeatureNetwork(model, *head)](std::size_t i) mutable {
      between();
      const auto bytes = read_file(films[i].file);
      const Result<FilmFile> read = bytes ? read_film_file(view(*bytes), film_side(model.card))
                                          : tl::unexpected(bytes.error());
      if (read) {
        features[i] = network.look(read->film.pixels).average;
      } else {
        const std::lock_guard<std::mutex> lock(mutex);
        std::cerr << films[i].file.string() << ": " << read.error().message << " No features.\n";
      }
      progress.advance(1);
    };
  });
  return features;
}

}  // namespace thoraxlite
