// Datasets, balancing and augmentation.
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "commands/dataset_option.h"
#include "data/augment.h"
#include "data/balance.h"
#include "data/csv.h"
#include "data/image_set.h"
#include "data/manifest.h"
#include "data/phantom.h"
#include "data/unlabelled.h"
#include "made_folder.h"
#include "made_generator.h"
#include "phantom/image_writer.h"
#include "training/run_options.h"

using namespace thoraxlite;

namespace {

torch::Tensor one_hot(const std::vector<std::int64_t>& counts) {
  torch::Tensor targets = torch::zeros({0, static_cast<std::int64_t>(counts.size())});
  for (std::size_t label = 0; label < counts.size(); ++label) {
    torch::Tensor rows = torch::zeros({counts[label], targets.size(1)});
    rows.select(1, static_cast<std::int64_t>(label)).fill_(1);
    targets = torch::cat({targets, rows});
  }
  return targets;
}

std::vector<std::int64_t> drawn_counts(const torch::Tensor& targets, const torch::Tensor& epoch) {
  const torch::Tensor sums = targets.index_select(0, epoch).sum(0).to(torch::kInt64);
  return {sums.data_ptr<std::int64_t>(), sums.data_ptr<std::int64_t>() + sums.numel()};
}

}  // namespace

TEST_CASE("csv: quotes, line ends and what is wrong") {
  const MadeFolder folder;
  const CsvTable table = read_csv(
      folder.write("good.csv", "file,note\r\n\"a,b.jpg\",\"says \"\"x\"\"\"\r\nc.jpg,\r\n"));
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0][0] == "a,b.jpg");
  CHECK(table.rows[0][1] == "says \"x\"");
  CHECK(table.rows[1][1] == "");
  CHECK(table.column("note") == 1);
  CHECK(contains(reason([&] { table.column("label"); }), "no column 'label'; it has file, note"));
  CHECK(contains(reason([&] { read_csv(folder.write("short.csv", "a,b\n1,2\n3\n")); }),
                 "row 3: 1 fields; expected 2"));
  for (int rows = 0; rows < 3; ++rows) {
    std::string text = "a\n";
    for (int i = 0; i < rows; ++i) text += "sound\n";
    CHECK(contains(reason([&] { read_csv(folder.write("quote.csv", text + "\"open\n")); }),
                   "quote.csv: row " + std::to_string(rows + 2) + " is not csv: "));
  }
  CHECK(contains(reason([&] { read_csv(folder.write("empty.csv", "")); }), "empty"));
  CHECK(contains(reason([&] { read_csv(folder.path() / "absent.csv"); }), "There is no such file"));
}

TEST_CASE("a manifest becomes samples, and its errors name the row") {
  const MadeFolder folder;
  folder.write("manifest.csv",
               "file,label,split,source\n"
               "a.jpg,normal,train,x\nb.jpg,covid,test,y\nc.jpg,normal,test,x\n");
  const SampleList list = read_manifest(folder.path());
  CHECK((list.labels == std::vector<std::string>{"normal", "covid"}));
  CHECK((list.samples[1].targets == std::vector<float>{0, 1}));
  CHECK(list.samples[1].file == folder.path() / "b.jpg");
  CHECK(select(list, Split::test).samples.size() == 2);
  // The labels stay those of the whole manifest, so that models of any protocol have one order.
  CHECK(read_manifest(folder.path(), {"x"}).labels.size() == 2);
  CHECK(read_manifest(folder.path(), {"x"}).samples.size() == 2);
  CHECK(contains(reason([&] { read_manifest(folder.path(), {"z"}); }), "no row of source 'z'"));

  CHECK(list.samples[0].patient.empty());
  CHECK(std::isnan(list.samples[0].age_years));
  folder.write(
      "manifest.csv",
      "file,label,split,source,patient,age\na.jpg,normal,train,x,p-1,\n"
      "b.jpg,covid,test,kermany,p-2,\nc.jpg,covid,test,x,p-3,17.5\nd.jpg,covid,test,x,,18\n");
  const std::vector<Sample> told = read_manifest(folder.path()).samples;
  CHECK(told[0].patient == "p-1");
  CHECK(told[2].age_years == 17.5);
  CHECK((std::vector<bool>{is_of_child(told[0]), is_of_child(told[1]), is_of_child(told[2]),
                           is_of_child(told[3])} == std::vector<bool>{false, true, true, false}));
  folder.write("manifest.csv", "file,label,split,source,age\na.jpg,normal,train,x,old\n");
  CHECK(contains(reason([&] { read_manifest(folder.path()); }), "row 2: age is 'old'"));

  folder.write("manifest.csv", "file,label,split,source\na.jpg,normal,training,x\n");
  CHECK(contains(reason([&] { read_manifest(folder.path()); }),
                 "row 2: split 'training' is not known"));
  folder.write("manifest.csv", "file,split,source\na.jpg,train,x\n");
  CHECK(contains(reason([&] { read_manifest(folder.path()); }), "no column 'label'"));
}

