#include "data/unlabelled.h"

#include <set>
#include <utility>

namespace thoraxlite {

std::string patient_number(const std::string& patient) {
  const std::size_t before = patient.find_last_not_of("0123456789");
  const std::string digits = patient.substr(before == std::string::npos ? 0 : before + 1);
  const std::size_t first = digits.find_first_not_of('0');
  if (first != std::string::npos) return digits.substr(first);
  return digits.empty() ? "" : "0";
}

std::size_t add_unlabelled(SampleList& training, const SampleList& all, std::vector<Sample> films,
                           const std::string& source) {
  std::set<std::string> held_out;
  for (const Sample& sample : all.samples) {
    const std::string number = patient_number(sample.patient);
    if (sample.split != Split::train && !number.empty()) held_out.insert(number);
  }
  const std::size_t labels = training.labels.size();
  std::size_t left_out = 0;
  for (Sample& film : films) {
    if (held_out.count(patient_number(film.patient)) > 0) {
      ++left_out;
      continue;
    }
    film.targets.assign(labels, kUnknown);
    film.split = Split::train;
    film.source = source;
    training.samples.push_back(std::move(film));
  }
  return left_out;
}

}  // namespace thoraxlite
