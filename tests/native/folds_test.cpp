// Patients dealt out into folds, and what a fold shows of a dataset.
#include "data/folds.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "commands/dataset_option.h"
#include "commands/fold_guides.h"
#include "made_folder.h"
#include "training/run_folder.h"

using namespace thoraxlite;

namespace {

// 300 images of 100 patients (some of one image, some of five), a tenth of them covid; 30 of test.
SampleList made_list() {
  SampleList list{{"normal", "pneumonia", "covid"}, true, {}};
  for (int patient = 0; patient < 110; ++patient) {
    const int images = 1 + patient % 5;
    const std::size_t label = patient % 10 == 0 ? 2 : patient % 2;
    for (int image = 0; image < images; ++image) {
      Sample sample{"images/" + std::to_string(patient) + "_" + std::to_string(image) + ".png",
                    {0, 0, 0},
                    patient < 10       ? Split::test
                    : patient % 5 == 0 ? Split::validation
                                       : Split::train,
                    patient % 3 == 0 ? "nih" : "kermany",
                    "P" + std::to_string(patient)};
      sample.targets[label] = 1;
      list.samples.push_back(sample);
    }
  }
  return list;
}

std::set<std::string> patients_of(const SampleList& list, Split split) {
  std::set<std::string> patients;
  for (const Sample& sample : list.samples) {
    if (sample.split == split) patients.insert(sample.patient);
  }
  return patients;
}

std::size_t shared(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::size_t count = 0;
  for (const std::string& name : a) count += b.count(name);
  return count;
}

}  // namespace

TEST_CASE("a fold is named by its part and the number of parts") {
  CHECK(parse_fold("").count == 0);
  CHECK(parse_fold("2/5").held_out == 2);
  CHECK(parse_fold("2/5").count == 5);
  for (const char* wrong : {"2", "0/5", "6/5", "1/2", "2/5x", "a/b", "-1/5"}) {
    CAPTURE(wrong);
    CHECK(contains(reason([&] { parse_fold(wrong); }), "expected PART/PARTS"));
  }
}

TEST_CASE("no patient is in two splits of a fold, and each image is held out once") {
  const SampleList list = made_list();
  std::multiset<std::string> held_out;
  for (int fold = 1; fold <= 5; ++fold) {
    const SampleList split = split_by_fold(list, {fold, 5});
    const auto train = patients_of(split, Split::train), test = patients_of(split, Split::test),
               validation = patients_of(split, Split::validation);
    CHECK(shared(train, test) == 0);
    CHECK(shared(train, validation) == 0);
    CHECK(shared(validation, test) == 0);
    for (const Sample& sample : split.samples) {
      if (sample.split == Split::test) held_out.insert(sample.file.string());
    }
  }
  std::multiset<std::string> expected;
  for (const Sample& sample : list.samples) {
    if (sample.split != Split::test) expected.insert(sample.file.string());
  }
  CHECK(held_out == expected);
}

TEST_CASE("folds have about equal shares of images, classes and sources") {
  const SampleList list = made_list();
  const std::vector<int> folds = deal_into_folds(list, 5);
  std::map<int, double> images, covid, nih;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (list.samples[i].split == Split::test) {
      CHECK(folds[i] == 0);
      continue;
    }
    ++images[folds[i]];
    covid[folds[i]] += list.samples[i].targets[2];
    nih[folds[i]] += list.samples[i].source == "nih" ? 1 : 0;
  }
  // A patient has up to five images: that is how far a stratum of a fold may be off.
  for (int fold = 1; fold <= 5; ++fold) {
    CAPTURE(fold);
    CHECK(images[fold] == doctest::Approx(60).epsilon(0.1));
    CHECK(covid[fold] >= 1);
    CHECK(covid[fold] <= 4);
    CHECK(nih[fold] == doctest::Approx(20).epsilon(0.35));
  }
}