TEST_CASE("one unreadable image in a hundred is left out, more are an error") {
  const MadeFolder folder;
  SampleList list{{"normal", "lobar"}, true, {}};
  std::vector<GreyImage> drawn;
  for (int i = 0; i < 100; ++i) {
    drawn.push_back(
        draw_phantom({PhantomKind::normal, 32, 8, static_cast<std::uint64_t>(i)}).image);
    const std::string name = std::to_string(i) + ".png";
    write_png(folder.path() / name, drawn.back());
    list.samples.push_back(
        {folder.path() / name, {i % 2 ? 0.0f : 1.0f, i % 2 ? 1.0f : 0.0f}, Split::train, name});
  }
  const auto with_missing = [&](int missing) {
    SampleList some = list;
    for (int i = 0; i < missing; ++i) some.samples[40 + i].file = folder.path() / "absent.png";
    return some;
  };
  const ImageSet images = decode_images(with_missing(1), 32);
  CHECK(images.size() == 99);
  REQUIRE(images.sources.size() == 99);
  // Those before it stay where they were; those after it move up, each with what belongs to it.
  for (const int kept : {39, 40, 98}) {
    const int i = kept < 40 ? kept : kept + 1;
    CHECK(images.sources[static_cast<std::size_t>(kept)] == std::to_string(i) + ".png");
    CHECK(images.targets[kept][i % 2].item<float>() == 1);
    CHECK(images.pixels[kept][0][5][7].item<int>() ==
          drawn[static_cast<std::size_t>(i)].pixels[5 * 32 + 7]);
  }
  CHECK(contains(reason([&] { decode_images(with_missing(2), 32); }),
                 "2 of 100 images cannot be read"));

  // However many threads fail at once, the count is one and the same. Readable ones come first, so
  // that all threads are at work by then.
  for (std::size_t i = 0; i < 100; ++i) {
    if (i % 50 >= 40) list.samples[i].file = folder.path() / "absent.png";
  }
  std::set<std::string> reasons;
  for (int i = 0; i < 100; ++i) reasons.insert(reason([&] { decode_images(list, 32); }));
  CHECK(
      (reasons == std::set<std::string>{"at least 2 of 100 images cannot be read; expected at most "
                                        "one in a hundred"}));
}

TEST_CASE("a set of one image, or of none") {
  const MadeFolder folder;
  const GreyImage drawn = draw_phantom({PhantomKind::normal, 32, 8, 1}).image;
  write_png(folder.path() / "one.png", drawn);
  SampleList list{{"a"}, false, {{folder.path() / "one.png", {1}, Split::train, "x"}}};
  const ImageSet one = decode_images(list, 32);
  REQUIRE(one.size() == 1);
  CHECK(one.pixels[0][0][5][7].item<int>() == drawn.pixels[5 * 32 + 7]);
  list.samples[0].file = folder.path() / "absent.png";
  CHECK(contains(reason([&] { decode_images(list, 32); }), "at least 1 of 1 images"));
  list.samples.clear();
  CHECK(contains(reason([&] { decode_images(list, 32); }), "0 of 0 images"));
}

