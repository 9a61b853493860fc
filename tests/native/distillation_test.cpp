// What a network learns from another one: the guide, its cache, and the terms of the loss.
#include "training/distillation.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <filesystem>
#include <fstream>

#include "commands/pack_measured.h"
#include "data/file_bytes.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "made_folder.h"
#include "training/checkpoint.h"
#include "training/imported_run.h"
#include "training/run_folder.h"
#include "training/settled_options.h"
#include "training/trained_network.h"
#include "training/validation.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kLabels = {"normal", "lobar", "diffuse"};

RunOptions small_student(int size) {
  RunOptions options;
  options.data.data = "phantom:30";
  options.input.size = size;
  options.hidden = 8;
  return options;
}

// A run folder that holds weights drawn by chance.
fs::path make_guide(const fs::path& run, std::uint64_t seed, int size = 32) {
  fs::create_directories(run);
  const RunOptions options = small_student(size);
  claim_run_folder(run, options, kLabels, {});
  torch::manual_seed(seed);
  const auto network = make_network(network_options(options, kLabels.size()));
  save_network(run / "best.pt", *network);
  return run;
}

torch::Tensor range(std::int64_t count) {
  return torch::arange(count);
}

}  // namespace

TEST_CASE("a guide gives the maps that are asked for, and names those that it has") {
  const MadeFolder folder;
  const fs::path run = make_guide(folder.path() / "guide", 1);
  Guide guide(run, kLabels, {"pool2"}, torch::kCPU);
  const GuideOutput output = guide.outputs(torch::rand({2, 1, 64, 64}), range(2));
  CHECK(output.logits.sizes() == torch::IntArrayRef({2, 3}));
  REQUIRE(output.maps.count("pool2") == 1);
  CHECK(output.maps.size() == 1);
  // 64 pixels a side are averaged to the guide's 32.
  CHECK(output.maps.at("pool2").size(2) == 8);

  CHECK(contains(reason([&] { Guide(run, kLabels, {"pool9"}, torch::kCPU); }),
                 "has no feature map 'pool9'; it has conv1, pool1"));
  CHECK(contains(reason([&] { Guide(run, {"a", "b", "c"}, {}, torch::kCPU); }),
                 "its labels lack 'a' of the data"));
  CHECK(contains(reason([&] { Guide(folder.path() / "none", kLabels, {}, torch::kCPU); }),
                 "expected a run folder"));
  CHECK(contains(reason([&] { guide.outputs(torch::rand({2, 1, 16, 16}), range(2)); }),
                 "smaller than the network's input"));
}

TEST_CASE("a guide of more labels teaches those that are learned, in their order") {
  const MadeFolder folder;
  const fs::path run = make_guide(folder.path() / "guide", 1);
  const torch::Tensor images = torch::rand({2, 1, 32, 32});
  const torch::Tensor all = Guide(run, kLabels, {}, torch::kCPU).outputs(images, range(2)).logits;
  Guide some(run, {"diffuse", "normal"}, {}, torch::kCPU);
  const torch::Tensor expected = all.index_select(1, torch::tensor({2, 0}, torch::kInt64));
  CHECK(torch::equal(some.outputs(images, range(2)).logits, expected));

  const ImageSet set = draw_phantoms(30, 32, Split::train, 1);
  const torch::Tensor whole = Guide(run, kLabels, {}, torch::kCPU).logits(set);
  CHECK(
      torch::equal(some.logits(set), whole.index_select(1, torch::tensor({2, 0}, torch::kInt64))));
  // Kept in a file, they are not another learner's.
  some.cache(set, folder.path() / "cache");
  Guide others(run, {"lobar", "normal"}, {}, torch::kCPU);
  others.cache(set, folder.path() / "cache");
  CHECK(torch::allclose(others.outputs({}, range(30)).logits,
                        whole.index_select(1, torch::tensor({1, 0}, torch::kInt64)), 1e-5, 1e-5));
}

