#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "core/refusal.h"
#include "data/file_bytes.h"
#include "data/film_match.h"
#include "data/for_each_index.h"
#include "data/image_pixels.h"
#include "training/checkpoint.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShown = 10;    // of each kind on the terminal
constexpr double kWholeShare = 0.95;  // of both films, from which one is called a copy

// What its file tells of one sample.
struct Audit {
  std::string sha256;  // empty where it cannot be read
  std::string unreadable;
  std::optional<Refusal> refusal;
  FilmPrint print;
};

Audit audit(const Sample& sample, bool with_print) {
  Audit result;
  const auto bytes = read_file(sample.file);
  if (!bytes) {
    result.unreadable = bytes.error().message;
    return result;
  }
  result.sha256 = sha256_hex(view(*bytes));
  const Result<FilmFile> read = read_film_file(view(*bytes), kKeypointSide);
  if (!read) {
    result.unreadable = read.error().message;
    return result;
  }
  result.refusal = reason_to_refuse(read->film, read->facts, Card{});
  if (with_print) result.print = print_of(read->film.pixels, static_cast<int>(sample.split));
  return result;
}

std::vector<Audit> audit_all(const SampleList& list, bool with_print) {
  std::vector<Audit> audits(list.samples.size());
  Progress progress("reading films", static_cast<std::int64_t>(audits.size()));
  for_each_index(audits.size(), [&](std::size_t i) {
    audits[i] = audit(list.samples[i], with_print);
    progress.advance(1);
  });
  return audits;
}

Json place(const SampleList& list, std::size_t index) {
  const Sample& sample = list.samples[index];
  Json labels = Json::array();
  for (std::size_t label = 0; label < list.labels.size(); ++label) {
    if (sample.targets[label] == 1) labels.push_back(list.labels[label]);
  }
  return {{"file", sample.file.string()}, {"split", to_string(sample.split)}, {"row", sample.row},
          {"source", sample.source},      {"patient", sample.patient},        {"labels", labels}};
}

Json split_json(const SampleList& list, Split split) {
  std::set<std::string> patients;
  std::map<std::string, std::int64_t> sources;
  std::vector<std::int64_t> present(list.labels.size()), unknown(list.labels.size());
  std::int64_t images = 0, without_patient = 0;
  for (const Sample& sample : list.samples) {
    if (sample.split != split) continue;
    ++images;
    ++sources[sample.source];
    patients.insert(sample.patient);
    without_patient += sample.patient.empty();
    for (std::size_t label = 0; label < list.labels.size(); ++label) {
      present[label] += sample.targets[label] == 1;
      unknown[label] += sample.targets[label] < 0;
    }
  }
  patients.erase("");
  Json json = {{"images", images},
               {"patients", patients.size()},
               {"images_without_patient", without_patient},
               {"sources", sources}};
  json["labels"] = Json::object();
  for (std::size_t label = 0; label < list.labels.size(); ++label) {
    json["labels"][list.labels[label]] = {{"present", present[label]},
                                          {"absent", images - present[label] - unknown[label]},
                                          {"unknown", unknown[label]}};
  }
  return json;
}

Json shared_patients(const SampleList& list) {
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> rows;
  for (const Sample& sample : list.samples) {
    if (!sample.patient.empty()) {
      rows[sample.patient][to_string(sample.split)].push_back(sample.row);
    }
  }
  Json shared = Json::array();
  for (const auto& [patient, splits] : rows) {
    if (splits.size() > 1) shared.push_back({{"patient", patient}, {"rows", splits}});
  }
  return shared;
}

Json equal_files(const SampleList& list, const std::vector<Audit>& audits) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < audits.size(); ++i) {
    if (!audits[i].sha256.empty()) groups[audits[i].sha256].push_back(i);
  }
  Json equal = Json::array();
  for (const auto& [digest, members] : groups) {
    if (members.size() < 2) continue;
    Json group = {{"across_splits", false}, {"other_labels", false}, {"films", Json::array()}};
    const Sample& first = list.samples[members.front()];
    for (const std::size_t member : members) {
      const Sample& sample = list.samples[member];
      if (sample.split != first.split) group["across_splits"] = true;
      if (sample.targets != first.targets) group["other_labels"] = true;
      group["films"].push_back(place(list, member));
    }
    equal.push_back(std::move(group));
  }
  return equal;
}

Json copies(const SampleList& list, const std::vector<Audit>& audits) {
  std::vector<FilmPrint> prints;
  std::vector<std::size_t> index;
  for (std::size_t i = 0; i < audits.size(); ++i) {
    if (!audits[i].unreadable.empty()) continue;
    prints.push_back(audits[i].print);
    index.push_back(i);
  }
  Progress progress("comparing films", static_cast<std::int64_t>(prints.size()));
  Json found = Json::array();
  for (const FilmMatch& match :
       match_films(prints, [&](std::int64_t films) { progress.advance(films); })) {
    const std::size_t first = index[match.first], second = index[match.second];
    if (audits[first].sha256 == audits[second].sha256) continue;  // listed as equal
    const bool whole = match.share_of_first >= kWholeShare && match.share_of_second >= kWholeShare;
    found.push_back({{"kind", whole ? "copy" : "part"},
                     {"correlation", match.correlation},
                     {"share_of_first", match.share_of_first},
                     {"share_of_second", match.share_of_second},
                     {"first", place(list, first)},
                     {"second", place(list, second)}});
  }
  return found;
}

