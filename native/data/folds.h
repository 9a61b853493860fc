// k-fold cross-validation: the training and validation images of a dataset in k parts, of which
// each is held out once. The test images of the dataset stay aside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

struct Fold {
  int held_out = 0;  // 1 .. count
  int count = 0;     // at least 3; 0: the dataset's own splits
};

// "2/5" holds out the second of five; an empty text is Fold{}. Throws std::runtime_error.
Fold parse_fold(const std::string& text);

// The part, 1 .. count, of each sample; 0 for those of the test split. Images of one patient are in
// one part; one without a patient goes by its file alone. Patients are dealt out in the order of
// their names' hashes, those of each class (of several labels: of their rarest one) and source by
// themselves, to the part that has the fewest images of it; so the parts have about equal shares.
// Neither the order of the list nor a seed decides. Throws std::runtime_error where fewer than
// `count` patients are known.
std::vector<int> deal_into_folds(const SampleList& list, int count);

// The split of a part: what is held out is test, the next part is validation, so
// that what is held out chooses no epoch and fits no calibration; the rest is training.
Split split_of(int part, const Fold& fold);

// The samples in the splits of this fold, without those of the dataset's test split; as they are
// for Fold{}.
SampleList split_by_fold(SampleList list, const Fold& fold);

// "160 images of 120 patients, dealt out by patient", or that images are, for want of patients.
std::string fold_unit(const SampleList& list);

}  // namespace thoraxlite
