// Image sets in memory and on disk, read in batches; and what --data makes of a folder.
#include "data/batch_reader.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "commands/dataset_option.h"
#include "data/chexpert.h"
#include "data/manifest.h"
#include "data/nih.h"
#include "data/phantom.h"
#include "made_folder.h"
#include "phantom/image_writer.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

constexpr int kSide = 24;

// `count` drawn images that need resizing, as a two-label list.
SampleList made_images(const MadeFolder& folder, int count) {
  SampleList list{{"even", "third"}, false, {}};
  for (int i = 0; i < count; ++i) {
    const fs::path file = folder.path() / (std::to_string(i) + ".png");
    write_png(file, draw_phantom({PhantomKind::both, 40, 8, static_cast<std::uint64_t>(i)}).image);
    list.samples.push_back(
        {file, {i % 2 == 0 ? 1.0f : 0.0f, i % 3 == 0 ? kUnknown : 0.0f}, Split::train, "made"});
  }
  return list;
}

std::vector<Batch> read_all(const ImageSet& set, const torch::Tensor& order, std::int64_t batch) {
  BatchReader reader(set, order, batch);
  std::vector<Batch> batches;
  while (std::optional<Batch> next = reader.next()) batches.push_back(std::move(*next));
  CHECK_FALSE(reader.next().has_value());
  return batches;
}

void check_equal(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i].index.equal(b[i].index));
    CHECK(a[i].pixels.equal(b[i].pixels));
    CHECK(a[i].targets.equal(b[i].targets));
  }
}

// The folder of real films; empty, with a line, where there is none.
fs::path real_data(const std::string& name) {
  const char* shared = std::getenv("THORAXLITE_DATA");
  if (shared && fs::exists(fs::path(shared) / name)) return fs::path(shared) / name;
  MESSAGE("skipped: no ", name, " below THORAXLITE_DATA");
  return {};
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// The first fields of every row, without the reader's own csv: none of these holds a comma.
std::vector<std::vector<std::string>> first_fields(const fs::path& csv) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(csv)) rows.push_back(split_at(line, ','));
  rows.erase(rows.begin());
  return rows;
}

}  // namespace

TEST_CASE("batches from disk are those from memory, in order, for every size of batch") {
  const MadeFolder folder;
  const SampleList list = made_images(folder, 12);
  const ImageSet memory = decode_images(list, kSide);
  const ImageSet disk = stream_images(list, kSide);
  REQUIRE(disk.streams());
  CHECK_FALSE(memory.streams());
  CHECK(disk.size() == 12);
  CHECK(disk.sources == memory.sources);

  const torch::Tensor order = torch::arange(50).mul(7).remainder(12);  // images come again
  for (const std::int64_t batch : {1, 7, 50, 64}) {
    CAPTURE(batch);
    const std::vector<Batch> batches = read_all(memory, order, batch);
    check_equal(read_all(disk, order, batch), batches);
    REQUIRE(batches.size() == static_cast<std::size_t>((50 + batch - 1) / batch));
    const std::int64_t last = 50 - (static_cast<std::int64_t>(batches.size()) - 1) * batch;
    CHECK(batches.back().pixels.sizes() == torch::IntArrayRef{last, 1, kSide, kSide});
    std::vector<torch::Tensor> indices;
    for (const Batch& one : batches) indices.push_back(one.index);
    CHECK(torch::cat(indices).equal(order));
  }
  CHECK(read_all(disk, order, 7)[3].targets.equal(
      disk.targets.index_select(0, order.narrow(0, 21, 7))));
  CHECK(read_all(disk, torch::empty({0}, torch::kInt64), 7).empty());
}

