#include "lungs/train_lungs.h"

#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/lung_view.h"
#include "data/file_bytes.h"
#include "lungs/lung_augment.h"
#include "lungs/lung_figures.h"
#include "training/checkpoint.h"
#include "training/memory_layout.h"
#include "training/progress.h"
#include "training/run_folder.h"
#include "training/stop_signals.h"
#include "training/weight_average.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

constexpr double kAverageDecay = 0.99;
constexpr double kWeightDecay = 1e-2;
constexpr double kWarmUp = 0.3;  // of all steps

torch::Tensor halved(const torch::Tensor& maps) {
  return torch::avg_pool2d(maps, 2);
}

double rate_at(const LungTraining& options, double done) {
  if (done < kWarmUp) return options.learning_rate * (0.04 + 0.96 * done / kWarmUp);
  return options.learning_rate * 0.5 * (1 + std::cos(M_PI * (done - kWarmUp) / (1 - kWarmUp)));
}

// As many films as there are, those of a source by the root of their number, with repeats.
torch::Tensor draw(const std::vector<std::string>& sources, torch::Generator generator) {
  std::map<std::string, double> of_source;
  for (const std::string& source : sources) ++of_source[source];
  std::vector<double> weights;
  for (const std::string& source : sources) {
    weights.push_back(1 / std::sqrt(of_source.at(source)));
  }
  return torch::multinomial(torch::tensor(weights), static_cast<std::int64_t>(sources.size()),
                            /*replacement=*/true, generator);
}

// Binary cross-entropy + 1 - Dice, of films each.
torch::Tensor loss_of(const torch::Tensor& logits, const torch::Tensor& masks) {
  const torch::Tensor inside = torch::sigmoid(logits).flatten(1), drawn = masks.flatten(1);
  const torch::Tensor dice = (2 * (inside * drawn).sum(1) + 1) / (inside.sum(1) + drawn.sum(1) + 1);
  return torch::binary_cross_entropy_with_logits(logits, masks) + (1 - dice).mean();
}

// What decides the weights; kept beside the checkpoint, since nothing else goes on from it.
nlohmann::ordered_json deciding(const LungTraining& options, const LungFilms& training) {
  std::string names;
  for (const std::string& file : training.files) names += file + "\n";
  const auto* first = reinterpret_cast<const std::uint8_t*>(names.data());
  return {{"epochs", options.epochs},
          {"batch", options.batch},
          {"learning_rate", options.learning_rate},
          {"seed", options.seed},
          {"films", training.size()},
          {"films_sha256", sha256_hex({first, names.size()})}};
}

void claim(const std::filesystem::path& run, const nlohmann::ordered_json& wanted) {
  const std::filesystem::path file = run / "lung_training.json";
  if (std::filesystem::exists(run / "checkpoint.pt") && std::filesystem::exists(file)) {
    std::ifstream stream(file);
    const auto there = nlohmann::ordered_json::parse(stream, nullptr, false);
    for (const auto& [key, value] : wanted.items()) {
      const auto before =
          there.is_object() ? there.value(key, nlohmann::ordered_json()) : nlohmann::ordered_json();
      if (before == value) continue;
      throw std::runtime_error(file.string() + ": this run has " + key + " " + before.dump() +
                               ", not " + value.dump() + "; choose another --run folder");
    }
  }
  std::filesystem::create_directories(run);
  write_atomically(file, wanted.dump(2) + "\n");
}

double mean_dice_over_sources(LungNetwork& network, const LungFilms& films) {
  const torch::Tensor all = dice(lung_masks(network, films), films.masks.squeeze(1));
  std::map<std::string, std::pair<double, double>> of_source;  // sum, count
  for (std::int64_t i = 0; i < films.size(); ++i) {
    auto& [sum, count] = of_source[films.sources[static_cast<std::size_t>(i)]];
    sum += all[i].item<double>();
    ++count;
  }
  double mean = 0;
  for (const auto& [source, value] : of_source) {
    mean += value.first / value.second / static_cast<double>(of_source.size());
  }
  return mean;
}

}  // namespace

torch::Tensor lung_input(const torch::Tensor& films) {
  const torch::Tensor mean = films.mean({2, 3}, /*keepdim=*/true);
  const torch::Tensor deviation =
      (films - mean).pow(2).mean({2, 3}, /*keepdim=*/true).sqrt().clamp_min(kLeastDeviation);
  return (films - mean) / deviation;
}

