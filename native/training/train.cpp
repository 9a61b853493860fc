#include "training/train.h"

#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>

#include "data/balance.h"
#include "evaluation/evaluation.h"
#include "losses/hard_label_loss.h"
#include "training/checkpoint.h"
#include "training/predict.h"
#include "training/progress.h"
#include "training/weight_average.h"

namespace thoraxlite {
namespace {

constexpr std::int64_t kWarmUpSteps = 100;

double learning_rate(const RunOptions& options, std::int64_t step, std::int64_t steps) {
  if (options.schedule == "constant") return options.learning_rate;
  const double warm_up = std::min(1.0, static_cast<double>(step + 1) / kWarmUpSteps);
  const double turn = M_PI * static_cast<double>(step) / static_cast<double>(steps);
  return options.learning_rate * warm_up * 0.5 * (1 + std::cos(turn));
}

void set_learning_rate(torch::optim::Adam& optimizer, double rate) {
  for (auto& group : optimizer.param_groups()) {
    static_cast<torch::optim::AdamOptions&>(group.options()).lr(rate);
  }
}

// One generator an epoch, so that an epoch is the same whether or not it was the first after a
// restart.
torch::Generator epoch_generator(std::uint64_t seed, std::int64_t epoch) {
  return torch::make_generator<torch::CPUGeneratorImpl>(seed * 1'000'003 +
                                                        static_cast<std::uint64_t>(epoch));
}

// Convolutions take the layout of their weights; channels-last trained 1.4 times faster on two
// cores.
void use_channels_last(Network& network) {
  for (torch::Tensor parameter : network.parameters()) {
    if (parameter.dim() != 4) continue;
    parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

double train_epoch(Network& network, WeightAverage& average, torch::optim::Adam& optimizer,
                   const ImageSet& training, const RunOptions& options, torch::Device device,
                   std::int64_t epoch) {
  torch::Generator generator = epoch_generator(options.seed, epoch);
  torch::manual_seed(options.seed * 7'919 + static_cast<std::uint64_t>(epoch));  // dropout
  const torch::Tensor order =
      draw_epoch(training.targets, parse_balance(options.balance), generator);
  // A last batch of a few images would upset the batch norm: it is left to another epoch's chance.
  const std::int64_t steps = std::max<std::int64_t>(1, order.numel() / options.batch);
  Augmentation augmentation;
  augmentation.probability = options.augmentation;

  network.train();
  Progress progress("epoch " + std::to_string(epoch + 1) + "/" + std::to_string(options.epochs),
                    steps);
  double loss_sum = 0;
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t begin = step * options.batch;
    const torch::Tensor index =
        order.narrow(0, begin, std::min(options.batch, order.numel() - begin));
    const torch::Tensor pixels = training.pixels.index_select(0, index).to(device);
    const torch::Tensor targets = training.targets.index_select(0, index).to(device);
    const torch::Tensor images =
        normalise(augment(to_unit_range(pixels), augmentation, generator), options.input);

    set_learning_rate(optimizer,
                      learning_rate(options, epoch * steps + step, options.epochs * steps));
    optimizer.zero_grad();
    const torch::Tensor loss = hard_label_loss(network.forward(images).logits, targets);
    loss.backward();
    optimizer.step();
    average.update(network);

    const double value = loss.item<double>();
    if (!std::isfinite(value)) {
      throw std::runtime_error("the loss is no longer a number in epoch " +
                               std::to_string(epoch + 1) + "; try a lower --learning-rate");
    }
    loss_sum += value;
    progress.advance(1, "loss " + std::to_string(loss_sum / static_cast<double>(step + 1)));
  }
  return loss_sum / static_cast<double>(steps);
}

struct Validation {
  Evaluation evaluation;
  double loss = 0;
};

Validation validate(Network& network, const ImageSet& images, const RunOptions& options,
                    torch::Device device) {
  const torch::Tensor logits = predict(network, images, options.input, device);
  ScoredImages scored{images.labels, to_rows(torch::sigmoid(logits)), {}, images.sources};
  const torch::Tensor truth = images.targets.argmax(1);
  for (std::int64_t i = 0; i < images.size(); ++i) {
    scored.truth.push_back(static_cast<int>(truth[i].item<std::int64_t>()));
  }
  return {evaluate(scored, std::vector<float>(images.labels.size(), 0.5f)),
          hard_label_loss(logits, images.targets).item<double>()};
}

}  // namespace

void train(Network& network, const ImageSet& training, const ImageSet& validation,
           const RunOptions& options, torch::Device device, const std::filesystem::path& run) {
  network.to(device);
  use_channels_last(network);
  torch::optim::Adam optimizer(
      network.parameters(),
      torch::optim::AdamOptions(options.learning_rate).weight_decay(options.weight_decay));
  WeightAverage average(network, options.average_decay);
  Position position;
  const std::filesystem::path checkpoint = run / "checkpoint.pt";
  if (std::filesystem::exists(checkpoint)) {
    position = load_checkpoint(checkpoint, network, optimizer, average);
    std::cerr << "resuming after epoch " << position.epochs_done << "\n";
  }

  for (std::int64_t epoch = position.epochs_done; epoch < options.epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const double loss = train_epoch(network, average, optimizer, training, options, device, epoch);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    average.swap(network);
    const Validation result = validate(network, validation, options, device);
    const ClassificationReport& overall = result.evaluation.overall;
    if (overall.macro.f1 > position.best) {
      position.best = overall.macro.f1;
      save_network(run / "best.pt", network);
    }
    average.swap(network);
    position.epochs_done = epoch + 1;

    nlohmann::ordered_json line = {{"epoch", epoch + 1},
                                   {"training_loss", loss},
                                   {"validation_loss", result.loss},
                                   {"accuracy", overall.accuracy},
                                   {"balanced_accuracy", overall.macro.recall},
                                   {"macro_f1", overall.macro.f1},
                                   {"best_macro_f1", position.best},
                                   {"seconds", seconds}};
    std::fprintf(stderr,
                 "epoch %lld/%lld: loss %.4f, validation loss %.4f, accuracy %.4f, balanced %.4f, "
                 "macro F1 %.4f (best %.4f);",
                 static_cast<long long>(epoch + 1), static_cast<long long>(options.epochs), loss,
                 result.loss, overall.accuracy, overall.macro.recall, overall.macro.f1,
                 position.best);
    for (const auto& [source, report] : result.evaluation.by_source) {
      line["accuracy_by_source"][source] = report.accuracy;
      std::fprintf(stderr, " %s %.3f", source.c_str(), report.accuracy);
    }
    std::fprintf(stderr, "; %.0f s\n", seconds);
    // The line first: after a kill between the two, the epoch is run again and its line is the
    // same.
    std::ofstream(run / "metrics.jsonl", std::ios::app) << line.dump() << "\n";
    save_checkpoint(checkpoint, position, network, optimizer, average);
  }
}

}  // namespace thoraxlite
