// The training step: what its loss is made of, and in which arithmetic it is computed.
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "made_folder.h"
#include "training/checkpoint.h"
#include "training/precision.h"
#include "training/stop_signals.h"
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

// A network in whose n-th training step the process is told to end.
class Signalled : public Network {
 public:
  Signalled(const std::shared_ptr<Network>& network, std::int64_t stop_at)
      : network_(register_module("network", network)), left_(stop_at) {}

  ModelOutput forward(const torch::Tensor& images) override {
    if (is_training() && --left_ == 0) std::raise(SIGTERM);
    return network_->forward(images);
  }

 private:
  std::shared_ptr<Network> network_;
  std::int64_t left_;
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

TEST_CASE("a run that signals stopped within epochs is the unbroken one, to the last bit") {
  const ImageSet images = draw_phantoms(60, 32, Split::train, 1);
  RunOptions options;
  options.data.data = "phantom:60";
  options.input.size = 32;
  options.hidden = 8;
  options.epochs = 2;
  options.batch = 10;
  SUBCASE("as usual") {}
  SUBCASE("by groups and with strong changes") {
    options.group_robust = 0.5;
    options.balance = "even";
    options.augment = "strong";
  }
  const auto trained = [&](const std::filesystem::path& run, std::int64_t stop_at) {
    torch::manual_seed(1);
    Signalled network(make_network(network_options(options, 3)), stop_at);
    Distillation distillation(options, images.labels, torch::kCPU);
    std::string stopped;
    try {
      train(network, images, images, options, distillation, torch::kCPU,
            Parallel::from_environment(), run);
    } catch (const Stopped& error) {
      CHECK(error.signal == SIGTERM);
      stopped = error.what();
    }
    return stopped;
  };
  const auto metrics = [](const std::filesystem::path& run) {
    std::ifstream in(run / "metrics.jsonl");
    std::string all;
    for (std::string line; std::getline(in, line);) {
      auto json = nlohmann::ordered_json::parse(line);
      json.erase("seconds");
      all += json.dump() + "\n";
    }
    return all;
  };
  const MadeFolder folder;
  const auto unbroken = folder.path() / "unbroken", broken = folder.path() / "broken";
  std::filesystem::create_directory(unbroken);
  std::filesystem::create_directory(broken);
  CHECK(trained(unbroken, -1).empty());
  // Within the first epoch, at its end, and within the second.
  CHECK(trained(broken, 2) ==
        "terminated after step 2 of epoch 1 of 2; the same command goes on from there");
  CHECK(contains(trained(broken, 4), "after step 6 of epoch 1 of 2"));
  CHECK_FALSE(std::filesystem::exists(broken / "best.pt"));
  CHECK(contains(trained(broken, 1), "after step 1 of epoch 2 of 2"));
  CHECK(trained(broken, -1).empty());
  CHECK(metrics(broken) == metrics(unbroken));
  if (options.group_robust > 0) {
    std::istringstream lines(metrics(unbroken));
    double before = 0;
    for (std::string line; std::getline(lines, line);) {
      const auto weights = nlohmann::json::parse(line).at("group_weights");
      REQUIRE(weights.size() == 3);
      double sum = 0;
      for (const auto& weight : weights) sum += weight.get<double>();
      CHECK(sum == doctest::Approx(1));
      CHECK(weights.at("phantom, normal").get<double>() != before);  // goes on in every epoch
      before = weights.at("phantom, normal").get<double>();
    }
  }
  Signalled one(make_network(network_options(options, 3)), -1),
      other(make_network(network_options(options, 3)), -1);
  load_network(broken / "best.pt", one);
  load_network(unbroken / "best.pt", other);
  for (std::size_t i = 0; i < one.parameters().size(); ++i) {
    CHECK(torch::equal(one.parameters()[i], other.parameters()[i]));
  }
}

TEST_CASE("a network that has diverged is not the best, not even as the first") {
  // It goes wrong in validation alone, as where a norm's statistics have run away.
  class Diverging : public Network {
   public:
    explicit Diverging(float output)
        : output_(output), weight_(register_parameter("weight", torch::zeros({1}))) {}

    ModelOutput forward(const torch::Tensor& images) override {
      ModelOutput output;
      output.logits = weight_.expand({images.size(0), 3});
      if (!is_training()) output.logits = torch::full_like(output.logits, output_);
      return output;
    }

   private:
    float output_;
    torch::Tensor weight_;
  };
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  RunOptions options;
  options.data.data = "phantom:30";
  options.input.size = 32;
  options.epochs = 2;
  for (const float output : {std::nanf(""), 1e6f}) {
    const MadeFolder folder;
    Diverging network(output);
    Distillation distillation(options, images.labels, torch::kCPU);
    CHECK(contains(reason([&] {
                     train(network, images, images, options, distillation, torch::kCPU,
                           Parallel::from_environment(), folder.path());
                   }),
                   "diverged in every epoch"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "best.pt"));
  }
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