TEST_CASE("labels are forgotten in training only, by the file's path alone") {
  SampleList list{{"a", "b"}, true, {}};
  for (int i = 0; i < 3000; ++i) {
    const Split split = i % 3 == 0 ? Split::test : i % 3 == 1 ? Split::validation : Split::train;
    list.samples.push_back({"one/" + std::to_string(i) + ".png", {1, 0}, split, "s"});
  }
  const auto names = [](const SampleList& list, Split split) {
    std::set<std::string> names;
    for (const Sample& sample : select(list, split).samples) {
      if (sample.targets == std::vector<float>{kUnknown, kUnknown}) continue;
      CHECK(sample.targets == std::vector<float>{1, 0});
      names.insert(sample.file.filename().string());
    }
    return names;
  };
  const SampleList few = forget_labels(list, 0.1);
  CHECK(few.samples.size() == 3000);
  CHECK(names(few, Split::test).size() == 1000);
  CHECK(names(few, Split::validation).size() == 1000);
  const std::set<std::string> known = names(few, Split::train);
  CHECK(known.size() > 70);
  CHECK(known.size() < 130);

  for (Sample& sample : list.samples) sample.file = "another/place" / sample.file.filename();
  std::swap(list.samples.front(), list.samples.back());
  CHECK(names(forget_labels(list, 0.1), Split::train) == known);
  const std::set<std::string> more = names(forget_labels(list, 0.2), Split::train);
  CHECK(std::includes(more.begin(), more.end(), known.begin(), known.end()));
  CHECK(names(forget_labels(list, 1), Split::train).size() == 1000);
  CHECK(names(forget_labels(list, 0), Split::train).empty());
  CHECK(forget_labels({{"a"}, true, {}}, 0.5).samples.empty());

  // As in CheXpert, where thousands of files have one name.
  SampleList same{{"a"}, true, {}};
  for (int i = 0; i < 1000; ++i) {
    same.samples.push_back(
        {"data/patient" + std::to_string(i) + "/view1.jpg", {1}, Split::train, "s"});
  }
  const SampleList some = forget_labels(same, 0.5);
  const auto kept = std::count_if(some.samples.begin(), some.samples.end(),
                                  [](const Sample& sample) { return sample.targets[0] == 1; });
  CHECK(kept > 400);
  CHECK(kept < 600);
}

TEST_CASE("what nobody labelled is learned from, but for patients who are held out") {
  CHECK(patient_number("nih-00000061") == "61");
  CHECK(patient_number("61") == "61");
  CHECK(patient_number("p0") == "0");
  CHECK(patient_number("nih-61b").empty());
  CHECK(patient_number("").empty());

  const auto sample = [](const char* file, Split split, const char* patient) {
    return Sample{file, {1, 0}, split, "here", patient};
  };
  SampleList all{{"a", "b"}, true, {}};
  all.samples = {sample("1.png", Split::train, "x-001"),
                 sample("2.png", Split::validation, "x-002"), sample("3.png", Split::test, "x-003"),
                 sample("4.png", Split::test, "")};
  SampleList training = select(all, Split::train);
  const std::vector<Sample> films = {
      sample("5.png", Split::train, "1"), sample("6.png", Split::train, "2"),
      sample("7.png", Split::train, "3"), sample("8.png", Split::train, ""),
      sample("9.png", Split::test, "9")};
  CHECK(add_unlabelled(training, all, films, "there") == 2);
  std::vector<std::string> files;
  for (const Sample& one : training.samples) files.push_back(one.file.string());
  CHECK((files == std::vector<std::string>{"1.png", "5.png", "8.png", "9.png"}));
  CHECK((training.samples[0].targets == std::vector<float>{1, 0}));
  for (std::size_t i = 1; i < training.samples.size(); ++i) {
    CHECK((training.samples[i].targets == std::vector<float>{kUnknown, kUnknown}));
    CHECK(training.samples[i].split == Split::train);
    CHECK(training.samples[i].source == "there");
  }
}

