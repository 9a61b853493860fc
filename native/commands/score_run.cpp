#include "commands/score_run.h"

#include "commands/dataset_option.h"
#include "training/calibrate.h"
#include "training/device.h"
#include "training/predict.h"
#include "training/trained_network.h"

namespace thoraxlite {

ScoredRun score_run(const std::filesystem::path& run, Split split,
                    const std::optional<DataOptions>& other) {
  use_all_cores();
  const TrainedNetwork trained = load_trained(run);
  const RunOptions& options = trained.options;
  const torch::Device device = choose_device(options.device);
  trained.network->to(device);
  const auto load = [&](const DataOptions& data, Split of) {
    return with_labels(load_images(data, of, film_side(options)), trained.labels, data.data);
  };
  const FilmInput input(options);
  ImageSet validation = load(options.data, Split::validation);
  Calibration calibration = calibrate(*trained.network, validation, input, device);
  ScoredRun result{options, {}, {}, calibration.thresholds, calibration.temperature};
  const DataOptions& data = other ? *other : options.data;
  if (split == Split::validation && !other) {
    result.images = std::move(validation);
    result.scored = std::move(calibration.validation);
  } else {
    result.images = load(data, split);
    result.scored = score(predict_logits(*trained.network, result.images, input, device),
                          result.images, calibration.temperature);
  }
  for (std::string& name : result.scored.names) name = film_name(data.data, name);
  return result;
}

}  // namespace thoraxlite