std::string text_of(const Json& film) {
  return film["file"].get<std::string>() + " (" + film["split"].get<std::string>() + ", row " +
         film["row"].dump() + ")";
}

// A title with a number, and the first few of what is wrong.
template <class Line>
void print_list(const std::string& title, const Json& items, const Line& line) {
  std::cout << "\n" << title << ": " << items.size() << "\n";
  for (std::size_t i = 0; i < std::min(kShown, items.size()); ++i) {
    std::cout << "  " << line(items[i]) << "\n";
  }
  if (items.size() > kShown) {
    std::cout << "  and " << items.size() - kShown << " more; --output has all\n";
  }
}

void print_table(const Json& report) {
  std::cout << report["data"].get<std::string>() << ": " << report["images"] << " images, "
            << report["labels"].size() << " labels"
            << (report["exclusive"].get<bool>() ? ", which exclude each other" : "") << "\n";
  for (const auto& [split, json] : report["splits"].items()) {
    std::cout << "\n"
              << split << ": " << json["images"] << " images, " << json["patients"] << " patients";
    if (json["images_without_patient"] > 0) {
      std::cout << "; of " << json["images_without_patient"] << " images the patient is unknown";
    }
    std::cout << "\n  labels:" << (json["labels"].empty() ? " none" : "");
    for (const auto& [label, counts] : json["labels"].items()) {
      std::cout << " " << label << " " << counts["present"];
      if (counts["unknown"] > 0) std::cout << " (" << counts["unknown"] << " unknown)";
      std::cout << ";";
    }
    std::cout << "\n  sources:";
    for (const auto& [source, count] : json["sources"].items()) {
      std::cout << " " << source << " " << count << ";";
    }
    std::cout << "\n";
  }
  print_list("images that cannot be read", report["unreadable"], [](const Json& item) {
    return text_of(item) + ": " + item["reason"].get<std::string>();
  });
  print_list("patients in several splits", report["patients_in_splits"], [](const Json& item) {
    return item["patient"].get<std::string>() + ": rows " + item["rows"].dump();
  });
  const auto group = [](const Json& item) {
    std::string text;
    for (const Json& film : item["films"]) text += (text.empty() ? "" : ", ") + text_of(film);
    return text + (item["across_splits"].get<bool>() ? "; across splits" : "") +
           (item["other_labels"].get<bool>() ? "; with other labels" : "");
  };
  print_list("files of the same bytes", report["equal_files"], group);
  if (report["copies"].is_null()) {
    std::cout << "\ncopies and crops across splits: not looked for\n";
  } else {
    print_list("copies and crops across splits", report["copies"], [](const Json& item) {
      char figures[96];
      std::snprintf(figures, sizeof figures, ": %s, correlation %.2f, %.0f %% and %.0f %% of each",
                    item["kind"].get<std::string>().c_str(), item["correlation"].get<double>(),
                    100 * item["share_of_first"].get<double>(),
                    100 * item["share_of_second"].get<double>());
      return text_of(item["first"]) + " and " + text_of(item["second"]) + figures;
    });
  }
  print_list("films that a model would refuse", report["refused"], [](const Json& item) {
    return text_of(item) + ": " + item["message"].get<std::string>();
  });
}

}  // namespace

void check_data(const CheckDataOptions& options) {
  if (phantom_data(options.data.data).count > 0) {
    throw std::runtime_error("'" + options.data.data +
                             "' are drawn; expected a folder or a csv file to check");
  }
  const SampleList list = read_samples(options.data);
  const std::vector<Audit> audits = audit_all(list, options.copies);

  Json report = {{"data", options.data.data},
                 {"data_sha256", dataset_digest(options.data.data)},
                 {"images", list.samples.size()},
                 {"labels", list.labels},
                 {"exclusive", list.exclusive}};
  for (const Split split : {Split::train, Split::validation, Split::test}) {
    report["splits"][to_string(split)] = split_json(list, split);
  }
  report["unreadable"] = Json::array();
  report["refused"] = Json::array();
  for (std::size_t i = 0; i < audits.size(); ++i) {
    Json film = place(list, i);
    if (!audits[i].unreadable.empty()) {
      film["reason"] = audits[i].unreadable;
      report["unreadable"].push_back(std::move(film));
    } else if (audits[i].refusal) {
      film["type"] = to_string(audits[i].refusal->type);
      film["message"] = audits[i].refusal->message;
      report["refused"].push_back(std::move(film));
    }
  }
  report["patients_in_splits"] = shared_patients(list);
  report["equal_files"] = equal_files(list, audits);
  report["copies"] = options.copies ? copies(list, audits) : Json();
  print_table(report);
  if (!options.output.empty()) write_atomically(options.output, report.dump(2) + "\n");
}

}  // namespace thoraxlite
