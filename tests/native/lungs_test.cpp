// The lung field's network: its file, its training, its data and its figures.
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "core/engine/engine.h"
#include "core/lung_view.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/lung_file.h"
#include "lungs/lung_augment.h"
#include "lungs/measure_lungs.h"
#include "lungs/train_lungs.h"
#include "made_folder.h"
#include "made_generator.h"
#include "phantom/image_writer.h"
#include "training/checkpoint.h"
#include "training/film_input.h"
#include "training/stop_signals.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

constexpr int kFilm = 2 * kLungInput;

// Weights and statistics as training leaves them.
void randomise(LungNetwork& network) {
  const torch::NoGradGuard no_grad;
  for (const auto* blocks : {&network.down, &network.deep, &network.up}) {
    for (const auto& block : *blocks) {
      block.norm->running_mean.uniform_(-0.5, 0.5);
      block.norm->running_var.uniform_(0.2, 2.0);
      block.norm->weight.uniform_(0.5, 1.5);
      block.norm->bias.uniform_(-0.3, 0.3);
    }
  }
  network.eval();
}

// Drawn films with their lungs, of two sources in turn.
LungFilms drawn_films(int count, std::uint64_t seed) {
  LungFilms films;
  std::vector<torch::Tensor> pixels, masks;
  for (int i = 0; i < count; ++i) {
    const PhantomSpec spec{kPhantomKinds[static_cast<std::size_t>(i % 3)], kFilm, 8,
                           seed + static_cast<std::uint64_t>(i)};
    const GreyImage image = draw_phantom(spec).image;
    const std::vector<std::int64_t> values(image.pixels.begin(), image.pixels.end());
    pixels.push_back(torch::tensor(values).to(torch::kUInt8).view({1, 1, kFilm, kFilm}));
    std::vector<std::uint8_t> lungs = draw_lung_field(spec);
    masks.push_back(torch::from_blob(lungs.data(), {1, 1, kFilm, kFilm}, torch::kUInt8).clone());
    films.sources.emplace_back(i % 2 == 0 ? "kermany" : "elsewhere");
    films.patients.push_back(std::to_string(i));
    films.files.push_back(std::to_string(i) + ".png");
  }
  films.pixels = torch::cat(pixels);
  films.masks = torch::cat(masks);
  return films;
}

// In whose n-th training step the process is told to end.
class SignalledLungs : public LungNetwork {
 public:
  explicit SignalledLungs(std::int64_t stop_at) : left_(stop_at) {}

  ModelOutput forward(const torch::Tensor& images) override {
    if (is_training() && --left_ == 0) std::raise(SIGTERM);
    return LungNetwork::forward(images);
  }

 private:
  std::int64_t left_;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A folder as ../shared/data/README.md describes it, of drawn films.
void write_masked_films(const MadeFolder& folder, const std::vector<std::string>& splits) {
  std::string list = "mask,file,split,source,patient\n";
  fs::create_directories(folder.path() / "masks");
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const PhantomSpec spec{kPhantomKinds[i % 3], 160, 8, 70 + i};
    const std::string name = std::to_string(i) + ".png";
    write_png(folder.path() / name, draw_phantom(spec).image);
    const std::vector<std::uint8_t> lungs = draw_lung_field(spec);
    GreyImage mask{160, 160, 255, {}};
    for (const std::uint8_t inside : lungs) {
      mask.pixels.push_back(static_cast<std::uint16_t>(255 * inside));
    }
    write_png(folder.path() / "masks" / name, mask);
    list += "masks/" + name + "," + name + "," + splits[i] + "," +
            (i % 2 == 0 ? "kermany" : "elsewhere") + ",p" + std::to_string(i) + "\n";
  }
  folder.write("masks.csv", list);
}

}  // namespace