TEST_CASE("images of any size, depth and format: what streams is what memory holds") {
  const MadeFolder folder;
  SampleList list{{"a"}, false, {}};
  int i = 0;
  for (const int size : {40, 61, 300}) {
    for (const int depth : {8, 16}) {
      const GreyImage film =
          draw_phantom({PhantomKind::both, size, depth, static_cast<std::uint64_t>(i)}).image;
      const fs::path file = folder.path() / (std::to_string(i++) + ".png");
      write_png(file, film);
      list.samples.push_back({file, {1}, Split::train, "made"});
      if (depth != 8) continue;
      // Of another shape: the upper half.
      GreyImage half{size, size / 2, 255, film.pixels};
      half.pixels.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size / 2));
      const std::vector<std::uint8_t> jpeg = encode_jpeg(half);
      list.samples.push_back(
          {folder.write(std::to_string(i++) + ".jpg", {jpeg.begin(), jpeg.end()}),
           {1},
           Split::train,
           "made"});
    }
  }
  const ImageSet memory = decode_images(list, kSide);
  REQUIRE(memory.size() == 9);
  const torch::Tensor order = torch::arange(90).mul(4).remainder(9);
  check_equal(read_all(stream_images(list, kSide), order, 7), read_all(memory, order, 7));
  // A size that needs enlarging, too.
  check_equal(read_all(stream_images(list, 128), order, 7),
              read_all(decode_images(list, 128), order, 7));
}

TEST_CASE("a reader of which nothing, or not all, is read lets go") {
  const MadeFolder folder;
  const ImageSet disk = stream_images(made_images(folder, 8), kSide);
  const torch::Tensor order = torch::arange(4000).remainder(8);
  for (int i = 0; i < 20; ++i) {
    BatchReader unread(disk, order, 3);
    BatchReader begun(disk, order, 3);
    for (int batch = 0; batch < i; ++batch) REQUIRE(begun.next().has_value());
  }
}

TEST_CASE("an image that cannot be read from disk comes black and unknown") {
  const MadeFolder folder;
  SampleList list = made_images(folder, 10);
  folder.write("4.png", "no image");
  const ImageSet disk = stream_images(list, kSide);
  torch::Tensor order = torch::arange(100).remainder(9);
  order = torch::where(order >= 4, order + 1, order);  // all but image 4
  order[60] = 4;
  const std::vector<Batch> batches = read_all(disk, order, 25);
  const Batch& batch = batches[2];
  CHECK(batch.index[10].item<std::int64_t>() == 4);
  CHECK(batch.pixels[10].eq(0).all().item<bool>());
  CHECK(batch.targets[10].eq(kUnknown).all().item<bool>());
  CHECK(batch.pixels[11].max().item<int>() > 0);
  CHECK(batch.targets[9].equal(disk.targets[batch.index[9].item<std::int64_t>()]));
  // The set itself is as it was.
  CHECK(disk.targets[4][0].item<float>() == 1);
}

TEST_CASE(
    "more than one in a hundred, and the reader throws what its threads met, again and again") {
  const MadeFolder folder;
  SampleList list = made_images(folder, 10);
  fs::remove(list.samples[4].file);
  const ImageSet disk = stream_images(std::move(list), kSide);
  const torch::Tensor order = torch::arange(100).remainder(10);
  BatchReader reader(disk, order, 20);
  const auto read = [&] {
    while (reader.next()) {
    }
  };
  CHECK(contains(reason(read), "2 of 100 images cannot be read"));
  CHECK(contains(reason(read), "2 of 100 images cannot be read"));
}

TEST_CASE("however many threads fail at once, the reader says one and the same") {
  const MadeFolder folder;
  SampleList list{{"even", "third"}, false, {}};
  for (int i = 0; i < 100; ++i) {
    const fs::path absent = folder.path() / (std::to_string(i) + ".png");
    list.samples.push_back({absent, {0, 1}, Split::train, "made"});
  }
  const ImageSet disk = stream_images(std::move(list), kSide);
  std::set<std::string> reasons;
  std::set<std::ptrdiff_t> lines;
  for (int i = 0; i < 200; ++i) {
    std::ostringstream said;
    std::streambuf* const usual = std::cerr.rdbuf(said.rdbuf());
    {
      BatchReader reader(disk, torch::arange(100), 20);
      reasons.insert(reason([&] { reader.next(); }));
    }
    std::cerr.rdbuf(usual);
    const std::string text = said.str();
    lines.insert(std::count(text.begin(), text.end(), '\n'));
  }
  CHECK(
      (reasons == std::set<std::string>{"at least 2 of 100 images cannot be read; expected at most "
                                        "one in a hundred"}));
  CHECK((lines == std::set<std::ptrdiff_t>{2}));  // those that it counts, no more
}

