// Which sources are one hospital, and what is left of a dataset when one leaves.
#include "data/hospitals.h"

#include <doctest/doctest.h>

#include <map>

#include "commands/fold_guides.h"
#include "made_folder.h"
#include "training/run_folder.h"

using namespace thoraxlite;

namespace {

// Two films of training, one of validation and one of test of each source, of a patient each.
SampleList made_hospitals(const std::vector<std::string>& sources) {
  SampleList list{{"normal", "covid"}, true, {}};
  for (const std::string& source : sources) {
    for (const Split split : {Split::train, Split::train, Split::validation, Split::test}) {
      const std::string name = source + std::to_string(list.samples.size());
      list.samples.push_back({name + ".png", {1, 0}, split, source, name});
    }
  }
  return list;
}

std::string names_of(const std::vector<Hospital>& hospitals) {
  std::string names;
  for (const Hospital& hospital : hospitals) names += hospital.name + " ";
  return names;
}

const char* const kFile = "manifest.csv";

}  // namespace

TEST_CASE("every source is a hospital, but for those that are joined") {
  SampleList list = made_hospitals({"rsna", "kermany", "nih", "cxnet"});
  CHECK(names_of(hospitals_of(list, {}, kFile)) == "cxnet kermany nih rsna ");
  const auto joined = hospitals_of(list, {"nih+rsna"}, kFile);
  CHECK(names_of(joined) == "cxnet kermany nih+rsna ");
  CHECK(joined[2].sources == std::vector<std::string>{"nih", "rsna"});
  const auto why = [&](const std::vector<std::string>& same) {
    return reason([&] { hospitals_of(list, same, kFile); });
  };
  CHECK(contains(why({"nih"}), "expected sources joined by +"));
  CHECK(contains(why({"nih+RSNA"}), "no film of source 'RSNA'; expected some of cxnet, kermany"));
  CHECK(contains(why({"nih+rsna", "cxnet+nih"}), "'nih' is joined twice"));
  CHECK(contains(why({"nih+nih"}), "'nih' is joined twice"));

  // Of test films alone nothing can be chosen by.
  for (Sample& sample : list.samples) {
    if (sample.source == "cxnet") sample.split = Split::test;
  }
  CHECK(names_of(hospitals_of(list, {}, kFile)) == "kermany nih rsna ");
  list.samples[0].source.clear();
  CHECK(contains(reason([&] { hospitals_of(list, {}, kFile); }), "rsna0.png has no source"));
}

TEST_CASE("who leaves is judged on; test films of nobody are there") {
  const SampleList left = leave_out(made_hospitals({"a", "b", "c"}), {"a", "c"}, kFile);
  std::map<std::string, std::map<Split, int>> counts;
  for (const Sample& sample : left.samples) ++counts[sample.source][sample.split];
  CHECK((counts.at("a") == std::map<Split, int>{{Split::test, 3}}));
  CHECK((counts.at("b") == std::map<Split, int>{{Split::train, 2}, {Split::validation, 1}}));
  CHECK((counts.at("c") == std::map<Split, int>{{Split::test, 3}}));
  CHECK(contains(reason([&] { leave_out(made_hospitals({"a", "b"}), {"c"}, kFile); }),
                 "no training or validation film of this source; expected some of a, b"));
  CHECK(contains(reason([&] { leave_out(made_hospitals({"a", "b"}), {"b", "a"}, kFile); }),
                 "--leave-out a,b leaves no film to train on"));
}

TEST_CASE("a patient of both sides is refused; one of the test split, or of one side, is not") {
  SampleList list = made_hospitals({"a", "b", "c"});
  list.samples[3].patient = list.samples[4].patient;  // a's test film
  CHECK(leave_out(list, {"a"}, kFile).samples.size() == 9);
  list.samples[1].patient = list.samples[4].patient;
  CHECK(contains(reason([&] { leave_out(list, {"a"}, kFile); }), "--same-hospital a+b"));
  CHECK(contains(reason([&] { leave_out(list, {"b"}, kFile); }), "patient 'b4' has films of 'a'"));
  CHECK(leave_out(list, {"c"}, kFile).samples.size() == 9);
  CHECK(leave_out(list, {"a", "b"}, kFile).samples.size() == 9);
}

TEST_CASE("a guide that has seen the hospital may not teach") {
  const MadeFolder folder;
  const auto guide = [&](const std::string& name, const std::vector<std::string>& left_out) {
    RunOptions options;
    options.data.data = "films";
    options.data.leave_out = left_out;
    claim_run_folder(folder.path() / name, options, {"normal", "covid"}, {{"data_sha256", "1"}});
    return (folder.path() / name).string();
  };
  RunOptions options;
  options.data.data = "films";
  options.data.leave_out = {"nih", "rsna"};
  const auto refused = [&](const std::string& run) {
    options.distillation.soft_labels_from = run;
    return reason([&] { check_guides_of_fold(options, "1"); });
  };
  CHECK(contains(refused(guide("whole", {})), "trained on the data's own splits"));
  CHECK(contains(refused(guide("other", {"nih"})), "trained on all but nih of the same data"));
  CHECK(contains(refused(guide("other", {"nih"})), "expected a run on all but nih,rsna"));
  CHECK(refused(guide("same", {"nih", "rsna"})).empty());
}
