// What networks read of films through a lung network: in training, in a run folder, in a model
// file.
#include "training/film_input.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/score_run.h"
#include "core/film_preparation.h"
#include "core/screener.h"
#include "data/file_bytes.h"
#include "data/fit.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/lung_file.h"
#include "made_folder.h"
#include "training/distillation.h"
#include "training/predict.h"
#include "training/run_folder.h"
#include "training/trained_network.h"
#include "training/unused_options.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

constexpr int kFilm = 224;

RunOptions lung_options() {
  RunOptions options;
  options.data.data = "phantom:30";
  options.input.size = 64;
  options.hidden = 8;
  options.stride = 2;
  options.epochs = 1;
  options.batch = 10;
  options.balance = "none";
  options.precision = "float32";
  options.lungs = LUNG_MODEL;
  return options;
}

torch::Tensor unit_range(const GreyImage& image) {
  const std::vector<std::int64_t> pixels(image.pixels.begin(), image.pixels.end());
  return to_unit_range(torch::tensor(pixels).view({1, 1, image.height, image.width}));
}

void train_alone(const RunOptions& options, const fs::path& run) {
  train_network(options, run, Parallel::from_environment());
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Another lung network than the released one.
fs::path other_lungs(const MadeFolder& folder) {
  torch::manual_seed(3);
  LungNetwork network;
  network.eval();
  const auto bytes = pack_lungs(fold(network), 112, nlohmann::ordered_json::object());
  return folder.write("other.safetensors", {bytes.begin(), bytes.end()});
}

float largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<float>();
}

}  // namespace

TEST_CASE("a network reads of a film in training what the core prepares of it") {
  RunOptions options = lung_options();
  SUBCASE("as usual") {}
  SUBCASE("outside kept, with a wide margin") {
    options.outside = "kept";
    options.lung_margin = 0.1;
  }
  CHECK(film_side(options) == kFilm);
  const FilmInput input(options);
  Card card;
  card.input = options.input;
  card.view = lung_view(options);
  REQUIRE(card.view);
  FilmPreparation preparation =
      FilmPreparation::make(card, read_lung_file(LUNG_MODEL), EngineKind::automatic).value();
  const auto prepared = [&](const std::vector<float>& film) {
    std::vector<float> picture = preparation.prepare(film).value().picture;
    normalise(picture, options.input);
    return torch::tensor(picture).view({1, 1, 64, 64});
  };
  std::vector<torch::Tensor> films, expected, scored;
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    const GreyImage image = draw_phantom({kPhantomKinds[seed % 3], 300, 8, seed}).image;
    films.push_back(unit_range(image));
    const torch::Tensor fitted = fit(films.back(), kFilm).contiguous();
    const float* first = fitted.data_ptr<float>();
    expected.push_back(prepared({first, first + fitted.numel()}));
    scored.push_back(prepared(resize_area(image, kFilm)));
  }
  const torch::Tensor seen = input(torch::cat(films));
  REQUIRE(seen.sizes() == torch::IntArrayRef({9, 1, 64, 64}));
  CHECK(largest_difference(seen, torch::cat(expected)) < 1e-5f);
  // The core's average is the same but for its last bit, by which a pixel on the lungs' border may
  // fall to either side.
  const torch::Tensor difference = (seen - torch::cat(scored)).abs();
  CHECK(difference.mean().item<float>() < 1e-4f);
  CHECK(difference.max().item<float>() < 0.1f);
  // Whatever lies beside it in the batch, and whichever thread it falls to.
  for (std::size_t i = 0; i < films.size(); ++i) {
    CHECK(torch::equal(input(films[i])[0], seen[static_cast<std::int64_t>(i)]));
  }
}

TEST_CASE("without a lung network films are seen whole") {
  RunOptions options = lung_options();
  options.lungs.clear();
  CHECK(film_side(options) == 64);
  CHECK_FALSE(lung_view(options));
  const torch::Tensor films = torch::rand({3, 1, 100, 100});
  CHECK(torch::equal(FilmInput(options)(films), normalise(fit(films, 64), options.input)));
  RunOptions margin = options;
  margin.lung_margin = 0.2;
  margin.outside = "kept";
  const auto unused = unused_options(margin, options, Role::by_itself);
  CHECK((unused == std::vector<std::string>{"--lung-margin: films are seen whole",
                                            "--outside: films are seen whole"}));
  margin.lungs = options.lungs = LUNG_MODEL;
  CHECK(unused_options(margin, options, Role::by_itself).empty());
}

TEST_CASE("what is no lung file is refused by its name") {
  const MadeFolder folder;
  RunOptions options = lung_options();
  options.lungs = folder.write("bad.safetensors", "no lungs").string();
  CHECK(contains(reason([&] { FilmInput input(options); }), "bad.safetensors: The file is not"));
  CHECK(contains(reason([&] { train_alone(options, folder.path() / "run"); }), "bad.safetensors"));
  options.lungs = (folder.path() / "none.safetensors").string();
  CHECK(contains(reason([&] { FilmInput input(options); }), "none.safetensors"));
}