TEST_CASE("--unlabelled adds another folder's training films, in training alone") {
  const MadeFolder folder;
  const std::string manifest = "file,label,split,source,patient\n";
  for (const char* name : {"a.png", "b.png", "c.png", "d.png", "e.png"}) {
    folder.write(std::string("own/") + name, name);
    folder.write(std::string("other/") + name, std::string("other ") + name);
  }
  folder.write("own/manifest.csv", manifest +
                                       "a.png,ill,train,s,s-1\nb.png,well,train,u,s-2\n"
                                       "c.png,ill,val,s,s-3\nd.png,well,test,s,s-4\n");
  folder.write("other/manifest.csv", manifest +
                                         "a.png,odd,train,t,t-3\nb.png,odd,train,t,t-5\n"
                                         "c.png,even,train,t,t-6\nd.png,even,val,t,t-7\n"
                                         "e.png,odd,test,t,t-8\n");
  DataOptions data;
  data.data = (folder.path() / "own").string();
  data.unlabelled = {(folder.path() / "other").string()};
  const DataOutline both = outline(data);
  CHECK((both.labels == std::vector<std::string>{"ill", "well"}));
  CHECK(both.training == 4);  // a.png is of a patient in validation
  CHECK(both.validation == 1);
  CHECK(both.test == 1);
  CHECK(both.targets.lt(0).all(1).sum().item<std::int64_t>() == 2);
  CHECK(both.about.back().source == "other");
  CHECK(reason([&] { refuse_equal_films(data); }).empty());
  // A film of the others that is tested here, byte by byte.
  folder.write("other/b.png", "d.png");
  CHECK(contains(reason([&] { refuse_equal_films(data); }), "d.png"));

  DataOptions held = data;
  held.leave_out = {"s"};
  CHECK(contains(reason([&] { outline(held); }), "--unlabelled with --fold or --leave-out"));
  held = data;
  held.data = "phantom:60";
  CHECK(contains(reason([&] { load_images(held, Split::train, 64); }), "are drawn"));
}

TEST_CASE("phantom:COUNT is read strictly") {
  CHECK(phantom_data("phantom:600").count == 600);
  CHECK_FALSE(phantom_data("phantom:600").multi_label);
  CHECK(phantom_data("phantom-multi:40").count == 40);
  CHECK(phantom_data("phantom-multi:40").multi_label);
  CHECK(phantom_data("some/folder").count == 0);
  CHECK(phantom_data("C:/phantom:600").count == 0);
  for (const char* bad :
       {"phantom:", "phantom:x", "phantom:-5", "phantom:29", "phantom:99999999"}) {
    CHECK(contains(reason([&] { phantom_data(bad); }), "expected phantom:COUNT"));
  }
  CHECK(
      contains(reason([&] { phantom_data("phantom-multi:3e4"); }), "expected phantom-multi:COUNT"));
}

TEST_CASE("phantom sets: equal shares, no image in two splits, the same by seed") {
  const ImageSet training = draw_phantoms(30, 32, Split::train, 1);
  const ImageSet again = draw_phantoms(30, 32, Split::train, 1);
  const ImageSet test = draw_phantoms(30, 32, Split::test, 1);
  CHECK(training.pixels.equal(again.pixels));
  CHECK_FALSE(training.pixels.equal(test.pixels));
  CHECK(training.targets.sum(0).equal(torch::full({3}, 10.0f)));
}

