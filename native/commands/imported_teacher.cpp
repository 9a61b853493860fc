#include "commands/imported_teacher.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>

#include "commands/dataset_option.h"
#include "core/model/model.h"
#include "data/file_bytes.h"
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
  for (const auto& [model, data] : read_labels_map(map_file)) {
    const auto found = std::find(labels.begin(), labels.end(), model);
    if (found == labels.end()) {
      throw std::runtime_error(map_file.string() + ": the teacher has no label '" + model +
                               "'; it has " + listed(labels));
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

// The file as a model file, made of it in `run` if it is of another kind.
std::vector<std::uint8_t> model_file_of(const TeacherFile& teacher, const fs::path& run) {
  if (teacher.file.extension() == ".safetensors") {
    std::vector<std::uint8_t> bytes = require_file(teacher.file);
    if (load_model(view(bytes))) return bytes;  // else of PyTorch's weights
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
  import_model(options);
  return require_file(options.output);
}

std::vector<std::string> labels_of(ByteView model_file, const fs::path& file) {
  const Result<Model> model = load_model(model_file);
  if (!model) throw std::runtime_error(file.string() + ": " + model.error().message);
  return model->card.labels;
}

}  // namespace

void import_teacher(const TeacherFile& teacher, const fs::path& run) {
  const std::string digest = sha256_hex(view(require_file(teacher.file)));
  std::vector<std::uint8_t> model_file;
  if (training_began(run)) {
    const Json imported = read_run_file(run).at("provenance").value("imported", Json::object());
    if (imported.value("sha256", "") != digest) {
      throw std::runtime_error(run.string() + ": holds another network than " +
                               teacher.file.string() + "; choose another folder");
    }
    model_file = require_file(weights_of(run));
  } else {
    model_file = model_file_of(teacher, run);
  }
  const std::vector<std::string> labels = labels_of(view(model_file), teacher.file);
  const Json imported = {{"file", only_utf8(teacher.file.filename().string())},
                         {"sha256", digest},
                         {"labels", labels}};
  try {
    write_imported_run(run, view(model_file), renamed(labels, teacher.labels_map), imported);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(teacher.file.string() + ": " + error.what());
  }
}

DataOptions taught_data(DataOptions data, const fs::path& teacher) {
  const std::vector<std::string> taught = read_run_labels(teacher);
  if (is_film_folder(data.data)) {
    data.without_list = labels_exclude_each_other(teacher) ? "one" : "findings";
    if (data.labels.empty()) data.labels = taught;
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

LabelsMap labels_by_teacher(const fs::path& teacher) {
  const Json file = read_run_file(teacher);
  const std::vector<std::string> by_data = read_run_labels(teacher);
  const std::vector<std::string> by_file = file.at("provenance").at("imported").at("labels");
  LabelsMap map;
  for (std::size_t i = 0; i < by_data.size(); ++i) {
    if (by_file.at(i) != by_data[i]) map.emplace_back(by_file[i], by_data[i]);
  }
  return map;
}

}  // namespace thoraxlite
