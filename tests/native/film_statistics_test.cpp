// What an export measures of its training films, and what the commands make of a model file that
// was packed here.
#include "export/film_statistics.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "commands/score_images.h"
#include "core/evidence.h"
#include "core/novelty.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "made_folder.h"
#include "models/student.h"
#include "phantom/image_writer.h"
#include "refused_threads.h"

using namespace thoraxlite;

namespace {

constexpr int kStatisticsSide = 48;

// A student that nobody trained, as a model file.
std::vector<std::uint8_t> packed_student() {
  torch::manual_seed(6);
  StudentOptions options;
  options.channels = {8, 8, 16};
  options.hidden = 8;
  Student student(options);
  student.eval();
  CardContent content;
  content.name = "made";
  content.labels = {std::begin(kPhantomLabels), std::end(kPhantomLabels)};
  content.input.size = kStatisticsSide;
  content.operating_points.resize(3);
  return pack_model(fold(student), content, WeightType::float32,
                    draw_phantom({PhantomKind::diffuse, 40, 8, 4}).image);
}

// An image of a set in memory, by the core alone.
class FeaturesOfCore {
 public:
  explicit FeaturesOfCore(const std::vector<std::uint8_t>& file)
      : model_(load_model({file.data(), file.size()}).value()),
        head_(*read_head(model_.nodes, model_.card.input.size)),
        engine_(make_engine(model_, EngineKind::automatic).value()) {}

  std::vector<float> of(const ImageSet& set, std::int64_t index) {
    const torch::Tensor bytes = set.pixels[index].flatten().contiguous();
    const auto* first = bytes.data_ptr<std::uint8_t>();
    const std::vector<float> pixels =
        resize_area({set.side, set.side, 255, {first, first + bytes.numel()}}, kStatisticsSide);
    std::vector<float> input = pixels;
    normalise(input, model_.card.input);
    engine_->run(input).value();
    return novelty_features(pixels, kStatisticsSide, run_head(head_, engine_->last_map()).front());
  }

 private:
  Model model_;
  Head head_;
  std::unique_ptr<Engine> engine_;
};

ImageSet phantoms(std::int64_t count, Split split) {
  return draw_phantoms(count, kStatisticsSide, split, 1);
}

std::vector<float> distances_of(const Novelty& novelty, const std::vector<std::uint8_t>& file,
                                const ImageSet& set) {
  FeaturesOfCore core(file);
  std::vector<float> distances;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    distances.push_back(novelty_distance(novelty, core.of(set, i)));
  }
  return distances;
}

FilmStatistics fitted(const std::vector<std::uint8_t>& file, const ImageSet& training,
                      const ImageSet& validation) {
  return fit_film_statistics({file.data(), file.size()}, training, validation).value();
}

// The same set as files, to be streamed.
ImageSet streamed(const ImageSet& set, const std::filesystem::path& folder) {
  SampleList list{set.labels, true, {}};
  for (std::int64_t i = 0; i < set.size(); ++i) {
    const torch::Tensor bytes = set.pixels[i].flatten().contiguous();
    const auto* first = bytes.data_ptr<std::uint8_t>();
    const std::filesystem::path file = folder / (std::to_string(i) + ".png");
    write_png(file, {set.side, set.side, 255, {first, first + bytes.numel()}});
    list.samples.push_back(
        {file, {1, 0, 0}, Split::train, set.sources[static_cast<std::size_t>(i)]});
  }
  return stream_images(std::move(list), set.side);
}

}  // namespace

TEST_CASE(
    "film statistics: every film counts by its source, the threshold is a measured distance") {
  const std::vector<std::uint8_t> file = packed_student();
  ImageSet training = phantoms(60, Split::train);
  std::fill_n(training.sources.begin(), 9, "few");
  const ImageSet validation = phantoms(200, Split::validation);
  const FilmStatistics statistics = fitted(file, training, validation);

  // 2 % of 200 may be refused; the film at the threshold is not.
  CHECK(statistics.cases == 200);
  CHECK(statistics.refused == 4);
  std::vector<float> distances = distances_of(statistics.novelty, file, validation);
  std::sort(distances.begin(), distances.end());
  CHECK(statistics.novelty.threshold == distances[195]);

  // Sources of 9 and 51 films weigh as their roots.
  FeaturesOfCore core(file);
  std::vector<double> mean(statistics.novelty.mean.size());
  for (std::int64_t i = 0; i < 60; ++i) {
    const std::vector<float> features = core.of(training, i);
    REQUIRE(features.size() == mean.size());
    const double weight = i < 9 ? 1 / 3.0 : 1 / std::sqrt(51.0);
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += weight * features[j];
  }
  double worst = 0;
  for (std::size_t j = 0; j < mean.size(); ++j) {
    mean[j] /= 3 + std::sqrt(51.0);
    worst = std::max(worst, std::abs(mean[j] - statistics.novelty.mean[j]));
  }
  CHECK(worst < 2e-3);  // of float16
}

