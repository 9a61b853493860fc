#include "data/hospitals.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace thoraxlite {
namespace {

std::string joined(const std::set<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t plus; (plus = text.find('+', begin)) != std::string::npos; begin = plus + 1) {
    parts.push_back(text.substr(begin, plus - begin));
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string place_of(const Sample& sample) {
  return "'" + sample.source + "' (" +
         (sample.row > 0 ? "row " + std::to_string(sample.row) : sample.file.string()) + ")";
}

void refuse_patients_of_both(const std::vector<Sample>& samples,
                             const std::set<std::string>& left_out,
                             const std::filesystem::path& file) {
  std::unordered_map<std::string, const Sample*> first;
  for (const Sample& sample : samples) {
    if (sample.patient.empty()) continue;
    const Sample& other = *first.emplace(sample.patient, &sample).first->second;
    if (left_out.count(other.source) == left_out.count(sample.source)) continue;
    throw std::runtime_error(file.string() + ": patient '" + sample.patient + "' has films of " +
                             place_of(other) + " and of " + place_of(sample) +
                             ", of which one is left out; expected both to leave together "
                             "(--same-hospital " +
                             other.source + "+" + sample.source + ")");
  }
}

}  // namespace

std::vector<Hospital> hospitals_of(const SampleList& list, const std::vector<std::string>& same,
                                   const std::filesystem::path& file) {
  std::set<std::string> known, alone;
  for (const Sample& sample : list.samples) {
    if (sample.source.empty()) {
      throw std::runtime_error(file.string() + ": " + sample.file.filename().string() +
                               " has no source; expected the hospital of every film");
    }
    known.insert(sample.source);
    if (sample.split != Split::test) alone.insert(sample.source);
  }
  const std::set<std::string> can_leave = alone;
  std::vector<Hospital> hospitals;
  std::set<std::string> met;
  for (const std::string& text : same) {
    const std::string option = file.string() + ": --same-hospital '" + text + "'";
    Hospital hospital{text, parts_of(text)};
    if (hospital.sources.size() < 2) {
      throw std::runtime_error(option + ": expected sources joined by +, as nih+rsna");
    }
    bool leaves = false;
    for (const std::string& source : hospital.sources) {
      if (known.count(source) == 0) {
        throw std::runtime_error(option + ": no film of source '" + source +
                                 "'; expected some of " + joined(known, ", "));
      }
      if (!met.insert(source).second) {
        throw std::runtime_error(option + ": '" + source + "' is joined twice; expected it once");
      }
      alone.erase(source);
      leaves = leaves || can_leave.count(source) > 0;
    }
    if (leaves) hospitals.push_back(std::move(hospital));
  }
  for (const std::string& source : alone) hospitals.push_back({source, {source}});
  std::sort(hospitals.begin(), hospitals.end(),
            [](const Hospital& a, const Hospital& b) { return a.name < b.name; });
  return hospitals;
}

SampleList leave_out(SampleList list, const std::vector<std::string>& sources,
                     const std::filesystem::path& file) {
  const std::set<std::string> left_out(sources.begin(), sources.end());
  std::set<std::string> there, others;
  std::vector<Sample> kept;
  for (Sample& sample : list.samples) {
    if (sample.split == Split::test) continue;
    if (left_out.count(sample.source) > 0) {
      there.insert(sample.source);
      sample.split = Split::test;
    } else {
      others.insert(sample.source);
    }
    kept.push_back(std::move(sample));
  }
  for (const std::string& source : left_out) {
    if (there.count(source) > 0) continue;
    there.insert(others.begin(), others.end());
    throw std::runtime_error(file.string() + ": --leave-out '" + source +
                             "': no training or validation film of this source; expected some of " +
                             joined(there, ", "));
  }
  if (others.empty()) {
    throw std::runtime_error(file.string() + ": --leave-out " + joined(left_out, ",") +
                             " leaves no film to train on; expected another source");
  }
  refuse_patients_of_both(kept, left_out, file);
  list.samples = std::move(kept);
  return list;
}

}  // namespace thoraxlite
