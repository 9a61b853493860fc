// The student, its loss, the average of its weights, and the file that it becomes.
#include "models/student.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <filesystem>
#include <fstream>

#include "core/engine/engine.h"
#include "core/model/safetensors.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "losses/hard_label_loss.h"
#include "made_folder.h"
#include "training/checkpoint.h"
#include "training/predict.h"
#include "training/weight_average.h"

using namespace thoraxlite;

namespace {

StudentOptions small() {
  StudentOptions options;
  options.channels = {8, 8, 16};
  options.hidden = 8;
  return options;
}

// Statistics as training leaves them, not the ones that a new norm starts with.
void randomise_statistics(Student& student) {
  const torch::NoGradGuard no_grad;
  for (const auto& norm : {student.norm1, student.norm2, student.norm3}) {
    norm->running_mean.uniform_(-0.5, 0.5);
    norm->running_var.uniform_(0.2, 2.0);
    norm->weight.uniform_(0.5, 1.5);
    norm->bias.uniform_(-0.3, 0.3);
  }
}

GreyImage phantom(int size) {
  PhantomSpec spec;
  spec.kind = PhantomKind::diffuse;
  spec.size = size;
  spec.bit_depth = 8;
  spec.seed = 4;
  return draw_phantom(spec).image;
}

CardContent card() {
  CardContent content;
  content.name = "test";
  content.labels = {"a", "b", "c"};
  content.input.size = 64;
  content.operating_points.resize(3);
  return content;
}

float largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<float>();
}

}  // namespace

TEST_CASE("the paper's student: parameters, shapes and names of its maps") {
  StudentOptions options;
  Student student(options);
  std::int64_t weights = 0;
  for (const char* name : {"conv1.weight", "conv2.weight", "conv3.weight"}) {
    weights += student.named_parameters()[name].numel();
  }
  CHECK(weights == 25 * 64 + 9 * 64 * 64 + 9 * 64 * 128);
  student.eval();
  const ModelOutput output = student.forward(torch::zeros({2, 1, 224, 224}));
  CHECK(output.logits.sizes() == torch::IntArrayRef({2, 3}));
  REQUIRE(output.features.size() == 8);
  CHECK(output.features[0].first == "conv1");
  CHECK(output.features[0].second.sizes() == torch::IntArrayRef({2, 64, 224, 224}));
  CHECK(output.features[5].first == "pool3");
  CHECK(output.features[5].second.sizes() == torch::IntArrayRef({2, 128, 28, 28}));

  options.stride = 2;
  Student strided(options);
  strided.eval();
  CHECK(strided.forward(torch::zeros({1, 1, 224, 224})).features[5].second.size(2) == 14);
}

TEST_CASE("equation 1 is the cross-entropy of each class, averaged") {
  const torch::Tensor logits = torch::tensor({{0.0f, 2.0f}, {-1.0f, 0.5f}});
  const torch::Tensor targets = torch::tensor({{1.0f, 0.0f}, {0.0f, 1.0f}});
  const torch::Tensor p = torch::sigmoid(logits.to(torch::kDouble));
  const torch::Tensor expected = -(targets * p.log() + (1 - targets) * (1 - p).log()).mean();
  CHECK(hard_label_loss(logits, targets).item<double>() ==
        doctest::Approx(expected.item<double>()).epsilon(1e-6));
}

TEST_CASE("folding the norms changes nothing but rounding") {
  torch::manual_seed(1);
  for (const std::int64_t stride : {1, 2}) {
    StudentOptions options = small();
    options.stride = stride;
    Student student(options);
    randomise_statistics(student);
    student.eval();
    const torch::NoGradGuard no_grad;
    const torch::Tensor images = torch::randn({2, 1, 52, 52});
    const ModelOutput whole = student.forward(images), folded = forward(fold(student), images);
    CHECK(largest_difference(whole.logits, folded.logits) < 1e-5f);
    REQUIRE(whole.features.size() == folded.features.size());
    for (std::size_t i = 0; i < whole.features.size(); ++i) {
      CHECK(whole.features[i].first == folded.features[i].first);
      CHECK(largest_difference(whole.features[i].second, folded.features[i].second) < 1e-4f);
    }
  }
}

TEST_CASE("a packed student is a model that the core accepts and runs alike") {
  torch::manual_seed(2);
  Student student(small());
  randomise_statistics(student);
  student.eval();
  for (const WeightType type : {WeightType::float32, WeightType::float16}) {
    const std::vector<std::uint8_t> file = pack_model(fold(student), card(), type, phantom(40));
    const Result<Model> model = load_model({file.data(), file.size()});
    REQUIRE_MESSAGE(model, (model ? "" : model.error().message));
    CHECK(model->card.labels == card().labels);

    std::vector<float> input = resize_area(model->self_test.image, 64);
    normalise(input, model->card.input);
    const auto engine = make_reference_engine(model->nodes, square_input(model->card.input.size));
    REQUIRE(engine);
    const auto logits = (*engine)->run(input);
    REQUIRE(logits);
    const torch::NoGradGuard no_grad;
    const torch::Tensor expected =
        student.forward(torch::from_blob(input.data(), {1, 1, 64, 64})).logits.flatten();
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(std::abs((*logits)[i] - model->self_test.logits[i]) < 1e-5f);
      const float bound = type == WeightType::float32 ? 1e-4f : 2e-2f;
      CHECK(std::abs((*logits)[i] - expected[static_cast<std::int64_t>(i)].item<float>()) < bound);
    }
  }
}

