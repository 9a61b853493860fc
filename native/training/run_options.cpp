#include "training/run_options.h"

#include <fstream>
#include <stdexcept>

namespace thoraxlite {

using Json = nlohmann::ordered_json;

Json to_json(const RunOptions& options) {
  return {
      {"data", options.data},
      {"sources", options.sources},
      {"input",
       {{"size", options.input.size}, {"mean", options.input.mean}, {"std", options.input.std}}},
      {"stride", options.stride},
      {"hidden", options.hidden},
      {"dropout", options.dropout},
      {"epochs", options.epochs},
      {"batch", options.batch},
      {"learning_rate", options.learning_rate},
      {"weight_decay", options.weight_decay},
      {"schedule", options.schedule},
      {"average_decay", options.average_decay},
      {"balance", options.balance},
      {"augmentation", options.augmentation},
      {"seed", options.seed}};
}

RunOptions run_options_from_json(const Json& json) {
  RunOptions options;
  json.at("data").get_to(options.data);
  json.at("sources").get_to(options.sources);
  json.at("input").at("size").get_to(options.input.size);
  json.at("input").at("mean").get_to(options.input.mean);
  json.at("input").at("std").get_to(options.input.std);
  json.at("stride").get_to(options.stride);
  json.at("hidden").get_to(options.hidden);
  json.at("dropout").get_to(options.dropout);
  json.at("epochs").get_to(options.epochs);
  json.at("batch").get_to(options.batch);
  json.at("learning_rate").get_to(options.learning_rate);
  json.at("weight_decay").get_to(options.weight_decay);
  json.at("schedule").get_to(options.schedule);
  json.at("average_decay").get_to(options.average_decay);
  json.at("balance").get_to(options.balance);
  json.at("augmentation").get_to(options.augmentation);
  json.at("seed").get_to(options.seed);
  return options;
}

RunOptions read_run_options(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "options.json";
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + ": not found; expected a run folder");
  try {
    return run_options_from_json(Json::parse(stream).at("options"));
  } catch (const Json::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

StudentOptions student_options(const RunOptions& options, std::int64_t labels) {
  StudentOptions student;
  student.labels = labels;
  student.hidden = options.hidden;
  student.stride = options.stride;
  student.dropout = options.dropout;
  return student;
}

}  // namespace thoraxlite
