#include "commands/imported_teacher.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <stdexcept>

#include "commands/dataset_option.h"
#include "core/model/model.h"
#include "data/file_bytes.h"
#include "data/film_folder.h"
#include "data/label_match.h"
#include "data/text_encoding.h"
#include "training/imported_run.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The model's labels by the data's names.
std::vector<std::string> renamed(const std::vector<std::string>& labels, const fs::path& map_file) {
  if (map_file.empty()) return labels;
  std::vector<std::string> names = labels;
  std::set<std::string> mapped;
  for (const auto& [model, data] : read_labels_map(map_file)) {
    const auto found = std::find(labels.begin(), labels.end(), model);
    if (found == labels.end()) {
      throw std::runtime_error(map_file.string() + ": the teacher has no label '" + model +
                               "'; it has " + listed(labels));
    }
    if (!mapped.insert(model).second) {
      throw std::runtime_error(map_file.string() + ": '" + model +
                               "' stands there twice; expected one label of the data for each");
    }
    names[static_cast<std::size_t>(found - labels.begin())] = data;
  }
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!name.empty() && seen.insert(name).second) continue;
    throw std::runtime_error(map_file.string() + ": two of the teacher's labels stand for '" +
                             name + "', or one for none; expected one for each");
  }
  return names;
}

// What import calls its options is called otherwise here.
std::string by_our_names(std::string sentence) {
  for (const char* name : {"labels", "input", "activation"}) {
    const std::string theirs = std::string("--") + name;
    for (std::size_t at = 0; (at = sentence.find(theirs, at)) != std::string::npos;) {
      sentence.replace(at, 2, "--teacher-");
      at += theirs.size();
    }
  }
  return sentence;
}

// The file as a model file, made of it in `run` if it is of another kind.
std::vector<std::uint8_t> model_file_of(const TeacherFile& teacher, const fs::path& run) {
  if (teacher.file.extension() == ".safetensors") {
    std::vector<std::uint8_t> bytes = require_file(teacher.file);
    if (load_model(view(bytes))) {  // else of PyTorch's weights
      if (teacher.labels.empty() && teacher.input.empty() && teacher.activation.empty()) {
        return bytes;
      }
      throw std::runtime_error(teacher.file.string() +
                               ": a model file says its own --teacher-labels, --teacher-input and "
                               "--teacher-activation");
    }
  }
  fs::create_directories(run);
  ImportOptions options;
  options.model = teacher.file;
  options.output = run / kImportedFile;
  options.name = only_utf8(teacher.file.stem().string());
  options.labels = teacher.labels;
  options.input = teacher.input;
  options.activation = teacher.activation;
  options.trust = teacher.trust;
  options.type = "float32";
  options.says = false;
  try {
    import_model(options);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(by_our_names(error.what()));
  }
  return require_file(options.output);
}

std::vector<std::string> labels_of(ByteView model_file, const fs::path& file) {
  const Result<Model> model = load_model(model_file);
  if (!model) throw std::runtime_error(file.string() + ": " + model.error().message);
  return model->card.labels;
}

}  // namespace

void import_teacher(const TeacherFile& teacher, const DataOptions& data, const fs::path& run,
                    bool begun) {
  // A teacher of data that is not there helps nobody.
  if (!is_film_folder(data.data)) load_labels(data);
  Json wanted = {{"file", only_utf8(teacher.file.filename().string())},
                 {"sha256", sha256_hex(view(require_file(teacher.file)))}};
  const auto say = [&](const char* key, const std::string& text) {
    if (!text.empty()) wanted[key] = only_utf8(text);
  };
  say("labels_said", teacher.labels);
  say("input_said", teacher.input);
  say("activation_said", teacher.activation);
  if (!teacher.labels_map.empty()) {
    wanted["labels_map_sha256"] = sha256_hex(view(require_file(teacher.labels_map)));
  }
  Json there = imported_record(run);
  if (there.is_object()) there.erase("labels");
  if (there == wanted) return;
  if (begun) {
    throw std::runtime_error(
        run.string() + ": what is learned was begun with another teacher than " +
        teacher.file.string() + ", or with other words of it; choose another folder");
  }
  const std::vector<std::uint8_t> model_file = model_file_of(teacher, run);
  const std::vector<std::string> labels = labels_of(view(model_file), teacher.file);
  const std::vector<std::string> by_data = renamed(labels, teacher.labels_map);
  wanted["labels"] = labels;
  try {
    write_imported_run(run, view(model_file), by_data, wanted);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(teacher.file.string() + ": " + error.what());
  }
}

DataOptions taught_data(DataOptions data, const fs::path& teacher) {
  const std::vector<std::string> taught = read_run_labels(teacher);
  if (is_film_folder(data.data)) {
    const bool exclusive = labels_exclude_each_other(teacher);
    data.without_list = exclusive ? "one" : "findings";
    if (data.labels.empty()) data.labels = taught;
    if (exclusive && data.labels.size() < taught.size()) {
      throw std::runtime_error(
          "--labels: the teacher's labels exclude each other, and each score is a share of all; "
          "expected all of " +
          listed(taught));
    }
    const FolderFiles files = files_of_folder(data.data);
    std::cerr << data.data << ": " << files.films.size() << " films without a list";
    if (files.others > 0) std::cerr << "; " << files.others << " other files are left out";
    std::cerr << "\n";
    return data;
  }
  if (!data.labels.empty()) return data;
  const std::vector<std::string> own = load_labels(data);
  std::vector<std::string> both;
  for (const std::string& label : own) {
    if (std::count(taught.begin(), taught.end(), label) > 0) both.push_back(label);
  }
  if (both.empty()) {
    throw std::runtime_error(data.data + ": has the labels " + listed(own) +
                             ", and the teacher has " + listed(taught) +
                             "; expected some of the same name, or --labels-map");
  }
  if (both.size() < own.size()) {
    std::cerr << "learned: " << listed(both) << ", which the teacher has too\n";
    data.labels = both;
  }
  return data;
}

LabelsMap labels_by_teacher(const fs::path& teacher, const std::vector<std::string>& labels) {
  const std::vector<std::string> by_data = read_run_labels(teacher);
  const std::vector<std::string> by_file = imported_record(teacher).at("labels");
  LabelsMap map;
  for (std::size_t i = 0; i < by_data.size(); ++i) {
    const bool learned = std::count(labels.begin(), labels.end(), by_data[i]) > 0;
    if (learned && by_file.at(i) != by_data[i]) map.emplace_back(by_file[i], by_data[i]);
  }
  return map;
}

}  // namespace thoraxlite