TEST_CASE("the lung network has 60 thousand weights and gives a map of half its input") {
  LungNetwork network;
  std::int64_t weights = 0;
  for (const auto& parameter : network.parameters()) weights += parameter.numel();
  CHECK(weights < 100'000);
  network.eval();
  const ModelOutput output = network.forward(torch::zeros({2, 1, kLungInput, kLungInput}));
  CHECK(output.logits.sizes() == torch::IntArrayRef({2, 1, kLungInput / 2, kLungInput / 2}));
}

TEST_CASE("a packed lung network gives by every engine what LibTorch gives, rounded alike") {
  torch::manual_seed(8);
  LungNetwork network;
  randomise(network);
  const torch::NoGradGuard no_grad;
  const FoldedNetwork folded = fold(network);
  const torch::Tensor film = lung_input(torch::rand({1, 1, kLungInput, kLungInput}));
  const torch::Tensor unrounded = network.forward(film).logits;
  const torch::Tensor expected = forward(rounded(folded, torch::kHalf), film).logits;
  CHECK((unrounded - expected).abs().max().item<float>() < 0.05f);

  const MadeFolder folder;
  const auto bytes = pack_lungs(folded, kLungInput, {{"about", "nothing"}});
  const Result<LungGraph> graph = load_lungs(view(bytes));
  REQUIRE_MESSAGE(graph.has_value(), (graph ? "" : graph.error().message));
  CHECK(graph->size == kLungInput);
  const float* first = film.data_ptr<float>();
  for (const EngineKind kind : engines_built_in()) {
    CAPTURE(std::string(to_string(kind)));
    const auto engine = make_engine(graph->nodes, graph->size, kind);
    REQUIRE_MESSAGE(engine.has_value(), (engine ? "" : engine.error().message));
    const auto logits = (*engine)->run({first, first + film.numel()});
    REQUIRE(logits.has_value());
    const torch::Tensor seen = torch::tensor(*logits).view_as(expected);
    CHECK((seen - expected).abs().max().item<float>() < 1e-4f);
  }

  const std::string text(bytes.begin(), bytes.end());
  const PackedLungs packed = read_packed_lungs(folder.write("lungs.safetensors", text));
  CHECK(packed.card.at("about") == "nothing");
  CHECK(packed.card.at("sha256") == sha256_hex(view(bytes)));
  CHECK(packed.tensors.size() == folded.tensors.size());
  CHECK(packed.graph.nodes.size() == graph->nodes.size());
  CHECK(contains(reason([&] { read_packed_lungs(folder.write("bad.safetensors", "x")); }),
                 "bad.safetensors: The file is not valid safetensors"));
  network.lungs->bias.fill_(std::nan(""));
  CHECK(contains(reason([&] { pack_lungs(fold(network), kLungInput, {}); }),
                 "lungs.bias holds a value that is not finite"));
}

TEST_CASE("what training reads of a film is what the core reads") {
  const LungFilms films = drawn_films(2, 3);
  const torch::Tensor unit = films.pixels.to(torch::kFloat32) / 255;
  const torch::Tensor seen = lung_input(torch::avg_pool2d(unit, 2));
  for (std::int64_t i = 0; i < 2; ++i) {
    const torch::Tensor film = unit[i].contiguous();
    const float* first = film.data_ptr<float>();
    const auto input = lung_input({first, first + film.numel()}, kFilm, kLungInput);
    CHECK((torch::tensor(input) - seen[i].flatten()).abs().max().item<float>() < 1e-4f);
  }
  CHECK(lung_input(torch::full({1, 1, 8, 8}, 0.5f)).abs().max().item<float>() < 1e-6f);
}

TEST_CASE("a training of lungs that signals stopped is the unbroken one, to the last bit") {
  const LungFilms training = drawn_films(12, 20), validation = drawn_films(4, 60);
  LungTraining options;
  options.epochs = 2;
  options.batch = 4;
  const MadeFolder folder;
  const auto trained = [&](const fs::path& run, std::int64_t stop_at,
                           const LungTraining& wanted) -> std::string {
    torch::manual_seed(1);
    SignalledLungs network(stop_at);
    try {
      train_lungs(network, training, validation, wanted, run);
    } catch (const Stopped& stopped) {
      CHECK(stopped.signal == SIGTERM);
      return stopped.what();
    }
    return "";
  };
  const fs::path unbroken = folder.path() / "unbroken", broken = folder.path() / "broken";
  CHECK(trained(unbroken, -1, options).empty());
  CHECK(contains(trained(broken, 2, options), "stopped after epoch 0; the same command goes on"));
  CHECK(contains(trained(broken, 5, options), "stopped after epoch 1"));  // 3 steps an epoch
  CHECK(trained(broken, -1, options).empty());
  CHECK(text_of(broken / "metrics.jsonl") == text_of(unbroken / "metrics.jsonl"));
  LungNetwork one, other;
  load_network(unbroken / "best.pt", one);
  load_network(broken / "best.pt", other);
  const auto parameters = one.named_parameters(), others = other.named_parameters();
  for (const auto& parameter : parameters) {
    CHECK(torch::equal(parameter.value(), others[parameter.key()]));
  }
  for (const auto& buffer : one.named_buffers()) {
    CHECK(torch::equal(buffer.value(), other.named_buffers()[buffer.key()]));
  }
  std::ifstream lines(unbroken / "metrics.jsonl");
  std::string line;
  int epochs = 0;
  for (double before = 10; std::getline(lines, line); ++epochs) {
    const double loss = nlohmann::json::parse(line).at("loss").get<double>();
    CHECK(loss < before);
    before = loss;
  }
  CHECK(epochs == 2);

  // Another schedule would be neither run.
  LungTraining longer = options;
  longer.epochs = 3;
  CHECK(contains(reason([&] { trained(unbroken, -1, longer); }),
                 "this run has epochs 2, not 3; choose another --run folder"));
  LungTraining large = options;
  large.batch = 13;
  CHECK(contains(reason([&] { trained(folder.path() / "large", -1, large); }),
                 "12 training films with lung masks; expected at least a batch of 13"));
}

TEST_CASE("changes to a film move its mask along, and keep their ranges") {
  const LungFilms films = drawn_films(6, 90);
  const torch::Tensor masks = films.masks.to(torch::kFloat32);
  // The mask as a film: what is light is what is inside, whatever happens to it.
  const auto [changed, moved] = augment_lungs(masks * 0.6 + 0.2, masks, generator(5));
  CHECK(changed.sizes() == masks.sizes());
  CHECK(changed.min().item<float>() >= 0);
  CHECK(changed.max().item<float>() <= 1);
  CHECK(moved.min().item<float>() >= 0);
  CHECK(moved.max().item<float>() <= 1);
  for (std::int64_t i = 0; i < 6; ++i) {
    CHECK((moved[i] - masks[i]).abs().mean().item<float>() > 0.005f);
    const torch::Tensor inside = changed[i].masked_select(moved[i].gt(0.9)),
                        outside = changed[i].masked_select(moved[i].lt(0.1));
    REQUIRE(inside.numel() > 1000);
    CHECK((inside.mean() - outside.mean()).item<float>() > 0.2f);
  }
  const auto again = augment_lungs(masks * 0.6 + 0.2, masks, generator(5));
  CHECK(torch::equal(again.first, changed));
  CHECK(torch::equal(again.second, moved));
}

TEST_CASE("films with lung masks are read from their list, and what is wrong is named") {
  const MadeFolder folder;
  write_masked_films(folder, {"train", "val", "train"});
  const LungFilms films = read_lung_films(folder.path(), Split::train, 80);
  REQUIRE(films.size() == 2);
  CHECK(films.files == std::vector<std::string>{"0.png", "2.png"});
  CHECK(films.sources == std::vector<std::string>{"kermany", "kermany"});
  CHECK(films.patients == std::vector<std::string>{"p0", "p2"});
  CHECK(films.pixels.sizes() == torch::IntArrayRef({2, 1, 80, 80}));
  // At least half of a pixel's four is at least half of its grey.
  std::vector<std::uint8_t> lungs = draw_lung_field({PhantomKind::diffuse, 160, 8, 72});
  const torch::Tensor whole =
      torch::from_blob(lungs.data(), {1, 1, 160, 160}, torch::kUInt8).to(torch::kFloat32);
  CHECK(torch::equal(films.masks[1].to(torch::kFloat32), torch::avg_pool2d(whole, 2)[0].ge(0.5)));

  const auto wrong = [&](const std::string& rows,
                         const std::string& header = "mask,file,split,source,patient\n") {
    folder.write("masks.csv", header + rows);
    return reason([&] { read_lung_films(folder.path(), Split::train, 80); });
  };
  const std::string good = "masks/0.png,0.png,train,x,p\n";
  CHECK(wrong(good).empty());
  CHECK(contains(wrong("masks/0.png,0.png,val,x,p\n"),
                 "masks.csv: no row of split train; expected some"));
  CHECK(contains(wrong("masks/0.png,0.png,sometimes,x,p\n"),
                 "split 'sometimes' is not known; expected train, val or test"));
  CHECK(contains(wrong("masks/0.png,0.png,sometimes,x,p\n"), "masks.csv"));
  CHECK(contains(wrong("masks/0.png,9.png,train,x,p\n"), "9.png"));
  CHECK(contains(wrong("masks/9.png,0.png,train,x,p\n"), "masks/9.png"));
  CHECK_FALSE(wrong("../0.png,0.png,train,x,p\n").empty());
  folder.write("text.png", "no image");
  CHECK(contains(wrong("text.png,0.png,train,x,p\n"), "text.png: This is a text file"));
  CHECK(contains(wrong("0.png,train,x,p\n", "file,split,source,patient\n"), "mask"));
  CHECK(contains(reason([&] { read_lung_films(folder.path() / "no", Split::train, 80); }),
                 "masks.csv"));
}

TEST_CASE("Dice, its interval and the areas' error are what they are by hand") {
  const torch::Tensor found = torch::tensor({{1, 1, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}}),
                      drawn = torch::tensor({{1, 0, 1, 0}, {0, 0, 0, 0}, {1, 1, 1, 0}});
  const torch::Tensor overlap = dice(found, drawn);
  CHECK(overlap[0].item<double>() == 0.5);
  CHECK(overlap[1].item<double>() == 0);  // nothing found where nothing is: no lungs to be right of
  CHECK(overlap[2].item<double>() == 0.5);

  const LungFigures figures =
      lung_figures("all", {0.9, 0.7, 0.8, 1.0}, {0.1, 0.3, 0, 0}, {"a", "a", "b", ""});
  CHECK(figures.count == 4);
  CHECK(figures.dice == doctest::Approx(0.85));
  CHECK(figures.dice_10 == 0.7);
  CHECK(figures.area_error == doctest::Approx(0.1));
  // Of three patients, of whom one has two films: the worst draw is all a, the best the last.
  CHECK(figures.dice_low == doctest::Approx(0.8));
  CHECK(figures.dice_high == doctest::Approx(1.0));
  const auto json = to_json(figures);
  CHECK(json.at("dice_95").at(0) == 0.8);
  CHECK(json.at("count") == 4);
  CHECK(contains(to_table({figures}), "0.850 (0.800 to 1.000)"));
  CHECK(contains(to_table({figures}), "10.0 %"));
  // One patient: nothing is known of others.
  const LungFigures one = lung_figures("x", {0.9, 0.7}, {0, 0}, {"a", "a"});
  CHECK(one.dice_low == doctest::Approx(0.8));
  CHECK(one.dice_high == doctest::Approx(0.8));
}

TEST_CASE("figures are of all films, of children and adults, and of every source") {
  LungFilms films = drawn_films(4, 5);
  const torch::Tensor drawn = films.masks.squeeze(1);
  torch::Tensor found = drawn.clone();
  found[1].fill_(0);
  const auto figures = figures_of(films, found);
  REQUIRE(figures.size() == 5);
  const auto names = {"all", "children", "adults", "elsewhere", "kermany"};
  CHECK(std::equal(names.begin(), names.end(), figures.begin(),
                   [](const char* name, const LungFigures& of) { return of.films == name; }));
  CHECK(figures[0].dice == doctest::Approx(0.75));
  CHECK(figures[0].area_error == doctest::Approx(0.25));
  CHECK(figures[1].dice == 1);
  CHECK(figures[2].dice == 0.5);
  CHECK(figures[2].count == 2);
}

TEST_CASE("the command trains, packs and measures what it packed") {
  const MadeFolder folder;
  std::vector<std::string> splits(8, "train");
  splits.insert(splits.end(), {"val", "val", "test", "test"});
  write_masked_films(folder, splits);
  LungsCommand command;
  command.data = folder.path();
  command.run = folder.path() / "run";
  command.output = folder.path() / "lungs.safetensors";
  command.training.epochs = 1;
  command.training.batch = 4;
  run_lungs(command);
  const PackedLungs packed = read_packed_lungs(command.output);
  CHECK(packed.card.at("training").at("films") == 8);
  CHECK(packed.card.at("training").at("epochs") == 1);
  const auto& test = packed.card.at("evaluation").at("test");
  REQUIRE(test.size() == 5);
  CHECK(test[0].at("films") == "all");
  CHECK(test[0].at("count") == 2);
  const LungFilms films = read_lung_films(folder.path(), Split::test, kFilm);
  const auto figures = figures_of(films, find_lungs(packed.graph, films));
  CHECK(test[0] == to_json(figures[0]));

  // Again: nothing is left to train, and the file is the same.
  const std::string before = text_of(command.output);
  run_lungs(command);
  CHECK(text_of(command.output) == before);
  command.training.seed = 2;
  CHECK(contains(reason([&] { run_lungs(command); }), "this run has seed 1, not 2"));
  CHECK(text_of(command.output) == before);
}

TEST_CASE("the released lung network on the test films that have masks") {
  const char* data = std::getenv("THORAXLITE_DATA");
  if (data == nullptr || !fs::exists(fs::path(data) / "covid-cxr" / "masks.csv")) {
    MESSAGE("skipped: no covid-cxr/masks.csv below THORAXLITE_DATA");
    return;
  }
  const LungFilms films = read_lung_films(fs::path(data) / "covid-cxr", Split::test, kFilm);
  const LungGraph graph = read_lung_file(LUNG_MODEL);
  const auto figures = figures_of(films, find_lungs(graph, films));
  MESSAGE("\n" << to_table(figures));
  REQUIRE(figures.size() >= 3);
  REQUIRE(figures[1].films == "children");
  REQUIRE(figures[2].films == "adults");
  CHECK(figures[1].dice >= 0.945);
  CHECK(figures[2].dice >= 0.935);
  CHECK(figures[1].dice_10 >= 0.90);
  CHECK(figures[2].dice_10 >= 0.90);
  // What the file says of itself.
  const auto said = read_packed_lungs(LUNG_MODEL).card.at("evaluation").at("test");
  CHECK(said.at(0).at("count") == figures[0].count);
  CHECK(std::abs(said.at(0).at("dice").get<double>() - figures[0].dice) < 1e-3);
}
