#include "commands/score_run.h"

#include "commands/dataset_option.h"
#include "training/device.h"
#include "training/predict.h"
#include "training/trained_network.h"

namespace thoraxlite {

ScoredRun score_run(const std::filesystem::path& run, Split split) {
  use_all_cores();
  const TrainedNetwork trained = load_trained(run);
  const RunOptions& options = trained.options;
  const torch::Device device = choose_device(options.device);
  trained.network->to(device);
  ScoredRun result{options, load_images(options.data, split, options.input.size), {}, {}};
  const torch::Tensor logits =
      predict_logits(*trained.network, result.images, options.input, device);
  result.scored = score(logits, result.images);
  result.thresholds.assign(result.images.labels.size(), 0.5f);
  return result;
}

}  // namespace thoraxlite
