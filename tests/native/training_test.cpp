// The training step: what its loss is made of, and in which arithmetic it is computed.
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "made_folder.h"
#include "training/precision.h"
#include "training/train.h"

using namespace thoraxlite;

namespace {

// Says the same of every image; in training it has an auxiliary head.
class Indifferent : public Network {
 public:
  Indifferent(float logit, float auxiliary)
      : logit_(register_parameter("logit", torch::full({1}, logit))),
        auxiliary_(register_parameter("auxiliary", torch::full({1}, auxiliary))) {}

  ModelOutput forward(const torch::Tensor& images) override {
    ModelOutput output;
    output.logits = logit_.expand({images.size(0), 3});
    if (is_training()) output.auxiliary = auxiliary_.expand({images.size(0), 3});
    return output;
  }

 private:
  torch::Tensor logit_, auxiliary_;
};

// Of equation 1, where one of three labels is present.
double loss_of(double logit) {
  return std::log1p(std::exp(logit)) - logit / 3;
}

RunOptions one_epoch() {
  RunOptions options;
  options.data.data = "phantom:30";
  options.input.size = 32;
  options.epochs = 1;
  options.batch = 10;
  options.learning_rate = 1e-8;
  options.augmentation = 0;
  return options;
}

// What metrics.jsonl says of an epoch on `images`.
nlohmann::json metrics_of(Network& network, const RunOptions& options, const ImageSet& images) {
  const MadeFolder folder;
  Distillation distillation(options, images.labels, torch::kCPU);
  train(network, images, images, options, distillation, torch::kCPU, Parallel::from_environment(),
        folder.path());
  std::ifstream in(folder.path() / "metrics.jsonl");
  return nlohmann::json::parse(in);
}

}  // namespace

TEST_CASE("the loss of an auxiliary head counts by its weight") {
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  RunOptions options = one_epoch();
  for (const double weight : {RunOptions{}.auxiliary_weight, 0.0, 0.75}) {
    CAPTURE(weight);
    options.auxiliary_weight = weight;
    Indifferent network(0.5f, -1.0f);
    const auto line = metrics_of(network, options, images);
    CHECK(line["hard_loss"].get<double>() ==
          doctest::Approx(loss_of(0.5) + weight * loss_of(-1)).epsilon(1e-4));
    CHECK(line["validation_loss"].get<double>() == doctest::Approx(loss_of(0.5)).epsilon(1e-4));
  }
  CHECK(RunOptions{}.auxiliary_weight == 0.4);  // Szegedy 2015
}

TEST_CASE("by the letter of equation 1, classes are summed, in training and validation") {
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  RunOptions options = one_epoch();
  options.reduction = "sum";
  Indifferent network(0.5f, -1.0f);
  const auto line = metrics_of(network, options, images);
  // Of each image: one class that is present, two that are not.
  const auto by_the_letter = [](double logit) {
    const double p = 1 / (1 + std::exp(-logit));
    return -std::log(p) - 2 * std::log(1 - p);
  };
  CHECK(line["hard_loss"].get<double>() ==
        doctest::Approx(by_the_letter(0.5) + 0.4 * by_the_letter(-1)).epsilon(1e-4));
  CHECK(line["validation_loss"].get<double>() == doctest::Approx(by_the_letter(0.5)).epsilon(1e-4));
}

TEST_CASE("a training that is shorter than its warm-up reaches its learning rate") {
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  RunOptions options = one_epoch();
  options.schedule = "constant";
  REQUIRE(options.warm_up == 100);
  Indifferent network(0.5f, -1.0f);
  CHECK(metrics_of(network, options, images)["learning_rate"].get<double>() ==
        doctest::Approx(options.learning_rate));
}

TEST_CASE("a loss that is no number ends training, and says at which step") {
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  Indifferent network(std::nanf(""), 0);
  CHECK(contains(reason([&] { metrics_of(network, one_epoch(), images); }),
                 "no longer a number in epoch 1, at step 1; try a lower --learning-rate"));
}

TEST_CASE("products are of bfloat16 within the guard alone, and only where that is asked for") {
  const torch::Tensor a = torch::ones({4, 4});
  const auto type_of_product = [&] { return torch::mm(a, a).scalar_type(); };
  CHECK((type_of_product() == torch::kFloat32));
  {
    const Autocast autocast(torch::kCPU, false);
    CHECK((type_of_product() == torch::kFloat32));
  }
  {
    const Autocast autocast(torch::kCPU, true);
    CHECK((type_of_product() == torch::kBFloat16));
    CHECK((torch::conv2d(a.view({1, 1, 4, 4}), a.view({1, 1, 4, 4})).scalar_type() ==
           torch::kBFloat16));
  }
  CHECK((type_of_product() == torch::kFloat32));
}
