// Against short cuts: classes within hospitals and views, labels by readings, the worst group.
#include "data/strata.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>

#include "commands/dataset_option.h"
#include "data/balance.h"
#include "data/reading.h"
#include "losses/group_robust.h"
#include "made_folder.h"
#include "made_generator.h"
#include "training/epoch_images.h"

using namespace thoraxlite;

namespace {

Sample sample_of(const std::string& source, const std::string& view) {
  Sample sample;
  sample.source = source;
  sample.set_column("view", view);
  return sample;
}

struct Part {
  std::string source, view;
  std::int64_t label, count;
};

// Parts of three labels, one after the other.
struct Made {
  explicit Made(const std::vector<Part>& parts) {
    std::vector<torch::Tensor> rows;
    for (const Part& part : parts) {
      rows.push_back(torch::zeros({part.count, 3}));
      rows.back().select(1, part.label).fill_(1);
      about.insert(about.end(), static_cast<std::size_t>(part.count),
                   sample_of(part.source, part.view));
      ends.push_back(static_cast<std::int64_t>(about.size()));
    }
    targets = torch::cat(rows);
  }

  std::vector<std::int64_t> drawn(const torch::Tensor& epoch) const {
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const std::int64_t begin = i == 0 ? 0 : ends[i - 1];
      counts.push_back(epoch.ge(begin).logical_and(epoch.lt(ends[i])).sum().item<std::int64_t>());
    }
    return counts;
  }

  torch::Tensor targets;
  std::vector<Sample> about;
  std::vector<std::int64_t> ends;
};

using Counts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("strata: sources, those that are one hospital, and views as they are guessed and posed") {
  const std::vector<Sample> samples = {sample_of("nih", "PA"),   sample_of("rsna", "PA?"),
                                       sample_of("rsna", "AP?"), sample_of("ieee8023", "AP Supine"),
                                       sample_of("cxnet", ""),   sample_of("x", "LATERAL")};
  CHECK((strata(samples, {}, false) ==
         std::vector<std::string>{"nih", "rsna", "rsna", "ieee8023", "cxnet", "x"}));
  CHECK((strata(samples, {"nih+rsna"}, true) ==
         std::vector<std::string>{"nih+rsna PA", "nih+rsna PA", "nih+rsna AP", "ieee8023 AP",
                                  "cxnet unknown", "x LATERAL"}));
  for (const char* entry : {"", "nih", "nih+", "+nih", "nih++rsna"}) {
    CAPTURE(entry);
    CHECK(contains(reason([&] { strata(samples, {entry}, false); }),
                   "expected sources joined by +, as nih+rsna"));
  }
  CHECK(contains(reason([&] { strata(samples, {"nih+rsna", "rsna+x"}, false); }),
                 "--same-hospital names 'rsna' twice"));
  CHECK((unknown_hospitals(samples, {"nih+rsna+vindr"}) == std::vector<std::string>{"vindr"}));
}

TEST_CASE(
    "even: classes alike within a group, groups by the root of their size, no image too often") {
  const Made made({{"a", "", 0, 1000},
                   {"a", "", 1, 100},
                   {"b", "", 0, 2500},
                   {"c", "", 0, 96},
                   {"c", "", 2, 4}});
  const auto groups = strata(made.about, {}, false);
  const torch::Tensor epoch = draw_epoch(made.targets, groups, Balance::even, true, generator(1));
  // Of 3700 images: c's four come eight times each; the rest is shared by sqrt(1100) / 2 for each
  // class of a, 50 for b and 10 / 2 for what is left of c.
  const double left = 3700 - 32, weights = std::sqrt(1100) + 50 + 5;
  const auto share = [&](double weight) { return std::llround(left * weight / weights); };
  const double half = std::sqrt(1100) / 2;
  CHECK((made.drawn(epoch) == Counts{share(half), share(half), share(50), share(5), 32}));
  CHECK(torch::bincount(epoch, {}, 3700).max().item<std::int64_t>() == kMostDraws);
  CHECK(torch::equal(epoch, draw_epoch(made.targets, groups, Balance::even, true, generator(1))));

  // Without groups, all images are one.
  const Made one({{"a", "", 0, 400}, {"a", "", 1, 100}, {"a", "", 2, 100}});
  CHECK((one.drawn(draw_epoch(one.targets, {}, Balance::even, true, generator(1))) ==
         Counts{200, 200, 200}));
}