TEST_CASE("a network from elsewhere teaches as a run does") {
  const MadeFolder folder;
  const fs::path own = make_guide(folder.path() / "own", 1), run = folder.path() / "imported";
  const TrainedNetwork trained = load_trained(own);
  CardContent card;
  card.name = "theirs";
  card.labels = {"x", "y", "z"};
  card.input = trained.options.input;
  card.operating_points.resize(3);
  const auto file = [&](Activation activation) {
    card.activation = activation;
    return pack_model(fold(*trained.network), card, WeightType::float32, self_test_picture());
  };
  const std::vector<std::uint8_t> findings = file(Activation::sigmoid);
  write_imported_run(run, view(findings), kLabels, {{"file", "theirs"}});
  CHECK(!labels_exclude_each_other(run));
  CHECK(read_run_labels(run) == kLabels);

  const torch::Tensor images = torch::rand({2, 1, 32, 32});
  Guide guide(run, kLabels, {"conv2"}, torch::kCPU);
  const GuideOutput output = guide.outputs(images, range(2));
  const torch::Tensor expected =
      Guide(own, kLabels, {}, torch::kCPU).outputs(images, range(2)).logits;
  CHECK(torch::allclose(output.logits, expected, 1e-4, 1e-4));
  CHECK(output.maps.at("conv2").size(2) == 16);

  // Its maps by depth: the last of each resolution.
  const std::vector<std::string> maps = maps_by_depth(run);
  REQUIRE(maps.size() == 3);
  std::vector<std::int64_t> sides;
  for (const auto& [name, map] :
       load_trained(run).network->forward(torch::zeros({1, 1, 32, 32})).features) {
    if (name == maps[0] || name == maps[1] || name == maps[2]) sides.push_back(map.size(2));
  }
  CHECK(sides.size() == 3);
  CHECK(sides[0] > sides[1]);
  CHECK(sides[1] > sides[2]);
  RunOptions student = small_student(32);
  CHECK(levels_of(student, read_run_options(run), run).front().second == maps[0]);

  // Soft labels as it was taught: a softmax of findings would leave their level open.
  student.distillation.soft_labels_from = run.string();
  CHECK(settle(student, folder.path() / "student", torch::kCPU, false).distillation.soften ==
        "sigmoid");
  student.distillation.soft_labels_from = own.string();
  CHECK(settle(student, folder.path() / "student", torch::kCPU, false).distillation.soften ==
        "softmax");

  // At its file's temperature.
  card.temperature = 2;
  write_imported_run(run, view(file(Activation::sigmoid)), {"a", "b", "c"}, {{"file", "hot"}});
  CHECK(read_run_labels(run).front() == "a");
  CHECK(imported_record(run).at("file") == "hot");
  CHECK(
      torch::allclose(Guide(run, {"a", "b", "c"}, {}, torch::kCPU).outputs(images, range(2)).logits,
                      expected / 2, 1e-4, 1e-4));

  // What was trained here is not written over.
  CHECK(contains(reason([&] { write_imported_run(own, view(findings), kLabels, {}); }),
                 "holds a network that was trained here"));
  CHECK(imported_record(own).is_null());
  const std::vector<std::uint8_t> exclusive = file(Activation::softmax);
  write_imported_run(folder.path() / "softmax", view(exclusive), kLabels, {});
  CHECK(labels_exclude_each_other(folder.path() / "softmax"));
  CHECK(!reason([&] { write_imported_run(folder.path() / "broken", {}, kLabels, {}); }).empty());
}

TEST_CASE("two networks agree by how much their scores differ") {
  const torch::Tensor zeros = torch::zeros({2, 2}), sure = torch::full({2, 2}, 1e3);
  CHECK(score_agreement(zeros, zeros, false) == doctest::Approx(1));
  CHECK(score_agreement(zeros, sure, false) == doctest::Approx(0.5));
  CHECK(score_agreement(-sure, sure, false) == doctest::Approx(0));
  CHECK(score_agreement(zeros, sure, true) == doctest::Approx(1));  // both are half and half
}