TEST_CASE("balancing draws what it says") {
  const torch::Tensor targets = one_hot({100, 400, 25});
  const auto counts = [&](Balance balance) {
    return drawn_counts(targets, draw_epoch(targets, {}, balance, true, generator(1)));
  };
  CHECK((counts(Balance::none) == std::vector<std::int64_t>{100, 400, 25}));
  CHECK((counts(Balance::under) == std::vector<std::int64_t>{25, 25, 25}));
  CHECK((counts(Balance::over) == std::vector<std::int64_t>{400, 400, 400}));
  CHECK((counts(Balance::mean) == std::vector<std::int64_t>{175, 175, 175}));
  CHECK((counts(Balance::root) == std::vector<std::int64_t>{150, 300, 75}));

  SUBCASE("a class is repeated whole before any image comes by chance") {
    const torch::Tensor epoch = draw_epoch(targets, {}, Balance::mean, true, generator(1));
    const torch::Tensor times = torch::bincount(epoch, {}, 525);
    CHECK(times.narrow(0, 500, 25).eq(7).all().item<bool>());  // 175 = 7 * 25
    CHECK(times.narrow(0, 0, 100).min().item<std::int64_t>() == 1);
    CHECK(times.narrow(0, 100, 400).max().item<std::int64_t>() == 1);
  }
  SUBCASE("the seed decides the order") {
    const auto draw = [&](std::uint64_t seed) {
      return draw_epoch(targets, {}, Balance::root, true, generator(seed));
    };
    CHECK(draw(1).equal(draw(1)));
    CHECK_FALSE(draw(1).equal(draw(2)));
  }
  SUBCASE("several labels an image cannot be balanced") {
    CHECK(contains(
        reason([&] { draw_epoch(torch::ones({4, 2}), {}, Balance::over, true, generator(1)); }),
        "exactly one label"));
    CHECK(draw_epoch(torch::ones({4, 2}), {}, Balance::none, true, generator(1)).numel() == 4);
  }
  SUBCASE("the classes of every source, where sources are given") {
    std::vector<std::string> sources(525, "b");
    std::fill(sources.begin(), sources.begin() + 64, "a");
    std::fill(sources.begin() + 100, sources.begin() + 500, "a");
    const torch::Tensor epoch = draw_epoch(targets, sources, Balance::root, true, generator(1));
    const auto drawn = [&](int first, int end) {
      return epoch.ge(first).logical_and(epoch.lt(end)).sum().item<std::int64_t>();
    };
    // Square roots 8, 6, 20 and 5 of 525 images.
    CHECK(drawn(0, 64) == 108);
    CHECK(drawn(64, 100) == 81);
    CHECK(drawn(100, 500) == 269);
    CHECK(drawn(500, 525) == 67);
  }
  SUBCASE("images without any label are a class of their own") {
    const torch::Tensor all = torch::cat({targets, torch::full({900, 3}, kUnknown)});
    const torch::Tensor epoch = draw_epoch(all, {}, Balance::root, true, generator(1));
    const std::vector<std::int64_t> labelled = drawn_counts(all.clamp_min(0), epoch);
    // Square roots 10, 20, 5 and 30 of 1425 images.
    CHECK((labelled == std::vector<std::int64_t>{219, 438, 110}));
    CHECK(epoch.ge(525).sum().item<std::int64_t>() == 658);
    CHECK(draw_epoch(all, {}, Balance::none, true, generator(1)).numel() == 1425);

    // Without a guide they are of no use: the others fill the epoch.
    for (const Balance balance : {Balance::root, Balance::none}) {
      const torch::Tensor others = draw_epoch(all, {}, balance, false, generator(1));
      CHECK(others.numel() == 1425);
      CHECK(others.lt(525).all().item<bool>());
      CHECK(torch::bincount(others, {}, 525).min().item<std::int64_t>() >= 1);
    }
    CHECK((drawn_counts(targets, draw_epoch(all, {}, Balance::root, false, generator(1))) ==
           std::vector<std::int64_t>{407, 814, 204}));
    const torch::Tensor none = torch::full({4, 3}, kUnknown);
    CHECK(contains(reason([&] { draw_epoch(none, {}, Balance::none, false, generator(1)); }),
                   "no training image has a label"));
  }
  SUBCASE("unknown labels cannot be balanced, whatever they add up to") {
    const torch::Tensor unknown = torch::tensor({1.0f, 1.0f, kUnknown}).view({1, 3});
    CHECK(contains(reason([&] { draw_epoch(unknown, {}, Balance::root, true, generator(1)); }),
                   "exactly one label"));
    CHECK(contains(reason([&] {
                     draw_epoch(torch::tensor({{1.0f, kUnknown}}), {}, Balance::root, true,
                                generator(1));
                   }),
                   "exactly one label"));
  }
}