TEST_CASE("an order that does not fit the set is refused") {
  const ImageSet set = draw_phantoms(30, kSide, Split::train, 1);
  for (const torch::Tensor& bad :
       {torch::tensor({30}, torch::kInt64), torch::tensor({-1}, torch::kInt64),
        torch::tensor({1.0f}), torch::zeros({2, 2}, torch::kInt64)}) {
    CHECK(contains(reason([&] { BatchReader(set, bad, 4); }), "indices from 0 to 29"));
  }
  CHECK(contains(reason([&] { BatchReader(set, torch::arange(3), 0); }), "at least 1 image"));
}

TEST_CASE("load_images streams what does not fit, and says what a folder lacks") {
  const MadeFolder folder;
  std::string manifest = "file,label,split,source\n";
  for (int i = 0; i < 6; ++i) {
    write_png(folder.path() / (std::to_string(i) + ".png"),
              draw_phantom({PhantomKind::lobar, 32, 8, static_cast<std::uint64_t>(i)}).image);
    manifest += std::to_string(i) + ".png," + (i % 2 ? "a" : "a|b") + ",train,x\n";
  }
  folder.write("manifest.csv", manifest);
  DataOptions options{folder.path().string(), {}};
  const ImageSet memory = load_images(options, Split::train, kSide);
  options.memory_limit = 6.0 * kSide * kSide / (1 << 30);  // exactly what is needed
  CHECK_FALSE(load_images(options, Split::train, kSide).streams());
  options.memory_limit *= 0.99;
  const ImageSet disk = load_images(options, Split::train, kSide);
  REQUIRE(disk.streams());
  check_equal(read_all(disk, torch::arange(6), 4), read_all(memory, torch::arange(6), 4));
  CHECK(load_labels(options) == memory.labels);
  CHECK(contains(reason([&] { load_images(options, Split::test, kSide); }),
                 "no image of split test"));

  CHECK(dataset_digest(options.data).size() == 64);
  const std::string before = dataset_digest(options.data);
  folder.write("manifest.csv", manifest + "6.png,a,train,x\n");
  CHECK(dataset_digest(options.data) != before);
  CHECK(dataset_digest("phantom:30").empty());

  folder.write("empty/train.csv", "Path\n");
  options.data = (folder.path() / "empty").string();
  CHECK(contains(reason([&] { load_labels(options); }),
                 ": no dataset; expected a csv file, or a folder with one of: manifest.csv; "
                 "CheXpert's train.csv and valid.csv; NIH's Data_Entry_2017.csv; MIMIC-CXR-JPG's"));
  options.data = (folder.path() / "absent").string();
  CHECK(contains(reason([&] { load_samples(options); }), "no such folder"));
  folder.write("empty/valid.csv", "Path\n");
  options.data = (folder.path() / "empty").string();
  CHECK(contains(reason([&] { load_labels(options); }), "valid.csv: no column 'Frontal/Lateral'"));
  options.uncertain = "maybe";
  CHECK(contains(reason([&] { load_samples(options); }), "uncertain 'maybe' is not known"));

  CHECK(contains(reason([&] { load_images({"phantom:1000000", {}}, Split::train, 224); }),
                 "GiB of memory"));
}