torch::Tensor lung_masks(LungNetwork& network, const LungFilms& films) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const std::int64_t side = films.pixels.size(2);
  std::vector<torch::Tensor> masks;
  for (const torch::Tensor& pixels : films.pixels.split(64)) {
    const torch::Tensor film = halved(pixels.to(torch::kFloat32) / 255);
    const torch::Tensor logits = network.forward(lung_input(film)).logits;
    masks.push_back(torch::upsample_bilinear2d(logits, {side, side}, /*align_corners=*/false)
                        .gt(0)
                        .squeeze(1)
                        .to(torch::kUInt8));
  }
  return torch::cat(masks);
}

void train_lungs(LungNetwork& network, const LungFilms& training, const LungFilms& validation,
                 const LungTraining& options, const std::filesystem::path& run) {
  if (training.size() < options.batch) {
    throw std::runtime_error(std::to_string(training.size()) +
                             " training films with lung masks; expected at least a batch of " +
                             std::to_string(options.batch));
  }
  claim(run, deciding(options, training));
  torch::manual_seed(options.seed);
  use_channels_last(network);
  torch::optim::AdamW optimizer(network.parameters(),
                                torch::optim::AdamWOptions(1).weight_decay(kWeightDecay));
  WeightAverage average(network, kAverageDecay);
  Position position;
  const std::filesystem::path checkpoint = run / "checkpoint.pt";
  if (std::filesystem::exists(checkpoint)) {
    position = load_checkpoint(checkpoint, network, optimizer, average);
    std::cerr << "resuming after epoch " << position.epochs_done << "\n";
  }
  trim_metrics(run, position.epochs_done);
  const StopSignals signals;
  const std::int64_t steps = training.size() / options.batch;
  for (; position.epochs_done < options.epochs; ++position.epochs_done) {
    const std::int64_t epoch = position.epochs_done;
    torch::Generator generator = torch::make_generator<torch::CPUGeneratorImpl>(
        options.seed * 1'000'003 + static_cast<std::uint64_t>(epoch));
    const torch::Tensor order = draw(training.sources, generator);
    network.train();
    Progress progress("epoch " + std::to_string(epoch + 1) + "/" + std::to_string(options.epochs),
                      steps);
    double sum = 0;
    for (std::int64_t step = 0; step < steps; ++step) {
      if (const int number = signals.received(); number != 0) {
        throw Stopped(run.string() + ": stopped after epoch " + std::to_string(epoch) +
                          "; the same command goes on from there",
                      number);
      }
      const torch::Tensor index = order.narrow(0, step * options.batch, options.batch);
      const auto half = [&](const torch::Tensor& images) {
        return halved(images.index_select(0, index).to(torch::kFloat32));
      };
      const auto [films, masks] =
          augment_lungs(half(training.pixels) / 255, half(training.masks), generator);
      for (auto& group : optimizer.param_groups()) {
        static_cast<torch::optim::AdamWOptions&>(group.options())
            .lr(rate_at(options, static_cast<double>(epoch * steps + step) /
                                     static_cast<double>(options.epochs * steps)));
      }
      optimizer.zero_grad();
      const torch::Tensor loss = loss_of(network.forward(lung_input(films)).logits, halved(masks));
      loss.backward();
      optimizer.step();
      average.update(network);
      sum += loss.item<double>();
      progress.advance(1, "loss " + std::to_string(sum / static_cast<double>(step + 1)));
    }
    average.swap(network);
    const double dice = mean_dice_over_sources(network, validation);
    if (dice > position.best) {
      position.best = dice;
      position.best_epoch = epoch + 1;
      save_network(run / "best.pt", network);
    }
    average.swap(network);
    add_metrics(
        run,
        {{"epoch", epoch + 1}, {"loss", sum / static_cast<double>(steps)}, {"val_dice", dice}});
    std::cerr << "epoch " << epoch + 1 << ": validation Dice " << dice << ", best " << position.best
              << "\n";
    Position done = position;
    done.epochs_done = epoch + 1;
    save_checkpoint(checkpoint, done, network, optimizer, average);
  }
}

}  // namespace thoraxlite
