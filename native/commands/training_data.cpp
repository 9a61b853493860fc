#include "commands/training_data.h"

#include <algorithm>
#include <stdexcept>

#include "commands/dataset_option.h"
#include "data/balance.h"

namespace thoraxlite {
namespace {

// One phantom of each kind.
SampleList phantom_kinds(const DataOptions& data, bool multi_label) {
  SampleList list{load_labels(data), !multi_label, {}};
  if (multi_label) {
    for (const std::vector<float>& targets : {std::vector<float>{0, 0}, {0, 1}, {1, 0}, {1, 1}}) {
      list.samples.push_back({{}, targets, Split::train, "phantom"});
    }
    return list;
  }
  for (std::size_t label = 0; label < list.labels.size(); ++label) {
    list.samples.push_back(
        {{}, std::vector<float>(list.labels.size(), 0.0f), Split::train, "phantom"});
    list.samples.back().targets[label] = 1;
  }
  return list;
}

}  // namespace

void check_training_data(RunOptions& options) {
  const DataOptions& data = options.data;
  const PhantomData phantoms = phantom_data(data.data);
  SampleList list =
      phantoms.count > 0 ? phantom_kinds(data, phantoms.multi_label) : load_samples(data);
  options.balance = resolve_balance(options.balance, list.exclusive);
  if (phantoms.count == 0) {
    for (const Split split : {Split::train, Split::validation}) {
      if (std::any_of(list.samples.begin(), list.samples.end(),
                      [split](const Sample& sample) { return sample.split == split; })) {
        continue;
      }
      throw std::runtime_error(data.data + ": no image of split " + to_string(split) +
                               "; expected at least one");
    }
    refuse_equal_films(data);
    if (data.labelled < 1) list = forget_labels(std::move(list), data.labelled);
  }
  check_labels(select(std::move(list), Split::train), options.balance, data.data);
}

}  // namespace thoraxlite
