// cxr-distill: trains students and exports them to model files.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "commands/commands.h"
#include "commands/forward.h"
#include "models/architecture.h"

namespace {

using namespace thoraxlite;

void add_data_options(CLI::App& command, std::string& data, std::vector<std::string>& sources) {
  command.add_option("--data", data, "folder with manifest.csv, or phantom:COUNT")->required();
  command.add_option("--sources", sources, "only these sources of the manifest")->delimiter(',');
}

void add_student(CLI::App& app, RunOptions& options, std::filesystem::path& run) {
  CLI::App* command = app.add_subcommand("student", "train the student on hard labels");
  command->fallthrough();
  add_data_options(*command, options.data, options.sources);
  command->add_option("--run", run, "run folder; an interrupted run goes on")->required();
  command->add_option("--stride", options.stride, "of the first convolution")
      ->check(CLI::Range(1, 4))
      ->capture_default_str();
  command->add_option("--hidden", options.hidden, "width of the first linear layer")
      ->check(CLI::Range(8, 4096))
      ->capture_default_str();
  command->add_option("--dropout", options.dropout)
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  command->add_option("--size", options.input.size, "input pixels, both sides")
      ->check(CLI::Range(64, 1024))
      ->capture_default_str();
  command->add_option("--epochs", options.epochs)
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--batch", options.batch, "images a step")
      ->check(CLI::Range(2, 4096))
      ->capture_default_str();
  command->add_option("--learning-rate", options.learning_rate, "of Adam")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--weight-decay", options.weight_decay)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--schedule", options.schedule, "cosine or constant")
      ->check(CLI::IsMember({"cosine", "constant"}))
      ->capture_default_str();
  command->add_option("--average-decay", options.average_decay, "of the average of the weights")
      ->check(CLI::Range(0.0, 0.99999))
      ->capture_default_str();
  command->add_option("--balance", options.balance, "against imbalance")
      ->check(CLI::IsMember({"none", "under", "over", "mean", "root"}))
      ->capture_default_str();
  command->add_option("--augmentation", options.augmentation, "probability of each kind of change")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", options.seed)->capture_default_str();
  command->add_option("--device", options.device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->callback([&] { train_student(options, run); });
}

void add_evaluate(CLI::App& app, EvaluateOptions& options) {
  CLI::App* command = app.add_subcommand("evaluate", "classification report of a model file");
  command->fallthrough();
  command->add_option("--model", options.model, "model file (.safetensors)")->required();
  add_data_options(*command, options.data, options.sources);
  command->add_option("--split", options.split)
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of phantoms")->capture_default_str();
  command->add_option("--output", options.output, "also write the report as JSON");
  command->callback([&] { evaluate_model(options); });
}

void add_export(CLI::App& app, ExportOptions& options) {
  CLI::App* command = app.add_subcommand("export", "calibrate, pack and evaluate a run's weights");
  command->fallthrough();
  command->add_option("--run", options.run, "run folder")->required();
  command->add_option("--output", options.output, "model file (.safetensors)")->required();
  command->add_option("--name", options.name, "the model's name")->required();
  command->add_option("--type", options.type)
      ->check(CLI::IsMember({"float16", "float32"}))
      ->capture_default_str();
  command->callback([&] { export_student(options); });
}

void add_forward(CLI::App& app, ForwardOptions& options) {
  CLI::App* command = app.add_subcommand("forward", "logits and feature maps of a batch of images");
  command->fallthrough();
  command->add_option("--arch", options.architecture)
      ->check(CLI::IsMember(architecture_names()))
      ->required();
  command->add_option("--init", options.init, "weights; for an ensemble also one file a member")
      ->delimiter(',')
      ->required();
  command->add_option("--input", options.input, "safetensors with input [B, 1 or 3, H, W]")
      ->required();
  command->add_option("--output", options.output, "safetensors to write")->required();
  command->add_option("--labels", options.labels)
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->callback([&] { forward_images(options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Trains chest X-ray students with LibTorch. Research software."};
  app.name("cxr-distill");
  app.require_subcommand(1);
  app.set_config("--config", "", "TOML file with the same keys, a [section] a command");
  app.allow_config_extras(CLI::config_extras_mode::error);

  RunOptions student;
  std::filesystem::path run;
  EvaluateOptions evaluation;
  ExportOptions exporting;
  ForwardOptions forwarding;
  add_student(app, student, run);
  add_evaluate(app, evaluation);
  add_export(app, exporting);
  add_forward(app, forwarding);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "cxr-distill: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