TEST_CASE("a run keeps its lung file, goes on with it alone, and takes it along") {
  const MadeFolder folder;
  const fs::path run = folder.path() / "run";
  RunOptions options = lung_options();
  const std::string other = other_lungs(folder).string();

  // Until there are weights another file may be wanted.
  RunOptions first = options;
  first.lungs = other;
  claim_run_folder(run, first, {"normal", "lobar", "diffuse"}, {});
  CHECK(text_of(run / "lungs.safetensors") == text_of(other));

  train_alone(options, run);
  CHECK(text_of(run / "lungs.safetensors") == text_of(LUNG_MODEL));
  const auto said = nlohmann::json::parse(text_of(run / "options.json")).at("options");
  CHECK(said.at("lungs") == "lungs.safetensors");
  CHECK(said.at("outside") == "faded");

  CHECK(contains(reason([&] { train_alone(first, run); }), "this run has lungs "));
  RunOptions wide = options;
  wide.lung_margin = 0.1;
  CHECK(
      contains(reason([&] { train_alone(wide, run); }), "this run has lung_margin 0.035, not 0.1"));
  RunOptions whole = options;
  whole.lungs.clear();
  CHECK(contains(reason([&] { train_alone(whole, run); }), "this run has lungs "));

  // The same bytes elsewhere are the same lungs.
  options.lungs = folder.write("copy.safetensors", text_of(LUNG_MODEL)).string();
  options.epochs = 2;
  train_alone(options, run);
  fs::remove(options.lungs);
  const ScoredRun scored = score_run(run, Split::test);
  REQUIRE(scored.scored.scores.size() == 10);

  const fs::path moved = folder.path() / "elsewhere" / "run";
  fs::create_directories(moved.parent_path());
  fs::rename(run, moved);
  CHECK(read_run_options(moved).lungs == (moved / "lungs.safetensors").string());
  CHECK(score_run(moved, Split::test).scored.scores == scored.scored.scores);

  // Exported, it scores as LibTorch does through FilmInput.
  ExportOptions exported;
  exported.run = moved;
  exported.output = folder.path() / "student.safetensors";
  exported.name = "made";
  exported.type = "float32";
  export_network(exported);
  const auto bytes = require_file(exported.output);
  const Model model = load_model(view(bytes)).value();
  REQUIRE(model.lungs);
  REQUIRE(model.card.view);
  CHECK(model.card.view->film == kFilm);
  CHECK(model.card.view->margin == 0.035f);
  const auto card = nlohmann::json::parse(model.card.json);
  CHECK(card.at("view").at("margin").dump() == "0.035");
  CHECK(card.at("lungs").at("sha256") == sha256_hex(view(require_file(LUNG_MODEL))));
  CHECK(card.at("lungs").contains("evaluation"));

  TrainedNetwork trained = load_trained(moved);
  const FilmInput input(trained.options);
  const torch::NoGradGuard no_grad;
  for (const EngineKind kind : engines_built_in()) {
    CAPTURE(std::string(to_string(kind)));
    Result<Screener> screener = Screener::open(view(bytes), "", kind);
    REQUIRE_MESSAGE(screener.has_value(), (screener ? "" : screener.error().message));
    for (std::uint64_t seed = 40; seed < 46; ++seed) {
      const GreyImage image = draw_phantom({kPhantomKinds[seed % 3], kFilm, 8, seed}).image;
      const Screening screening = screener->screen("x", image, {}, true);
      REQUIRE_MESSAGE(screening.findings.size() == 3, screening.message);
      CHECK(screening.lung_field.size() == std::size_t{kFilm} * kFilm);
      const torch::Tensor logits = trained.network->forward(input(unit_range(image))).logits[0];
      for (std::int64_t k = 0; k < 3; ++k) {
        CHECK(std::abs(screening.findings[static_cast<std::size_t>(k)].logit -
                       logits[k].item<float>()) < 1e-3f);
      }
    }
  }
}

TEST_CASE("a guide that sees films whole teaches a student that sees lungs") {
  const MadeFolder folder;
  RunOptions guide = lung_options();
  guide.lungs.clear();
  train_alone(guide, folder.path() / "guide");
  RunOptions options = lung_options();
  options.distillation.soft_labels_from = options.distillation.features_from =
      (folder.path() / "guide").string();
  options.distillation.levels = {"pool2=pool2"};
  CHECK(loading_side(options) == kFilm);
  train_alone(options, folder.path() / "student");
  const auto line = nlohmann::json::parse(text_of(folder.path() / "student" / "metrics.jsonl"));
  CHECK(line.at("soft_loss").get<double>() > 0);
  CHECK(line.at("map_loss").get<double>() > 0);

  // And the other way round, from a cache too.
  RunOptions pupil = guide;
  pupil.distillation = options.distillation;
  pupil.distillation.soft_labels_from = pupil.distillation.features_from =
      (folder.path() / "student").string();
  pupil.distillation.cache = true;
  CHECK(loading_side(pupil) == kFilm);
  train_alone(pupil, folder.path() / "pupil");
  CHECK(fs::exists(folder.path() / "pupil" / "best.pt"));
}