TEST_CASE("even: images without a label are a class where they teach, and else not drawn") {
  const Made known({{"a", "", 0, 50}, {"a", "", 1, 50}, {"b", "", 2, 100}});
  const torch::Tensor targets = torch::cat({known.targets, torch::full({400, 3}, kUnknown)});
  std::vector<std::string> groups = strata(known.about, {}, false);
  groups.insert(groups.end(), 400, "b");
  const torch::Tensor guided = draw_epoch(targets, groups, Balance::even, true, generator(1));
  CHECK(guided.ge(200).sum().item<std::int64_t>() ==
        std::llround(600 * std::sqrt(500) / 2 / (10 + std::sqrt(500))));
  const torch::Tensor alone = draw_epoch(targets, groups, Balance::even, false, generator(1));
  CHECK(alone.lt(200).all().item<bool>());
  CHECK((known.drawn(alone) == Counts{150, 150, 300}));
  // All that there is, as often as it may come.
  const torch::Tensor few = torch::cat({torch::eye(3), torch::full({97, 3}, kUnknown)});
  CHECK(draw_epoch(few, {}, Balance::even, false, generator(1)).numel() == 24);
}

TEST_CASE("an epoch by a run's options: hospitals and views where sources are balanced") {
  const Made made({{"nih", "PA", 0, 20},
                   {"nih", "PA", 1, 20},
                   {"rsna", "PA?", 0, 360},
                   {"rsna", "AP?", 0, 400},
                   {"k", "AP", 2, 100}});
  RunOptions options;
  options.balance = "even";
  const auto drawn = [&] {
    return made.drawn(epoch_images(options, made.targets, true, made.about, generator(1)));
  };
  // Square roots of 40, 760 and 100.
  const double all = std::sqrt(40) + std::sqrt(760) + 10;
  const auto of = [](double share) { return std::llround(900 * share); };
  Counts counts = drawn();
  CHECK(counts[0] == of(std::sqrt(40) / 2 / all));
  CHECK(counts[2] + counts[3] == of(std::sqrt(760) / all));
  options.same_hospital = {"nih+rsna"};
  counts = drawn();  // of pneumonia there are 20 images, at most 160 times
  CHECK(counts[1] == 160);
  options.balance_views = true;
  counts = drawn();
  CHECK(counts[1] == 160);
  CHECK(counts[3] == std::llround(740 * 20 / (20 + 10 + 10)));  // AP by itself
  CHECK(counts[4] == std::llround(740 * 10 / (20 + 10 + 10)));

  options = {};
  options.balance = "root";
  counts = drawn();
  CHECK(counts[0] + counts[2] + counts[3] ==
        std::llround(900 * std::sqrt(780) / (std::sqrt(780) + std::sqrt(20) + 10)));
  options.balance_sources = true;
  const torch::Tensor as_ever =
      draw_epoch(made.targets, strata(made.about, {}, false), Balance::root, false, generator(1));
  CHECK(drawn() == made.drawn(as_ever));
  CHECK(drawn()[4] == std::llround(900 * 10 / (2 * std::sqrt(20) + std::sqrt(760) + 10)));
}

TEST_CASE("labels by the radiologists' readings, in training and validation alone") {
  const MadeFolder folder;
  const char* header = "file,label,split,source,reader\n";
  folder.write("manifest.csv", std::string(header) +
                                   "a.jpg,pneumonia,train,nih,Normal\n"
                                   "b.jpg,normal,val,nih,Lung Opacity\n"
                                   "c.jpg,normal,train,nih,Normal\n"
                                   "d.jpg,pneumonia,train,nih,No Lung Opacity / Not Normal\n"
                                   "e.jpg,covid,train,cxnet,\n"
                                   "f.jpg,pneumonia,test,nih,Normal\n"
                                   "g.jpg,pneumonia,test,nih,No Lung Opacity / Not Normal\n");
  DataOptions options;
  options.data = folder.path().string();
  const SampleList mined = load_samples(options);
  REQUIRE(mined.labels == std::vector<std::string>{"pneumonia", "normal", "covid"});
  options.reader = true;
  const SampleList list = load_samples(options);
  std::string films;
  for (const Sample& sample : list.samples) films += sample.file.filename().string().substr(0, 1);
  CHECK(films == "abcefg");
  const std::vector<float> pneumonia = {1, 0, 0}, normal = {0, 1, 0}, covid = {0, 0, 1};
  CHECK(list.samples[0].targets == normal);
  CHECK(list.samples[1].targets == pneumonia);
  CHECK(list.samples[2].targets == normal);
  CHECK(list.samples[3].targets == covid);
  CHECK(list.samples[4].targets == pneumonia);
  SampleList again = mined;
  const ReadingCounts counts = label_by_reading(again, folder.path());
  CHECK(counts.changed == 2);
  CHECK(counts.left_out == 1);
  CHECK(outline(options).training == 3);

  folder.write("manifest.csv", std::string(header) +
                                   "a.jpg,pneumonia,train,nih,Normal\n"
                                   "b.jpg,healthy,test,nih,\n");
  CHECK(contains(reason([&] { load_samples(options); }),
                 "--reader needs labels that exclude each other, normal and pneumonia among them"));
  options.data = "phantom:30";
  CHECK(contains(reason([&] { load_images(options, Split::train, 32); }),
                 "--reader: nobody has read 'phantom:30'"));
}

