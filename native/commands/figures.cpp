#include <iostream>
#include <set>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/evaluation_facts.h"
#include "data/file_bytes.h"
#include "evaluation/evaluation.h"
#include "evaluation/predictions.h"
#include "training/checkpoint.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// Of several splits one must be named: their films are not of one kind.
Predictions of_split(Predictions predictions, const FiguresOptions& options) {
  std::set<std::string> splits;
  for (const PredictedFilm& film : predictions.films) splits.insert(film.split);
  std::string names;
  for (const std::string& split : splits) names += (names.empty() ? "'" : ", '") + split + "'";
  if (options.split.empty()) {
    if (splits.size() == 1) return predictions;
    throw std::runtime_error(options.predictions.string() + ": its films are of the splits " +
                             names + "; expected one of them named by --split");
  }
  Predictions part = std::move(predictions);
  std::vector<PredictedFilm> films;
  for (PredictedFilm& film : part.films) {
    if (film.split == options.split) films.push_back(std::move(film));
  }
  if (films.empty()) {
    throw std::runtime_error(options.predictions.string() + ": no film of split '" + options.split +
                             "'; it has " + names);
  }
  part.films = std::move(films);
  return part;
}

std::string policy_of(const Predictions& predictions, const ScoredImages& images) {
  std::string policy = images.called.empty()
                           ? "findings called at a score of 0.5, as the file has no "
                             "calls"
                           : "findings called as the file has it";
  if (images.exclusive) {
    policy += images.logits.empty() ? "; labels that exclude each other by the highest score"
                                    : "; labels that exclude each other by the highest logit";
  }
  if (predictions.uncalibrated) {
    policy += "; scores are the sigmoids of the file's logits, which nobody calibrated";
  }
  return policy;
}

}  // namespace

void print_figures(const FiguresOptions& options) {
  const std::vector<std::uint8_t> bytes = require_file(options.predictions);
  const Predictions predictions = of_split(read_predictions(options.predictions), options);
  const ScoredImages images = scored_images(predictions);
  const std::size_t without_score = predictions.films.size() - images.size();
  if (images.size() == 0) {
    throw std::runtime_error(options.predictions.string() + ": no film has a score; expected one");
  }
  const Evaluation evaluation =
      evaluate(images, std::vector<float>(images.labels.size(), 0.5f), {options.subgroups});
  const std::string policy = policy_of(predictions, images);
  if (without_score > 0) std::cout << without_score << " films have no score\n";
  std::cout << to_table(evaluation) << "Policy: " << policy << ".\n";

  if (options.output.empty()) return;
  Json json = {{"predictions", options.predictions.filename().string()},
               {"predictions_sha256", sha256_hex(view(bytes))}};
  json.update(program_facts());
  const std::string& split = predictions.films.front().split;
  json.update({{"split", split.empty() ? Json() : Json(split)},
               {"policy", policy},
               {"without_score", without_score}});
  json.update(to_json(evaluation));
  write_atomically(options.output, json.dump(2) + "\n");
}

}  // namespace thoraxlite
