// Datasets, balancing and augmentation.
#include <doctest/doctest.h>
#include <torch/torch.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "commands/dataset_option.h"
#include "data/augment.h"
#include "data/balance.h"
#include "data/csv.h"
#include "data/image_set.h"
#include "data/manifest.h"
#include "data/phantom.h"
#include "phantom/image_writer.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / ("thoraxlite-data-test-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string reason(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

torch::Generator generator(std::uint64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(seed);
}

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
  const Folder folder;
  const CsvTable table = read_csv(
      folder.write("good.csv", "file,note\r\n\"a,b.jpg\",\"says \"\"x\"\"\"\r\nc.jpg,\r\n"));
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0][0] == "a,b.jpg");
  CHECK(table.rows[0][1] == "says \"x\"");
  CHECK(table.rows[1][1] == "");
  CHECK(table.column("note") == 1);
  CHECK(contains(reason([&] { table.column("label"); }), "no column 'label'; it has file, note"));
  CHECK(contains(reason([&] { read_csv(folder.write("short.csv", "a,b\n1,2\n3\n")); }),
                 "row 3 has 1 fields; expected 2"));
  CHECK(
      contains(reason([&] { read_csv(folder.write("quote.csv", "a\n\"open\n")); }), "is not csv"));
  CHECK(contains(reason([&] { read_csv(folder.write("empty.csv", "")); }), "empty"));
  CHECK(contains(reason([&] { read_csv(folder.path() / "absent.csv"); }), "cannot be opened"));
}

TEST_CASE("a manifest becomes samples, and its errors name the row") {
  const Folder folder;
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

  folder.write("manifest.csv", "file,label,split,source\na.jpg,normal,training,x\n");
  CHECK(contains(reason([&] { read_manifest(folder.path()); }),
                 "row 2: split 'training' is not known"));
  folder.write("manifest.csv", "file,label,split\na.jpg,normal,train\n");
  CHECK(contains(reason([&] { read_manifest(folder.path()); }), "no column 'source'"));
}

TEST_CASE("one unreadable image in a hundred is left out, more are an error") {
  const Folder folder;
  const GreyImage phantom = draw_phantom({PhantomKind::normal, 32, 8, 1}).image;
  write_png(folder.path() / "good.png", phantom);
  const auto with_missing = [&](int missing) {
    std::string manifest = "file,label,split,source\n";
    for (int i = 0; i < 100; ++i) {
      manifest += i < missing ? "absent.png,normal,train,x\n" : "good.png,normal,train,x\n";
    }
    folder.write("manifest.csv", manifest);
    return read_manifest(folder.path());
  };
  const ImageSet images = decode_images(with_missing(1), 32);
  CHECK(images.size() == 99);
  CHECK(images.sources.size() == 99);
  CHECK(images.pixels[98][0][5][7].item<int>() == phantom.pixels[5 * 32 + 7]);
  CHECK(contains(reason([&] { decode_images(with_missing(2), 32); }),
                 "2 of 100 images cannot be read"));
}

TEST_CASE("phantom:COUNT is read strictly") {
  CHECK(phantom_count("phantom:600") == 600);
  CHECK(phantom_count("some/folder") == 0);
  for (const char* bad :
       {"phantom:", "phantom:x", "phantom:-5", "phantom:29", "phantom:99999999"}) {
    CHECK(contains(reason([&] { phantom_count(bad); }), "expected phantom:COUNT"));
  }
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
    return drawn_counts(targets, draw_epoch(targets, balance, generator(1)));
  };
  CHECK((counts(Balance::none) == std::vector<std::int64_t>{100, 400, 25}));
  CHECK((counts(Balance::under) == std::vector<std::int64_t>{25, 25, 25}));
  CHECK((counts(Balance::over) == std::vector<std::int64_t>{400, 400, 400}));
  CHECK((counts(Balance::mean) == std::vector<std::int64_t>{175, 175, 175}));
  CHECK((counts(Balance::root) == std::vector<std::int64_t>{150, 300, 75}));

  SUBCASE("a class is repeated whole before any image comes by chance") {
    const torch::Tensor epoch = draw_epoch(targets, Balance::mean, generator(1));
    const torch::Tensor times = torch::bincount(epoch, {}, 525);
    CHECK(times.narrow(0, 500, 25).eq(7).all().item<bool>());  // 175 = 7 * 25
    CHECK(times.narrow(0, 0, 100).min().item<std::int64_t>() == 1);
    CHECK(times.narrow(0, 100, 400).max().item<std::int64_t>() == 1);
  }
  SUBCASE("the seed decides the order") {
    const auto draw = [&](std::uint64_t seed) {
      return draw_epoch(targets, Balance::root, generator(seed));
    };
    CHECK(draw(1).equal(draw(1)));
    CHECK_FALSE(draw(1).equal(draw(2)));
  }
  SUBCASE("several labels an image cannot be balanced") {
    CHECK(contains(reason([&] { draw_epoch(torch::ones({4, 2}), Balance::over, generator(1)); }),
                   "exactly one label"));
    CHECK(draw_epoch(torch::ones({4, 2}), Balance::none, generator(1)).numel() == 4);
  }
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