TEST_CASE("multi-label phantoms have every combination of their labels, equally often") {
  const ImageSet set = load_images({"phantom-multi:40", {}}, Split::train, kSide);
  CHECK((set.labels == std::vector<std::string>{"lobar", "diffuse"}));
  CHECK((load_labels({"phantom-multi:40", {}}) == set.labels));
  CHECK_FALSE(set.exclusive);
  const torch::Tensor combination = (set.targets.select(1, 0) + 2 * set.targets.select(1, 1));
  CHECK(torch::bincount(combination.to(torch::kInt64)).eq(10).all().item<bool>());
  // The pixels are those of the phantom that the targets say.
  const auto is_drawn = [&](std::int64_t i, PhantomKind kind) {
    const GreyImage image =
        draw_phantom({kind, kSide, 8, (1ull << 40) + static_cast<std::uint64_t>(i)}).image;
    for (int at = 0; at < kSide * kSide; ++at) {
      if (set.pixels[i].flatten()[at].item<int>() != image.pixels[static_cast<std::size_t>(at)]) {
        return false;
      }
    }
    return true;
  };
  for (std::int64_t i = 4; i < 8; ++i) {
    const bool lobar = set.targets[i][0].item<float>() == 1;
    const bool diffuse = set.targets[i][1].item<float>() == 1;
    CHECK(is_drawn(i, lobar ? (diffuse ? PhantomKind::both : PhantomKind::lobar)
                            : (diffuse ? PhantomKind::diffuse : PhantomKind::normal)));
  }
  CHECK_FALSE(
      load_images({"phantom-multi:40", {}}, Split::test, kSide).pixels[0].equal(set.pixels[0]));
}

// What the readers give of real folders is counted another way: line by line.
TEST_CASE("real films: NIH ChestX-ray14's layout") {
  const fs::path folder = real_data("nih14");
  if (folder.empty()) return;
  std::map<std::string, Split> split_of;
  for (const std::string& name : lines_of(folder / "train_val_list.txt")) {
    split_of[name] = Split::train;
  }
  for (const std::string& name : lines_of(folder / "test_list.txt")) split_of[name] = Split::test;
  std::map<std::string, std::vector<std::string>> rows;  // of images that are listed and there
  std::int64_t test_images = 0;
  for (const std::vector<std::string>& row : first_fields(folder / "Data_Entry_2017.csv")) {
    const auto split = split_of.find(row.at(0));
    if (split == split_of.end() || !fs::exists(folder / "images" / row[0])) continue;
    rows[row[0]] = row;
    test_images += split->second == Split::test;
  }
  REQUIRE(test_images > 0);

  const SampleList list = load_samples({folder.string(), {}});
  CHECK(list.samples.size() == rows.size());
  CHECK(select(list, Split::test).samples.size() == static_cast<std::size_t>(test_images));
  std::size_t wrong = 0;
  for (const Sample& sample : list.samples) {
    const std::vector<std::string>& row = rows[sample.file.filename().string()];
    const std::vector<std::string> findings = split_at(row.at(1), '|');
    std::vector<float> targets;
    for (const char* finding : kNihFindings) {
      targets.push_back(std::count(findings.begin(), findings.end(), finding) == 1);
    }
    wrong += sample.targets != targets || sample.source != row.at(6);
  }
  CHECK(wrong == 0);

  DataOptions options{folder.string(), {}};
  const ImageSet memory = load_images(options, Split::test, 64);
  options.memory_limit = 0;
  const torch::Tensor order = torch::randperm(memory.size(), torch::kInt64);
  check_equal(read_all(load_images(options, Split::test, 64), order, 16),
              read_all(memory, order, 16));
}

TEST_CASE("real films: the manifest of covid-cxr") {
  const fs::path folder = real_data("covid-cxr");
  if (folder.empty()) return;
  const auto rows = first_fields(folder / "manifest.csv");  // file, label, split, source
  std::vector<std::string> labels;
  std::map<std::string, float> of_label;
  std::map<std::string, std::size_t> of_source;
  for (const std::vector<std::string>& row : rows) {
    if (std::count(labels.begin(), labels.end(), row.at(1)) == 0) labels.push_back(row[1]);
    if (row.at(2) != "test") continue;
    ++of_label[row[1]];
    ++of_source[row.at(3)];
  }
  REQUIRE(of_source.size() > 2);

  const SampleList list = select(load_samples({folder.string(), {}}), Split::test);
  CHECK(list.exclusive);
  CHECK((list.labels == labels));
  for (std::size_t label = 0; label < labels.size(); ++label) {
    float count = 0;
    for (const Sample& sample : list.samples) count += sample.targets[label];
    CHECK(count == of_label[labels[label]]);
  }
  const auto& [first, of_first] = *of_source.begin();
  const auto& [last, of_last] = *of_source.rbegin();
  CHECK(select(load_samples({folder.string(), {first, last}}), Split::test).samples.size() ==
        of_first + of_last);
}