TEST_CASE("a cache gives what the guide would, is kept, and is never stale") {
  const MadeFolder folder;
  const fs::path run = make_guide(folder.path() / "guide", 1), file = folder.path() / "cache";
  const ImageSet images = draw_phantoms(70, 32, Split::train, 1);
  const torch::Tensor index = torch::tensor({69, 3, 3, 0}, torch::kInt64);
  const torch::Tensor batch = to_unit_range(images.pixels.index_select(0, index));

  Guide direct(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
  const GuideOutput expected = direct.outputs(batch, index);
  Guide cached(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
  cached.cache(images, file);
  // The images are not looked at any more.
  const GuideOutput output = cached.outputs(torch::Tensor(), index);
  CHECK(torch::allclose(output.logits, expected.logits, 1e-5, 1e-5));
  REQUIRE(output.maps.size() == 2);
  for (const auto& [name, map] : expected.maps) {
    CHECK(torch::allclose(output.maps.at(name), map, 1e-3, 1e-3));
  }

  const auto written = [&] { return fs::last_write_time(file); };
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto first = written();
  Guide again(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
  again.cache(images, file);
  CHECK(written() == first);
  CHECK(torch::equal(again.outputs(torch::Tensor(), index).logits, output.logits));

  SUBCASE("other weights") {
    fs::remove_all(run);
    make_guide(run, 2);
    Guide other(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
    other.cache(images, file);
    CHECK(written() != first);
    CHECK_FALSE(torch::allclose(other.outputs(torch::Tensor(), index).logits, output.logits));
  }
  SUBCASE("other images") {
    Guide other(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
    other.cache(draw_phantoms(70, 32, Split::train, 2), file);
    CHECK(written() != first);
  }
  SUBCASE("other maps") {
    Guide other(run, kLabels, {"pool1"}, torch::kCPU);
    other.cache(images, file);
    CHECK(written() != first);
  }
  SUBCASE("half a file") {
    fs::resize_file(file, fs::file_size(file) / 2);
    Guide other(run, kLabels, {"pool1", "pool3"}, torch::kCPU);
    other.cache(images, file);
    CHECK(torch::equal(other.outputs(torch::Tensor(), index).logits, output.logits));
  }
}

TEST_CASE("the terms of equation 4: none without guides, zero for a network's own copy") {
  const MadeFolder folder;
  const fs::path run = make_guide(folder.path() / "guide", 1);
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  const torch::Tensor batch = to_unit_range(images.pixels.narrow(0, 0, 4));
  RunOptions options = small_student(32);
  options.dropout = 0;
  const auto network = make_network(network_options(options, kLabels.size()));
  load_network(run / "best.pt", *network);
  network->eval();
  const ModelOutput own = network->forward((batch - options.input.mean) / options.input.std);
  const auto generator = [] { return torch::make_generator<torch::CPUGeneratorImpl>(1); };

  Distillation alone(options, kLabels, torch::kCPU);
  const DistillationLoss nothing = alone.loss(own, batch, range(4), generator());
  CHECK_FALSE(nothing.soft.defined());
  CHECK_FALSE(nothing.maps.defined());

  options.distillation.soft_labels_from = run.string();
  options.distillation.features_from = run.string();
  options.distillation.temperature = 2;  // at 30, rounding comes 900 times as large
  options.distillation.levels = {"pool1=pool1", "pool3=pool3"};
  const ModelOutput other = [&] {
    const auto another = make_network(network_options(options, kLabels.size()));
    another->eval();
    return another->forward((batch - options.input.mean) / options.input.std);
  }();
  for (const char* loss : {"wasserstein", "kl"}) {
    options.distillation.map_loss = loss;
    Distillation distillation(options, kLabels, torch::kCPU);
    const DistillationLoss same = distillation.loss(own, batch, range(4), generator());
    CHECK(std::abs(same.soft.item<double>()) < 1e-5);
    CHECK(std::abs(same.maps.item<double>()) < 1e-5);
    const DistillationLoss different = distillation.loss(other, batch, range(4), generator());
    CHECK(different.soft.item<double>() > 1e-5);
    CHECK(different.maps.item<double>() > 1e-4);
  }

  // By the letter of equation 2, classes are summed; maps have none.
  Distillation means(options, kLabels, torch::kCPU);
  options.reduction = "sum";
  Distillation sums(options, kLabels, torch::kCPU);
  const DistillationLoss mean = means.loss(other, batch, range(4), generator());
  const DistillationLoss sum = sums.loss(other, batch, range(4), generator());
  const double t = options.distillation.temperature;
  const torch::Tensor y = torch::softmax(own.logits / t, 1),
                      p = torch::softmax(other.logits / t, 1);
  const torch::Tensor by_the_letter =
      ((y * (y / p).log() + (1 - y) * ((1 - y) / (1 - p)).log()).sum(1).mean() * t * t);
  CHECK(sum.soft.item<double>() == doctest::Approx(by_the_letter.item<double>()).epsilon(1e-3));
  CHECK(sum.soft.item<double>() == doctest::Approx(3 * mean.soft.item<double>()));
  CHECK(sum.maps.item<double>() == mean.maps.item<double>());
  options.reduction = "mean";

  options.distillation.levels = {"pool1"};
  CHECK(
      contains(reason([&] { Distillation(options, kLabels, torch::kCPU); }), "expected OWN=GUIDE"));
}

TEST_CASE("images are loaded at the largest input of the network and its guides") {
  const MadeFolder folder;
  RunOptions options = small_student(48);
  CHECK(loading_side(options) == 48);
  options.distillation.soft_labels_from = make_guide(folder.path() / "large", 1, 80).string();
  options.distillation.features_from = make_guide(folder.path() / "small", 1, 32).string();
  CHECK(loading_side(options) == 80);
}

TEST_CASE("every pair of architectures has levels, deepest last") {
  for (const char* guide :
       {"inception_v3", "densenet121", "efficientnet_b6", "efficientnet_b6+b7"}) {
    CHECK(default_levels("student", guide).back().first == "pool3");
  }
  CHECK(default_levels("densenet121", "inception_v3").back() ==
        std::pair<std::string, std::string>("denseblock4", "Mixed_7c"));
}

TEST_CASE("a run alone stays what it is at another temperature, and a run with a guide does not") {
  const MadeFolder folder;
  RunOptions alone = small_student(48), warmer = alone;
  warmer.distillation.temperature = 2;
  claim_run_folder(folder.path() / "alone", alone, kLabels, {});
  std::ofstream(folder.path() / "alone" / "best.pt") << "weights";
  CHECK_NOTHROW(claim_run_folder(folder.path() / "alone", warmer, kLabels, {}));

  alone.distillation.features_from = warmer.distillation.features_from = "teacher";
  claim_run_folder(folder.path() / "guided", alone, kLabels, {});
  std::ofstream(folder.path() / "guided" / "best.pt") << "weights";
  CHECK_THROWS_AS(claim_run_folder(folder.path() / "guided", warmer, kLabels, {}),
                  std::runtime_error);
  CHECK_THROWS_AS(claim_run_folder(folder.path() / "alone", alone, kLabels, {}),
                  std::runtime_error);
}

TEST_CASE("options survive options.json, and metrics are trimmed to whole epochs") {
  const MadeFolder folder;
  RunOptions options = small_student(48);
  options.distillation.levels = {"a=b"};
  options.distillation.cache = true;
  options.data.sources = {"x", "y"};
  options.patience = 3;
  claim_run_folder(folder.path() / "run", options, kLabels, {{"revision", "r"}});
  CHECK(to_json(read_run_options(folder.path() / "run")) == to_json(options));
  CHECK(read_run_labels(folder.path() / "run") == kLabels);

  nlohmann::ordered_json older = {{"options", to_json(options)}, {"labels", kLabels}};
  older["options"].erase("labelled");  // an option that came later
  fs::create_directory(folder.path() / "older");
  std::ofstream(folder.path() / "older" / "options.json") << older;
  CHECK(to_json(read_run_options(folder.path() / "older")) == to_json(options));

  const fs::path metrics = folder.path() / "run" / "metrics.jsonl";
  std::ofstream(metrics) << "{\"epoch\":1}\n{\"epoch\":2,\"a\":1}\n{\"epoch\":2,\"a\":2}\n"
                            "{\"epoch\":3}\n{\"epo";
  trim_metrics(folder.path() / "run", 2);
  std::ifstream stream(metrics);
  CHECK(std::string(std::istreambuf_iterator<char>(stream), {}) ==
        "{\"epoch\":1}\n{\"epoch\":2,\"a\":2}\n");
}