TEST_CASE("groups are strata by class, and images without a label are in none") {
  const torch::Tensor targets =
      torch::cat({torch::eye(2), torch::full({1, 2}, kUnknown), torch::eye(2)});
  const ImageGroups groups =
      image_groups(targets, {"normal", "covid"}, {"a", "a", "a", "b PA", "a"});
  CHECK((groups.names == std::vector<std::string>{"a, covid", "a, normal", "b PA, normal"}));
  CHECK(torch::equal(groups.of_image, torch::tensor(std::vector<std::int64_t>{1, 0, -1, 2, 0})));
  CHECK(contains(reason([] { image_groups(torch::ones({2, 2}), {"a", "b"}, {"x", "x"}); }),
                 "--group-robust needs exactly one label an image"));
  CHECK(
      contains(reason([] { image_groups(torch::full({2, 2}, kUnknown), {"a", "b"}, {"x", "x"}); }),
               "no training image has a label"));
}

TEST_CASE("the weights of groups rise with their losses, and the loss is by them") {
  // Images 0 to 4 of groups 0, 0, 1, 2 and none.
  const ImageGroups groups{{"a", "b", "c"},
                           torch::tensor(std::vector<std::int64_t>{0, 0, 1, 2, -1})};
  const double rate = 0.25;
  GroupRobustLoss robust(groups, rate, torch::kCPU);
  CHECK(torch::allclose(robust.weights(), torch::full({3}, 1 / 3.0, torch::kFloat64)));
  const torch::Tensor index = torch::tensor(std::vector<std::int64_t>{4, 2, 1, 0});
  const torch::Tensor each = torch::tensor({100.0f, 3.0f, 2.0f, 0.5f}, torch::requires_grad());
  const auto step = [&] {
    return robust.step(
        index, [&](const torch::Tensor& rows) { return each.index_select(0, rows).mean(); });
  };
  const torch::Tensor loss = step();
  // Mean losses: 1.25 of a, 3 of b; c, which is not in the batch, counts as of their mean.
  const double a = std::exp(rate * 1.25), b = std::exp(rate * 3), c = std::exp(rate * 2.125);
  const double all = a + b + c;
  CHECK(robust.weights()[0].item<double>() == doctest::Approx(a / all));
  CHECK(robust.weights()[2].item<double>() == doctest::Approx(c / all));
  CHECK(loss.item<double>() == doctest::Approx((a * 1.25 + b * 3) / all));
  loss.backward();
  CHECK(each.grad()[0].item<double>() == 0);
  CHECK(each.grad()[1].item<double>() == doctest::Approx(b / all));
  CHECK(each.grad()[2].item<double>() == doctest::Approx(a / all / 2));

  const torch::Tensor kept = robust.log_weights();
  const double second = step().item<double>();
  CHECK(
      robust.weights()[1].item<double>() ==
      doctest::Approx(b * b / (a * a + b * b + c * std::exp(rate * (a * 1.25 + b * 3) / (a + b)))));
  GroupRobustLoss resumed(groups, rate, torch::kCPU);
  resumed.set_log_weights(kept);
  CHECK(
      resumed
          .step(index, [&](const torch::Tensor& rows) { return each.index_select(0, rows).mean(); })
          .item<double>() == second);
  CHECK(contains(reason([&] { resumed.set_log_weights(torch::ones({2}, torch::kFloat64)); }),
                 "weights of 2 groups; expected 3"));
}