TEST_CASE("neither the order of the list nor where it lies decides") {
  SampleList list = made_list();
  std::map<std::string, int> before;
  std::vector<int> folds = deal_into_folds(list, 4);
  for (std::size_t i = 0; i < folds.size(); ++i) before[list.samples[i].file.string()] = folds[i];
  std::mt19937 random(3);
  std::shuffle(list.samples.begin(), list.samples.end(), random);
  folds = deal_into_folds(list, 4);
  for (std::size_t i = 0; i < folds.size(); ++i) {
    CHECK(before.at(list.samples[i].file.string()) == folds[i]);
  }
  for (Sample& sample : list.samples) sample.file = "/elsewhere" / sample.file;
  CHECK(deal_into_folds(list, 4) == folds);
}

TEST_CASE("images without a patient go by themselves, and it is said") {
  SampleList list = made_list();
  CHECK(contains(fold_unit(list), "of 100 patients, dealt out by patient"));
  list.samples.back().patient.clear();
  CHECK(contains(fold_unit(list), "1 images without a patient by themselves"));
  for (Sample& sample : list.samples) sample.patient.clear();
  CHECK(contains(fold_unit(list), "by image: no patient is known"));
  const std::vector<int> folds = deal_into_folds(list, 5);
  std::map<int, int> images;
  for (const int fold : folds) ++images[fold];
  const auto all = static_cast<int>(folds.size()) - images[0];
  for (int fold = 1; fold <= 5; ++fold) CHECK(std::abs(images[fold] - all / 5) <= 1);
}

TEST_CASE("more folds than patients are refused") {
  SampleList list = made_list();
  list.samples.resize(40);
  CHECK(contains(reason([&] { deal_into_folds(list, 30); }), "expected at least 30"));
}

TEST_CASE("phantoms of a fold: what is held out is in no other split") {
  DataOptions data;
  data.data = "phantom:30";
  std::int64_t all = 0;
  for (int fold = 1; fold <= 3; ++fold) {
    data.fold = std::to_string(fold) + "/3";
    const ImageSet train = load_images(data, Split::train, 32);
    const ImageSet validation = load_images(data, Split::validation, 32);
    const ImageSet test = load_images(data, Split::test, 32);
    CHECK(train.size() + validation.size() + test.size() == 40);
    all += test.size();
    CHECK(test.sources.size() == static_cast<std::size_t>(test.size()));
    for (const ImageSet* other : {&train, &validation}) {
      for (std::int64_t i = 0; i < test.size(); ++i) {
        const auto alike = other->pixels.eq(test.pixels[i]).flatten(1).all(1).any().item<bool>();
        CHECK_FALSE(alike);
      }
    }
  }
  CHECK(all == 40);
}

TEST_CASE("a guide that has seen what is held out may not teach") {
  const MadeFolder folder;
  const auto guide = [&](const std::string& name, const std::string& fold) {
    RunOptions options;
    options.data.data = "phantom:30";
    options.data.fold = fold;
    claim_run_folder(folder.path() / name, options, {"normal", "lobar", "diffuse"},
                     nlohmann::ordered_json::object());
    return (folder.path() / name).string();
  };
  RunOptions options;
  options.data.data = "phantom:30";
  options.data.fold = "2/3";
  const auto refused = [&](const std::string& run) {
    options.distillation.soft_labels_from = run;
    return reason([&] { check_guides_of_fold(options, dataset_digest(options.data.data)); });
  };
  CHECK(contains(refused(guide("whole", "")), "trained on the data's own splits"));
  CHECK(contains(refused(guide("other", "1/3")), "expected a run on fold 2/3"));
  CHECK(contains(refused(guide("more", "2/4")), "trained on fold 2/4"));
  CHECK(refused(guide("same", "2/3")).empty());
  options.data.fold.clear();
  CHECK(contains(refused(folder.path() / "same"), "expected a run on the data's own splits"));
  options.data.data = "phantom:60";
  CHECK(refused(folder.path() / "same").empty());

  // The folder of a `folds` stands for its run of the same fold.
  guide("chain/fold-2", "2/3");
  options.distillation.soft_labels_from = folder.path() / "chain";
  options.distillation.features_from = folder.path() / "same";
  const RunOptions resolved = with_guides_of_part(options, "fold-2");
  CHECK(resolved.distillation.soft_labels_from == (folder.path() / "chain" / "fold-2").string());
  CHECK(resolved.distillation.features_from == (folder.path() / "same").string());
}
