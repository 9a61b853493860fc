// cxr-distill: trains networks for chest X-rays and exports them to model files.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <type_traits>

#include "about_flags.h"
#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/forward.h"
#include "data/image_pixels.h"
#include "models/architecture.h"
#include "screen/terminal_text.h"
#include "search/search_space.h"
#include "training/device.h"
#include "training/stop_signals.h"
#include "training/unused_options.h"
#include "training/waiting_threads.h"

namespace {

using namespace thoraxlite;

// No option of a run, as it decides nothing of it.
void add_memory(CLI::App& command, DataOptions& data) {
  command
      .add_option("--memory", data.memory_limit,
                  "GiB that the images of a split may take; more are read as they are needed")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

// Every option of visit_options, under its name, with its default and its bounds.
void add_run_options(CLI::App& command, RunOptions& options) {
  visit_options(options,
                [&](const char* name, auto& value, const Allowed& allowed, const char* text) {
                  using Value = std::decay_t<decltype(value)>;
                  const std::string flag = std::string("--") + name;
                  CLI::Option* option = nullptr;
                  if constexpr (std::is_same_v<Value, bool>) {
                    option = command.add_flag(flag, value, text);
                  } else {
                    option = command.add_option(flag, value, text)->capture_default_str();
                  }
                  if constexpr (std::is_same_v<Value, std::vector<std::string>>)
                    option->delimiter(',');
                  if (!allowed.words.empty()) option->check(CLI::IsMember(allowed.words));
                  if (allowed.low < allowed.high)
                    option->check(CLI::Range(allowed.low, allowed.high));
                });
  add_memory(command, options.data);
  command.add_option("--device", options.device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
}

void add_teacher_file(CLI::App& command, TeacherFile& teacher) {
  CLI::Option* file =
      command.add_option("--teacher", teacher.file,
                         "a network from elsewhere teaches: a model file, or what import takes");
  command
      .add_option("--labels-map", teacher.labels_map,
                  "csv with the columns model,data: what the data calls the teacher's labels where "
                  "the names differ")
      ->needs(file);
  command.add_option("--teacher-labels", teacher.labels, "as --labels of import")->needs(file);
  command.add_option("--teacher-input", teacher.input, "as --input of import")->needs(file);
  command.add_option("--teacher-activation", teacher.activation, "as --activation of import")
      ->needs(file)
      ->check(CLI::IsMember({"sigmoid", "softmax"}));
  command.add_flag("--trust", teacher.trust, "as for import")->needs(file);
}

void add_role(CLI::App& app, const std::string& name, const std::string& text, RunOptions& options,
              TeacherFile* teacher, std::filesystem::path& run) {
  CLI::App* command = app.add_subcommand(name, text);
  command->fallthrough();
  add_run_options(*command, options);
  CLI::Option* folder = command->add_option("--run", run, "run folder; a stopped run goes on");
  if (teacher != nullptr) add_teacher_file(*command, *teacher);
  command->callback([&options, &run, teacher, folder, name, defaults = options] {
    if (folder->empty()) throw CLI::RequiredError("--run");
    if (options.data.data.empty()) throw CLI::RequiredError("--data");
    if (teacher != nullptr && !teacher->file.empty()) {
      RunOptions guided = options;
      guided.distillation.soft_labels_from = guided.distillation.features_from =
          teacher->file.string();
      warn_of_unused(name, guided, defaults, Role::by_itself);
      train_from_file(options, *teacher, run, Parallel::from_environment());
      return;
    }
    warn_of_unused(name, options, defaults, Role::by_itself);
    refuse_equal_films(options.data);
    train_network(options, run, Parallel::from_environment());
  });
}

void add_data_options(CLI::App& command, DataOptions& data) {
  command.add_option("--data", data.data, "as for training")->required();
  command.add_option("--sources", data.sources, "only these sources of the data")->delimiter(',');
  command.add_option("--labels", data.labels, "only these labels of the data, in this order")
      ->delimiter(',');
  command.add_option("--file-column", data.file_column, "of a csv: the images' files")
      ->capture_default_str();
  command.add_option("--patient-column", data.patient_column, "of a csv: the patients")
      ->capture_default_str();
  command.add_option("--uncertain", data.uncertain, "what uncertain labels (-1) count as")
      ->check(CLI::IsMember({"ones", "zeros", "ignore"}))
      ->capture_default_str();
  command.add_flag("--incomplete", data.incomplete, "leave out what images are not there");
  add_memory(command, data);
}

void add_subgroups(CLI::App& command, std::vector<std::string>& subgroups) {
  command
      .add_option("--subgroups", subgroups,
                  "also figures by these columns of the data: age (0-17, 18-39, 40-64, 65+), sex, "
                  "view, source, ...")
      ->delimiter(',');
}

void add_experiment_options(CLI::App& command, ExperimentOptions& options) {
  command.fallthrough();
  command.add_option("--output", options.folder, "folder of its runs")->required();
  add_data_options(command, options.data);
  command.add_flag("--reader", options.data.reader, "as for training, of all stages");
  command.add_option("--features-from", options.features_from, "whose maps the student follows")
      ->check(CLI::IsMember({"teacher", "assistant"}))
      ->capture_default_str();
  command.add_option("--seeds", options.seeds, "how many, from 1")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void add_card_texts(CLI::App& command, CardTexts& texts) {
  command.add_option("--intended-use", texts.intended_use,
                     "for the card: by whom, for what and on which films the model is to be used");
  command.add_option("--licence", texts.licence, "for the card: the licence of the weights");
  command.add_option("--citation", texts.citation, "for the card: how to cite the model");
}

void add_run(CLI::App& app, ExperimentOptions& options) {
  CLI::App* command =
      app.add_subcommand("run", "teacher, assistant, student, export, evaluation and report");
  add_experiment_options(*command, options);
  command->add_flag("!--no-examples", options.examples, "no films in the report");
  command->add_option("--neither", options.neither, "as for export");
  add_card_texts(*command, options.texts);
  add_subgroups(*command, options.subgroups);
  add_teacher_file(*command, options.teacher_file);
  command->callback([&] { run_experiment(options); });
}

// Options of its own, since a file has those of `run` too; the roles are the same.
void add_ablation(CLI::App& app, ExperimentOptions& options, const ExperimentOptions& roles) {
  CLI::App* command = app.add_subcommand("ablation", "what each stage of the chain is worth");
  add_experiment_options(*command, options);
  command->add_option("--vary", options.vary, "what the seeds vary")
      ->check(CLI::IsMember({"chain", "student"}))
      ->capture_default_str();
  command->callback([&options, &roles] {
    options.teacher = roles.teacher;
    options.assistant = roles.assistant;
    options.student = roles.student;
    run_ablation(options);
  });
}

// The defaults and the section of the network that --network names.
const RunOptions& network_of(const ExperimentOptions& experiment, const std::string& name) {
  return name == "teacher"     ? experiment.teacher
         : name == "assistant" ? experiment.assistant
                               : experiment.student;
}

CLI::App* add_one_network(CLI::App& app, const std::string& name, const std::string& text,
                          std::filesystem::path& folder, std::string& network, std::string& data) {
  CLI::App* command = app.add_subcommand(name, text);
  command->fallthrough();
  command->add_option("--output", folder, "folder of its runs; a stopped one goes on")->required();
  command->add_option("--network", network, "whose section of the configuration is trained")
      ->check(CLI::IsMember({"teacher", "assistant", "student"}))
      ->capture_default_str();
  command->add_option("--data", data, "as for training, instead of the section's");
  return command;
}

// The options of a network for folds and search.
RunOptions one_network(const ExperimentOptions& experiment, const std::string& network,
                       const std::string& data) {
  RunOptions options = network_of(experiment, network);
  warn_of_unused(network, options, network_of({}, network), Role::by_itself);
  if (!data.empty()) options.data.data = data;
  if (options.data.data.empty()) throw CLI::RequiredError("--data");
  return options;
}

void add_folds(CLI::App& app, const ExperimentOptions& experiment, FoldsOptions& options,
               std::string& data) {
  CLI::App* command = add_one_network(
      app, "folds", "k-fold cross-validation of a network, by patient; the test images stay aside",
      options.folder, options.network, data);
  command->add_option("--folds", options.folds, "how many")
      ->check(CLI::Range(3, 100))
      ->capture_default_str();
  command->callback([&] {
    options.base = one_network(experiment, options.network, data);
    run_folds(options);
  });
}

void add_search(CLI::App& app, const ExperimentOptions& experiment, SearchOptions& options,
                std::string& data) {
  CLI::App* command = add_one_network(
      app, "search", "which options of a network are best, by its validation images alone",
      options.folder, options.network, data);
  command->footer(
      "Every option below --seed takes the values to try, or uniform(LOW, HIGH), or "
      "log-uniform(LOW, HIGH).");
  command->add_option("--trials", options.trials, "how many")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  command
      ->add_option("--method", options.method,
                   "halving: all train a little, the best go on; random: all train to the end")
      ->check(CLI::IsMember({"halving", "random"}))
      ->capture_default_str();
  command->add_option("--keep-one-in", options.keep_one_in, "halving: of the trials of a rung")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of what is drawn")->capture_default_str();
  visit_options(options.base, [&](const char* name, auto& value, const Allowed&, const char* text) {
    using Value = std::decay_t<decltype(value)>;
    if (std::is_same_v<Value, std::vector<std::string>> || !can_be_searched(name)) return;
    command->add_option(std::string("--") + name, options.space[name], text);
  });
  command->callback([&] {
    options.base = one_network(experiment, options.network, data);
    run_search(options);
  });
}

// The sections of a file in their order, each with the network's defaults, then what stands before
// the first section, then its own keys. Throws CLI::ParseError.
std::vector<Setting> read_settings(const std::string& file) {
  std::stringstream whole;
  whole << std::ifstream(file).rdbuf();
  const std::string text = whole.str();
  std::vector<Setting> settings;
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(whole)) {
    const std::string name = item.parents.empty() ? "" : item.parents.front();
    const auto known = [&](const Setting& setting) { return setting.name == name; };
    if (name.empty() || std::any_of(settings.begin(), settings.end(), known)) continue;
    settings.push_back({name, network_of({}, name)});
  }
  if (settings.empty()) {
    throw CLI::ConfigError(file + ": no section; expected one a setting, as [student]");
  }
  // What is shared first, since the file may have the keys of a section in any place.
  const auto read = [&](Setting& setting, bool shared) {
    CLI::App app;
    RunOptions others = setting.options;  // checked, and not kept
    app.allow_config_extras(CLI::config_extras_mode::error);
    add_run_options(app, shared ? setting.options : others);
    for (const Setting& other : settings) {
      const bool own = !shared && other.name == setting.name;
      add_run_options(*app.add_subcommand(other.name), own ? setting.options : others);
    }
    std::istringstream stream(text);
    app.parse_from_stream(stream);
  };
  for (Setting& setting : settings) {
    read(setting, /*shared=*/true);
    read(setting, /*shared=*/false);
  }
  return settings;
}

void add_leave_one_source_out(CLI::App& app, LeaveOutOptions& options, std::string& config,
                              RunOptions& instead) {
  CLI::App* command = app.add_subcommand(
      "leave-one-source-out",
      "settings compared on hospitals that training never saw; test films stay aside");
  command->footer(
      "Every section of the file is a setting, with the options of a network (as the student's "
      "unless it is called [assistant] or [teacher]); keys before the first section are of all.");
  command->add_option("--config", config, "TOML file, a [section] a setting")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--output", options.folder, "folder of its runs; a stopped one goes on")
      ->required();
  command->add_option("--data", instead.data.data, "as for training, instead of the settings'");
  command
      ->add_option("--same-hospital", instead.same_hospital,
                   "sources that are one hospital and leave together, joined by +: nih+rsna; "
                   "instead of the settings'")
      ->delimiter(',');
  command->add_option("--leave", options.leave, "only these hospitals leave; else each in turn")
      ->delimiter(',');
  command->add_option("--neither", options.neither, "the label of films without a finding")
      ->capture_default_str();
  command->add_flag("--test", options.test,
                    "at the end, also the test films, by the networks of the chosen setting alone");
  command->callback([&] {
    options.settings = read_settings(config);
    for (Setting& setting : options.settings) {
      RunOptions& run = setting.options;
      RunOptions training = run;
      training.same_hospital.clear();  // decides who leaves
      warn_of_unused(setting.name, training, network_of({}, setting.name), Role::by_itself);
      if (!instead.data.data.empty()) run.data.data = instead.data.data;
      if (!instead.same_hospital.empty()) run.same_hospital = instead.same_hospital;
      if (run.data.data.empty()) throw CLI::RequiredError("--data");
    }
    leave_one_source_out(options);
  });
}

void add_compare_runs(CLI::App& app, CompareRunsOptions& options) {
  CLI::App* command =
      app.add_subcommand("compare-runs", "several runs beside each other, as a page");
  command->fallthrough();
  command->add_option("folders", options.folders, "run folders, or folders with runs below them")
      ->required();
  command->add_option("--output", options.output, "HTML file to write")->required();
  command->callback([&] { compare_runs(options); });
}

void add_check(CLI::App& app, CheckDataOptions& options) {
  CLI::App* command = app.add_subcommand(
      "check", "what a dataset holds, and what is wrong with it: leaks, copies, unreadable films");
  command->fallthrough();
  add_data_options(*command, options.data);
  options.data.without_list = "findings";  // what is wrong with films needs no list
  command->add_flag("!--no-copies", options.copies,
                    "look at no pair of films: no near copies and no crops across splits");
  command->add_option("--output", options.output, "also write it as JSON, whole");
  command->callback([&] { check_data(options); });
}

void add_evaluate(CLI::App& app, EvaluateOptions& options) {
  CLI::App* command = app.add_subcommand("evaluate", "classification report of a model file");
  command->fallthrough();
  command->add_option("--model", options.model, "model file (.safetensors)")->required();
  add_data_options(*command, options.data);
  command->add_option("--split", options.split)
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  command->add_option("--seed", options.data.seed, "of phantoms")->capture_default_str();
  command->add_option("--labels-map", options.labels_map,
                      "csv with the columns model,data: which labels of the data stand for the "
                      "model's where their names differ");
  add_subgroups(*command, options.subgroups);
  command->add_flag("--reader", options.reader,
                    "only films that radiologists read as Normal or Lung Opacity, with these "
                    "labels (normal, pneumonia)");
  command->add_option("--predictions", options.predictions,
                      "also write what the model said of each film, as csv");
  command->add_option("--output", options.output, "also write the report as JSON");
  command->callback([&] { evaluate_model(options); });
}

void add_figures(CLI::App& app, FiguresOptions& options) {
  CLI::App* command = app.add_subcommand(
      "figures", "the report of evaluate from predictions, also another program's, without images");
  command->fallthrough();
  command
      ->add_option("--predictions", options.predictions,
                   "csv: file and, of each label L, 'L target' with 'L score' or 'L logit'")
      ->required();
  command->add_option("--split", options.split, "only its films of this split");
  add_subgroups(*command, options.subgroups);
  command->add_option("--output", options.output, "also write the report as JSON");
  command->callback([&] { print_figures(options); });
}

void add_import(CLI::App& app, ImportOptions& options) {
  CLI::App* command = app.add_subcommand("import", "make a model file of a network from elsewhere");
  command->fallthrough();
  command
      ->add_option("MODEL", options.model,
                   "ONNX, weights of torchvision's and TorchXRayVision's networks, TorchScript")
      ->required();
  command->add_option("--output", options.output, "model file (.safetensors)")->required();
  command->add_option("--name", options.name, "the model's name; else that of --output");
  command->add_option(
      "--labels", options.labels,
      "of the outputs, between commas, in their order; one that is empty leaves its "
      "output out");
  command->add_option("--input", options.input,
                      "what its pixels are: imagenet, or mean=,std=,range=,size=, as in "
                      "mean=0.5,std=0.25,range=0:1,size=224; three channels between colons");
  command
      ->add_option("--activation", options.activation,
                   "softmax if one film has one label, sigmoid if findings come together")
      ->check(CLI::IsMember({"sigmoid", "softmax"}));
  command->add_option("--card", options.card, "JSON for the card: intended_use, licence, citation");
  command->add_option("--type", options.type)
      ->check(CLI::IsMember({"float16", "float32"}))
      ->capture_default_str();
  command->add_flag("--trust", options.trust,
                    "load TorchScript, which is a program: LibTorch runs parts of it as it loads "
                    "it, so say this only of files whose makers you trust");
  command->add_option("--data", options.data.data,
                      "films, as for training, labelled or not: what films look like, and where "
                      "labels match, thresholds and figures");
  command->add_option("--labels-map", options.labels_map, "as for evaluate");
  command->callback([&] {
    options.data.without_list = "findings";  // what films look like needs no list
    import_model(options);
  });
}

void add_inspect(CLI::App& app, InspectOptions& options) {
  CLI::App* command = app.add_subcommand(
      "inspect", "what a model file, ONNX or checkpoint holds, and how it would import");
  command->fallthrough();
  command->add_option("FILE", options.file)->required();
  command->add_flag("--trust", options.trust, "as for import");
  command->callback([&] { inspect_file(options); });
}

void add_export(CLI::App& app, ExportOptions& options, ExportFormatOptions& to_format) {
  CLI::App* command = app.add_subcommand(
      "export",
      "calibrate, pack and evaluate a run's weights; or write a model file's network to "
      "another format");
  command->fallthrough();
  CLI::Option* run = command->add_option("--run", options.run, "run folder");
  command->add_option("--output", options.output, "model file (.safetensors), .onnx or .pt")
      ->required();
  CLI::Option* name = command->add_option("--name", options.name, "the model's name");
  CLI::Option* model =
      command->add_option("--model", to_format.model, "model file, for --format; instead of --run");
  CLI::Option* format = command->add_option("--format", to_format.format, "of the other tools");
  format->check(CLI::IsMember({"onnx", "torchscript"}))->needs(model)->excludes(run);
  model->needs(format);
  command->add_option("--data", options.data, "where the run's data lies now; else where it lay");
  command->add_option("--type", options.type)
      ->check(CLI::IsMember({"float16", "float32"}))
      ->capture_default_str();
  command
      ->add_option("--minimum-age", options.minimum_age,
                   "years; younger patients are refused where a film tells the age")
      ->check(CLI::Range(0.0, 150.0))
      ->capture_default_str();
  command->add_option("--neither", options.neither,
                      "Label that means none of the others, as \"normal\" may; it is no finding");
  add_card_texts(*command, options.texts);
  add_subgroups(*command, options.subgroups);
  command->add_option("--left-out", options.left_out,
                      "for the card: leave_one_source_out.json, made with --test");
  command->callback([&, run, name, format] {
    if (!format->empty()) {
      to_format.output = options.output;
      return export_to_format(to_format);
    }
    if (run->empty()) throw CLI::RequiredError("--run");
    if (name->empty()) throw CLI::RequiredError("--name");
    export_network(options);
  });
}

void add_lungs(CLI::App& app, LungsCommand& options) {
  CLI::App* command = app.add_subcommand(
      "lungs", "train the network that finds the lungs, pack it and measure what was packed");
  command->fallthrough();
  command->add_option("--data", options.data, "folder with masks.csv")->required();
  command->add_option("--run", options.run, "run folder; a stopped run goes on")->required();
  command->add_option("--output", options.output, "lung file to write (.safetensors)")->required();
  command->add_option("--epochs", options.training.epochs)
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--seed", options.training.seed, "of everything that is drawn by chance")
      ->capture_default_str();
  command->callback([&] { run_lungs(options); });
}

void add_compare(CLI::App& app, CompareOptions& options) {
  CLI::App* command = app.add_subcommand(
      "compare", "whether two models differ on the same films, by the predictions of both");
  command->fallthrough();
  command->add_option("A", options.first, "predictions (.csv) of the first, by evaluate")
      ->required();
  command->add_option("B", options.second, "predictions (.csv) of the second")->required();
  command->add_option("--output", options.output, "also write the comparison as JSON");
  command->callback([&] { compare_models(options); });
}

void add_novelty(CLI::App& app, NoveltyCommand& options) {
  CLI::App* command =
      app.add_subcommand("novelty", "how well a model file tells chest films from other pictures");
  command->fallthrough();
  command->add_option("--model", options.model, "model file (.safetensors)")->required();
  add_data_options(*command, options.data);
  command->add_option("--others", options.others, "folder of other pictures, a sub-folder a kind")
      ->check(CLI::ExistingDirectory);
  command->add_option("--output", options.output, "also write the figures as JSON");
  command->callback([&] { measure_novelty(options); });
}

void add_evidence(CLI::App& app, EvidenceCommand& options) {
  CLI::App* command = app.add_subcommand(
      "evidence", "whether a model file's evidence lies where a drawn film's opacity is");
  command->fallthrough();
  command->add_option("--model", options.model, "model file (.safetensors)")->required();
  command->add_option("--films", options.films, "how many are drawn")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--data", options.data,
                      "folder with lesions.csv and masks.csv: also on its real test films");
  command->add_option("--neither", options.neither, "the label of films without a finding")
      ->capture_default_str();
  command->add_option("--output", options.output, "also write the figures as JSON");
  command->callback([&] { measure_evidence(options); });
}

void add_audit(CLI::App& app, AuditCommand& options) {
  CLI::App* command = app.add_subcommand(
      "audit", "what speaks against a model file: groups, short cuts, altered films, calibration");
  command->fallthrough();
  command->add_option("--model", options.model, "model file (.safetensors)")->required();
  add_data_options(*command, options.data);
  command->add_option("--split", options.split)
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  command->add_option("--labels-map", options.labels_map, "as for evaluate");
  command
      ->add_option("--films", options.films,
                   "only about so many films of the split: whole patients by chance")
      ->check(CLI::Range(1, 100000000));
  command->add_option("--seed", options.seed, "of what is drawn by chance")->capture_default_str();
  command->add_option("--compare", options.compare, "another model file, on the same films");
  command->add_option("--output", options.output, "also write the audit as JSON");
  command->add_option("--page", options.page, "also write it as an HTML page, with plots");
  command->callback([&] { audit_model(options); });
}

void add_forward(CLI::App& app, ForwardOptions& options) {
  CLI::App* command = app.add_subcommand("forward", "logits and feature maps of a batch of images");
  command->fallthrough();
  command->add_option("--arch", options.architecture, "of files of weights");
  command
      ->add_option("--init", options.init,
                   "a run's folder, or weights; for an ensemble also one file a member")
      ->delimiter(',')
      ->required();
  command->add_option("--input", options.input, "safetensors with input [B, 1 or 3, H, W]")
      ->required();
  command->add_option("--output", options.output, "safetensors to write")->required();
  command->add_option("--labels", options.labels, "of files of weights; 1000 unless given")
      ->check(CLI::Range(1, 100000));
  command->add_option("--stride", options.stride, "of files of a student's weights")
      ->check(CLI::Range(1, 4));
  command->add_option("--hidden", options.hidden, "of files of a student's weights; else 64")
      ->check(CLI::Range(8, 4096));
  command->callback([&] { forward_images(options); });
}

}  // namespace

int main(int argc, char** argv) {
  let_waiting_threads_sleep(argv);
  dicom_reader();  // before there is a thread
  use_all_cores();
  CLI::App app{"Trains chest X-ray networks with LibTorch. Research software."};
  app.name("cxr-distill");
  add_about_flags(app, "cxr-distill");
  app.require_subcommand(1);
  app.set_config("--config", "", "TOML file with the same keys, a [section] a command");
  app.allow_config_extras(CLI::config_extras_mode::error);

  ExperimentOptions experiment;
  std::filesystem::path run;
  EvaluateOptions evaluation;
  ExportOptions exporting;
  TeacherFile teacher;
  add_role(app, "teacher", "train a teacher on hard labels", experiment.teacher, nullptr, run);
  add_role(app, "assistant", "train an assistant (equation 3)", experiment.assistant, &teacher,
           run);
  add_role(app, "student", "train a student (equation 4)", experiment.student, &teacher, run);
  add_run(app, experiment);
  CheckDataOptions checking;
  add_check(app, checking);
  ExperimentOptions ablation;
  add_ablation(app, ablation, experiment);
  FoldsOptions folds;
  std::string folded_data;
  add_folds(app, experiment, folds, folded_data);
  SearchOptions search;
  std::string searched_data;
  add_search(app, experiment, search, searched_data);
  LeaveOutOptions leaving;
  std::string settings_file;
  RunOptions instead;
  add_leave_one_source_out(app, leaving, settings_file, instead);
  CompareRunsOptions comparing;
  add_compare_runs(app, comparing);
  ForwardOptions forwarding;
  add_evaluate(app, evaluation);
  FiguresOptions figures;
  add_figures(app, figures);
  ExportFormatOptions to_format;
  add_export(app, exporting, to_format);
  ImportOptions importing;
  add_import(app, importing);
  InspectOptions inspecting;
  add_inspect(app, inspecting);
  LungsCommand lungs;
  add_lungs(app, lungs);
  CompareOptions comparison;
  add_compare(app, comparison);
  NoveltyCommand novelty;
  add_novelty(app, novelty);
  EvidenceCommand evidence;
  add_evidence(app, evidence);
  AuditCommand audit;
  add_audit(app, audit);
  add_forward(app, forwarding);

  // A limit of file sizes (ulimit -f) is then said as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  } catch (const Stopped& stopped) {
    std::cerr << "cxr-distill: " << stopped.what() << "\n";
    return 128 + stopped.signal;
  } catch (const std::exception& error) {
    // LibTorch's own errors go on with a backtrace.
    const std::string reason = error.what();
    std::cerr << "cxr-distill: " << printable(reason.substr(0, reason.find('\n'))) << "\n";
    return 1;
  }
  return 0;
}