TEST_CASE("film statistics: a set that streams gives those of the same set in memory") {
  const MadeFolder folder;
  const std::vector<std::uint8_t> file = packed_student();
  const ImageSet training = phantoms(60, Split::train);
  const ImageSet validation = phantoms(30, Split::validation);
  std::filesystem::create_directory(folder.path() / "validation");
  const ImageSet disk = streamed(training, folder.path());
  const ImageSet unseen = streamed(validation, folder.path() / "validation");
  const FilmStatistics memory = fitted(file, training, validation);
  const FilmStatistics stream = fitted(file, disk, unseen);
  CHECK(stream.novelty.mean == memory.novelty.mean);
  CHECK(stream.novelty.directions == memory.novelty.directions);
  CHECK(stream.novelty.background_variance == memory.novelty.background_variance);
  CHECK(stream.novelty.threshold == memory.novelty.threshold);
  CHECK(stream.cases == 30);

  std::filesystem::remove(unseen.files[7]);
  CHECK(contains(reason([&] { fitted(file, disk, unseen); }), "7.png: There is no such file"));
}

TEST_CASE("film statistics: of a large set, 2,000 images that lie evenly in it") {
  const std::vector<std::uint8_t> file = packed_student();
  const ImageSet training = phantoms(60, Split::train);
  const ImageSet some = phantoms(40, Split::validation);
  ImageSet many = some;
  // Every second image is of noise, which is far from every phantom.
  torch::Tensor phantom = torch::arange(4000).div(2, "floor").remainder(40);
  many.pixels = some.pixels.index_select(0, phantom);
  torch::manual_seed(7);
  const torch::Tensor odd = torch::arange(1, 4000, 2);
  many.pixels.index_copy_(
      0, odd, torch::randint(0, 256, {2000, 1, kStatisticsSide, kStatisticsSide}, torch::kUInt8));
  many.targets = some.targets.index_select(0, phantom);
  many.sources.assign(4000, "phantom");
  const FilmStatistics statistics = fitted(file, training, many);
  CHECK(statistics.cases == 2000);
  const std::vector<float> distances = distances_of(statistics.novelty, file, some);
  // Each phantom comes fifty times: 2 % would be forty.
  CHECK(statistics.novelty.threshold == *std::max_element(distances.begin(), distances.end()));
  CHECK(statistics.refused == 0);
}

TEST_CASE("novelty goes on where a film cannot be read, and ends where none can") {
  const MadeFolder folder;
  const std::vector<std::uint8_t> file = packed_student();
  folder.write("model", {file.begin(), file.end()});
  write_png(folder.path() / "good.png", draw_phantom({PhantomKind::lobar, 64, 8, 1}).image);
  folder.write("bad.png", "no image");
  NoveltyCommand command;
  command.model = folder.path() / "model";
  command.data.data = folder.path().string();
  command.output = folder.path() / "novelty.json";

  const std::string header = "file,label,split,source\n";
  const std::string bad = "bad.png,normal,test,x\nabsent.png,lobar,test,y\n";
  folder.write("manifest.csv", header + bad + "good.png,diffuse,test,z\n");
  measure_novelty(command);
  std::ifstream in(command.output);
  const auto report = nlohmann::json::parse(in);
  CHECK(report["without_score"] == 2);
  CHECK(report["rows"][0]["kind"] == "films of z");
  CHECK(report["rows"][1]["kind"] == "all test films");
  CHECK(report["rows"][1]["images"] == 1);

  folder.write("manifest.csv", header + bad);
  CHECK(contains(reason([&] { measure_novelty(command); }), "no test film got a score"));
}

TEST_CASE("images are scored, and the same, where the system gives no thread") {
  const std::vector<std::uint8_t> file = packed_student();
  const ByteView model{file.data(), file.size()};
  const DataOptions data{"phantom:30", {}};
  const ScoredSplit usual = score_images(model, data, Split::test);
  REQUIRE(usual.images.size() > 0);
  const RefusedThreads refused;
  const ScoredSplit alone = score_images(model, data, Split::test);
  CHECK(alone.images.scores == usual.images.scores);
  if (std::thread::hardware_concurrency() > 1) CHECK(refused.count() > 0);
}
