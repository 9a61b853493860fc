#include "training/validation.h"

#include <torch/torch.h>

#include <cstdio>

#include "losses/hard_label_loss.h"
#include "training/predict.h"

namespace thoraxlite {
namespace {

// As wrong and as sure as no network that learns anything: its logits are beyond ten thousand.
constexpr double kDivergedLoss = 1e4;

}  // namespace

double score_agreement(const torch::Tensor& first, const torch::Tensor& second, bool exclusive) {
  const auto scores = [&](const torch::Tensor& logits) {
    const torch::Tensor exact = logits.to(torch::kFloat64);
    return exclusive ? torch::softmax(exact, 1) : torch::sigmoid(exact);
  };
  return 1 - (scores(first) - scores(second)).abs().mean().item<double>();
}

Validation validate(Network& network, const ImageSet& images, const RunOptions& options,
                    const FilmInput& input, torch::Device device, const Taught& taught) {
  const torch::Tensor logits = predict_logits(network, images, input, device);
  const bool finite = logits.isfinite().all().item<bool>();
  // What is no number has no order; a network that has diverged says as much as one of zeros.
  const torch::Tensor ordered = finite ? logits : torch::zeros_like(logits);
  Validation result;
  if (taught.logits.defined()) {
    result.loss = taught.loss(logits);
    result.selection = score_agreement(ordered, taught.logits, images.exclusive);
    result.diverged = !finite || !(result.loss < kDivergedLoss);
    return result;
  }
  EvaluationOptions without_intervals;
  without_intervals.resamples = 0;
  const double loss = hard_label_loss(logits, images.targets).item<double>();
  result.evaluation = evaluate(score(ordered, images),
                               std::vector<float>(images.labels.size(), 0.5f), without_intervals);
  result.loss = class_factor(options, images.targets.size(1)) * loss;
  result.diverged = !finite || !(loss < kDivergedLoss);
  result.selection = selection_figure(*result.evaluation);
  return result;
}

nlohmann::ordered_json metrics_line(std::int64_t epoch, const Losses& losses,
                                    const Validation& result, const Position& position, double rate,
                                    double seconds) {
  nlohmann::ordered_json line = {{"epoch", epoch},
                                 {"learning_rate", rate},
                                 {"training_loss", losses.total},
                                 {"hard_loss", losses.hard},
                                 {"soft_loss", losses.soft},
                                 {"map_loss", losses.maps},
                                 {"validation_loss", result.loss}};
  if (!result.evaluation) {
    line["agreement"] = result.selection;
  } else if (const auto& classes = result.evaluation->classes) {
    line["accuracy"] = classes->overall.accuracy;
    line["balanced_accuracy"] = classes->overall.macro.recall;
    line["macro_f1"] = classes->overall.macro.f1;
    for (const auto& [source, report] : classes->by_source) {
      line["accuracy_by_source"][source] = report.accuracy;
    }
  } else {
    line["mean_area_under_roc"] = result.evaluation->findings.mean_area_under_roc.value;
    line["macro_f1"] = result.evaluation->findings.macro.f1.value;
  }
  line["selection"] = result.selection;
  line["best_selection"] = position.best;
  line["seconds"] = seconds;
  return line;
}

std::string metrics_text(const nlohmann::ordered_json& line, std::int64_t epochs) {
  std::string text = "epoch " + line.at("epoch").dump() + "/" + std::to_string(epochs) + ":";
  char figure[96];
  for (const auto& [key, value] : line.items()) {
    if (!value.is_number_float() || key == "learning_rate" || key == "selection") continue;
    std::snprintf(figure, sizeof figure, " %s %.4f", key.c_str(), value.get<double>());
    text += figure;
  }
  if (line.contains("accuracy_by_source")) {
    for (const auto& [source, accuracy] : line.at("accuracy_by_source").items()) {
      std::snprintf(figure, sizeof figure, " %s %.3f", source.c_str(), accuracy.get<double>());
      text += figure;
    }
  }
  return text;
}

}  // namespace thoraxlite