TEST_CASE("the card says what the model is for, its licence and how to cite it, or nothing") {
  torch::manual_seed(2);
  Student student(small());
  student.eval();
  const auto packed = [&](const CardTexts& texts) {
    CardContent content = card();
    content.texts = texts;
    const auto file = pack_model(fold(student), content, WeightType::float16, phantom(40));
    REQUIRE(load_model({file.data(), file.size()}));
    const Result<Safetensors> opened = parse_safetensors({file.data(), file.size()});
    REQUIRE(opened);
    return nlohmann::json::parse(opened->metadata.at("card"));
  };
  const nlohmann::json said = packed(
      {"Research on drawn films.\nNothing else.", "CC BY 4.0", "Müller 2026, \"a student\""});
  CHECK(said["intended_use"] == "Research on drawn films.\nNothing else.");
  CHECK(said["licence"] == "CC BY 4.0");
  CHECK(said["citation"] == "Müller 2026, \"a student\"");
  const nlohmann::json unsaid = packed({});
  for (const char* key : {"intended_use", "licence", "citation"}) CHECK_FALSE(unsaid.contains(key));
}

TEST_CASE("a text for the card that is too long or no text is refused by its option") {
  const auto reason_of = [](const CardTexts& texts) { return reason([&] { check(texts); }); };
  CHECK(reason_of({std::string(kMaxCardTextBytes, 'x'), "", "Müller"}) == "");
  CHECK(reason_of({std::string(kMaxCardTextBytes + 1, 'x'), "", ""}) ==
        "--intended-use: 4001 bytes; expected at most 4000 of UTF-8 without control characters");
  CHECK(reason_of({"", "CC\xff", ""}).find("--licence: 3 bytes") == 0);
  CHECK(reason_of({"", "", "cite\x1b[2J"}).find("--citation: ") == 0);
}

TEST_CASE("weights too large for float16 are refused by name") {
  Student student(small());
  const torch::NoGradGuard no_grad;
  student.fc2->weight.fill_(1e6);
  try {
    pack_model(fold(student), card(), WeightType::float16, phantom(40));
    FAIL("expected an error");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()).find("fc2.weight") != std::string::npos);
  }
}

TEST_CASE("the average of the weights follows them, swaps, and averages the norms' statistics") {
  torch::manual_seed(3);
  Student student(small());
  WeightAverage average(student, 0.9);
  const torch::NoGradGuard no_grad;
  const torch::Tensor before = student.conv1->weight.clone();
  student.conv1->weight.add_(1.0);
  student.norm1->running_mean.add_(1.0);
  average.update(student);
  average.swap(student);
  // The first step keeps 2/11 of the old value.
  CHECK(largest_difference(student.conv1->weight, before + 9.0 / 11) < 1e-6f);
  CHECK(student.norm1->running_mean[0].item<float>() == doctest::Approx(9.0 / 11));
  average.swap(student);
  CHECK(largest_difference(student.conv1->weight, before + 1.0) < 1e-6f);
}

TEST_CASE("a checkpoint brings everything back, and a foreign file is named") {
  const MadeFolder made;
  const std::filesystem::path& folder = made.path();
  torch::manual_seed(4);
  const torch::Tensor images = torch::randn({4, 1, 32, 32});
  const torch::Tensor targets = torch::eye(4).narrow(1, 0, 3).contiguous();
  const auto step = [&](Student& student, torch::optim::Adam& optimizer) {
    optimizer.zero_grad();
    hard_label_loss(student.forward(images).logits, targets).backward();
    optimizer.step();
  };
  StudentOptions options = small();
  options.dropout = 0;
  Student first(options), second(options);
  torch::optim::Adam first_optimizer(first.parameters(), 1e-2),
      second_optimizer(second.parameters(), 1e-2);
  WeightAverage first_average(first, 0.9), second_average(second, 0.9);
  step(first, first_optimizer);
  first_average.update(first);
  save_checkpoint(folder / "checkpoint.pt", {7, 0.5}, first, first_optimizer, first_average);
  const Position position =
      load_checkpoint(folder / "checkpoint.pt", second, second_optimizer, second_average);
  CHECK(position.epochs_done == 7);
  CHECK(position.best == 0.5);
  step(first, first_optimizer);
  step(second, second_optimizer);
  first_average.update(first);
  second_average.update(second);
  CHECK(first.conv3->weight.equal(second.conv3->weight));
  first_average.swap(first);
  second_average.swap(second);
  CHECK(first.norm2->running_var.equal(second.norm2->running_var));

  std::ofstream(folder / "broken.pt") << "not a checkpoint";
  try {
    load_network(folder / "broken.pt", first);
    FAIL("expected an error");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()).find("broken.pt: not a checkpoint") != std::string::npos);
  }
}