TEST_CASE("what balance means, and which labels can be taught") {
  const torch::Tensor some = torch::tensor({{1.0f, kUnknown}});
  CHECK(resolve_balance("auto", true, some) == "mean");
  CHECK(resolve_balance("auto", false, some) == "weights");
  CHECK(resolve_balance("root", false, some) == "root");
  CHECK(resolve_balance("auto", true, torch::full({2, 3}, kUnknown)) == "none");
  const auto why = [](const torch::Tensor& targets, Balance balance, bool exclusive = false) {
    return reason([&] { check_labels({"a", "b"}, exclusive, targets, balance, "data"); });
  };
  const torch::Tensor many = torch::tensor({{1.0f, 1.0f}, {0.0f, 0.0f}});
  for (const Balance balance : {Balance::none, Balance::weights, Balance::focal}) {
    CHECK(why(many, balance).empty());
    CHECK(draw_epoch(many, {}, balance, true, generator(1)).numel() == 2);
  }
  CHECK(contains(why(many, Balance::mean), "data: its images have several labels or none"));
  CHECK(contains(why(many, Balance::mean), "--balance auto, weights, focal or none"));
  const torch::Tensor lacking = torch::tensor({{1.0f, 0.0f}, {kUnknown, kUnknown}});
  CHECK(why(lacking, Balance::mean, true) ==
        "data: no training image has label 'b'; expected some, or --balance none");
  CHECK(why(lacking, Balance::none, true).empty());
  CHECK((labels_without_image({"a", "b"}, lacking) == std::vector<std::string>{"b"}));
  CHECK(contains(
      reason([&] { check_labels({"a"}, true, torch::ones({3, 1}), Balance::none, "data"); }),
      "one label alone, 'a'"));
  // A run made before there was another default.
  nlohmann::ordered_json old = to_json(RunOptions{});
  old.erase("balance");
  CHECK(run_options_from_json(old).balance == "mean");
  CHECK(RunOptions{}.balance == "auto");
}

TEST_CASE("augmentation keeps range and shape, changes with the seed, and not at probability 0") {
  const torch::Tensor images =
      to_unit_range(draw_phantoms(30, 48, Split::train, 1).pixels.narrow(0, 0, 8));
  Augmentation augmentation;
  augmentation.probability = 0;
  CHECK(torch::allclose(augment(images, augmentation, generator(1)), images, 0, 2e-5));

  augmentation.probability = 1;
  const torch::Tensor changed = augment(images, augmentation, generator(1));
  CHECK(changed.sizes() == images.sizes());
  CHECK(changed.min().item<float>() >= 0);
  CHECK(changed.max().item<float>() <= 1);
  CHECK((changed - images).abs().mean().item<float>() > 0.01f);
  CHECK(changed.equal(augment(images, augmentation, generator(1))));
  CHECK_FALSE(changed.equal(augment(images, augmentation, generator(2))));

  augmentation.probability = 0.5;
  const torch::Tensor half = augment(images, augmentation, generator(5));
  CHECK(half.sizes() == images.sizes());
}
