// What a training starts from and what it leaves alone: normalisation, frozen layers, rates by
// depth, the optimizer; and a trained run run again.
#include <caffe2/serialize/inline_container.h>
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "commands/forward.h"
#include "export/safetensors_writer.h"
#include "made_folder.h"
#include "made_pickle.h"
#include "models/ensemble.h"
#include "models/student.h"
#include "models/weight_file.h"
#include "training/checkpoint.h"
#include "training/layers.h"
#include "training/optimizer.h"
#include "training/run_folder.h"
#include "training/train.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

std::string layer_names(const std::string& architecture) {
  NetworkOptions options;
  options.architecture = architecture;
  std::string names;
  for (const Layer& layer : layers_of(*make_network(options))) {
    names += (names.empty() ? "" : " ") + layer.name;
  }
  return names;
}

std::map<std::string, torch::Tensor> values_of(const Network& network) {
  std::map<std::string, torch::Tensor> values;
  for (const auto& entry : network.named_parameters()) {
    values[entry.key()] = entry.value().detach().clone();
  }
  for (const auto& entry : network.named_buffers()) values[entry.key()] = entry.value().clone();
  return values;
}

RunOptions short_training() {
  RunOptions options;
  options.data.data = "phantom:60";
  options.input.size = 64;
  options.epochs = 2;
  options.batch = 20;
  options.warm_up = 0;
  options.optimizer = "adamw";
  options.weight_decay = 0.01;
  options.layer_decay = 0.5;
  options.freeze = {"1"};
  return options;
}

void train_shortly(Network& network, const RunOptions& options, const fs::path& folder) {
  static const ImageSet images = draw_phantoms(60, 64, Split::train, 1);
  Distillation distillation(options, images.labels, torch::kCPU);
  train(network, images, images, options, distillation, torch::kCPU, Parallel::from_environment(),
        folder);
}

// Ends in the given step, as a machine may.
class BrokenOff : public Student {
 public:
  BrokenOff(const StudentOptions& options, int steps) : Student(options), steps_(steps) {}

  ModelOutput forward(const torch::Tensor& images) override {
    if (is_training() && steps_-- == 0) throw std::runtime_error("the machine is gone");
    return Student::forward(images);
  }

 private:
  int steps_;
};

// Without the seconds.
std::vector<nlohmann::json> metrics_of(const fs::path& folder) {
  std::vector<nlohmann::json> lines;
  std::ifstream stream(folder / "metrics.jsonl");
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line));
    lines.back().erase("seconds");
  }
  return lines;
}

}  // namespace

TEST_CASE("layers follow each other from the images to what gives the labels") {
  CHECK(layer_names("student") == "conv1 conv2 conv3 fc1 fc2");
  CHECK(layer_names("densenet121") ==
        "features.conv0 features.denseblock1 features.transition1 features.denseblock2 "
        "features.transition2 features.denseblock3 features.transition3 features.denseblock4 "
        "classifier");
  CHECK(layer_names("inception_v3") ==
        "Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 Conv2d_3b_1x1 Conv2d_4a_3x3 Mixed_5b Mixed_5c "
        "Mixed_5d Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e Mixed_7a Mixed_7b Mixed_7c fc");
  CHECK(layer_names("efficientnet_b0") ==
        "features.0 features.1 features.2 features.3 features.4 features.5 features.6 features.7 "
        "features.8 classifier");

  const StudentOptions options;
  const Ensemble both(
      {{"a", std::make_shared<Student>(options)}, {"b", std::make_shared<Student>(options)}});
  const std::vector<Layer> layers = layers_of(both);
  REQUIRE(layers.size() == 5);
  CHECK(layers[0].modules == std::vector<std::string>{"a.conv1", "a.norm1", "b.conv1", "b.norm1"});
  const std::vector<std::size_t> depths = parameter_depths(both);
  CHECK(depths.front() == 0);
  CHECK(depths.back() == 4);
  CHECK(depths.size() == both.parameters().size());
}

TEST_CASE("frozen layers keep weights and statistics, by number or by name") {
  for (const std::vector<std::string>& which :
       {std::vector<std::string>{"2"}, std::vector<std::string>{"conv1", "conv2"}}) {
    const MadeFolder folder;
    RunOptions options = short_training();
    options.epochs = 1;
    options.freeze = which;
    Student network(StudentOptions{});
    const auto before = values_of(network);
    train_shortly(network, options, folder.path());
    Student best(StudentOptions{});
    load_network(folder.path() / "best.pt", best);
    for (const auto& values : {values_of(network), values_of(best)}) {
      for (const auto& [name, tensor] : values) {
        CAPTURE(name);
        const bool frozen = name[4] == '1' || name[4] == '2';  // conv1, norm2
        CHECK(tensor.equal(before.at(name)) == (frozen && name.compare(0, 2, "fc") != 0));
      }
    }
  }
}

TEST_CASE("what is no layer is named with those there are") {
  Student network(StudentOptions{});
  CHECK(contains(
      reason([&] { Frozen(network, {"conv7"}); }),
      "--freeze conv7: the network has no such layer; it has conv1, conv2, conv3, fc1, fc2"));
  CHECK(contains(reason([&] { Frozen(network, {"5"}); }), "5 layers, of which one must train"));
  CHECK(contains(reason([&] { Frozen(network, {"conv1", "conv2", "conv3", "fc1", "fc2"}); }),
                 "no layer to train"));
  const Frozen norm(network, {"norm1"});  // a module inside a layer
  CHECK_FALSE(network.norm1->weight.requires_grad());
  CHECK(network.conv1->weight.requires_grad());
}

TEST_CASE("rates fall from layer to layer, away from the labels") {
  RunOptions options;
  options.weight_decay = 0;
  for (const std::string optimizer : {"adam", "adamw"}) {
    for (const double decay : {1.0, 0.5}) {
      options.optimizer = optimizer;
      options.layer_decay = decay;
      Student network(StudentOptions{});
      const auto before = values_of(network);
      Optimizer stepper(network, options);
      for (auto& parameter : network.parameters()) {
        parameter.mutable_grad() = torch::ones_like(parameter);
      }
      stepper.set_learning_rate(0.1);
      stepper->step();
      // Adam's first step is the rate itself, whatever the gradient.
      const std::map<std::string, int> before_last = {{"conv1", 4}, {"norm1", 4}, {"conv2", 3},
                                                      {"norm2", 3}, {"conv3", 2}, {"norm3", 2},
                                                      {"fc1", 1},   {"fc2", 0}};
      for (const auto& parameter : network.named_parameters()) {
        const std::string module = parameter.key().substr(0, parameter.key().find('.'));
        const double rate = 0.1 * std::pow(decay, before_last.at(module));
        CAPTURE(parameter.key());
        CHECK((before.at(parameter.key()) - parameter.value()).max().item<double>() ==
              doctest::Approx(rate).epsilon(1e-3));
      }
    }
  }
}

TEST_CASE("AdamW shrinks weights by rate and decay; Adam has the decay in its gradient") {
  RunOptions options;
  options.weight_decay = 0.1;
  for (const std::string optimizer : {"adam", "adamw"}) {
    options.optimizer = optimizer;
    Student network(StudentOptions{});
    torch::Tensor weight = network.fc1->weight;
    {
      const torch::NoGradGuard no_grad;
      weight.uniform_(0.5, 1.5);
    }
    const torch::Tensor before = weight.detach().clone();
    Optimizer stepper(network, options);
    for (auto& parameter : network.parameters()) {
      parameter.mutable_grad() = torch::zeros_like(parameter);
    }
    stepper.set_learning_rate(0.01);
    stepper->step();
    const torch::Tensor wanted = optimizer == "adamw" ? before * (1 - 0.01 * 0.1) : before - 0.01;
    CHECK(torch::allclose(weight, wanted, 1e-4, 1e-5));
  }
}

TEST_CASE("an interrupted training with AdamW, rates by depth and a frozen layer goes on exactly") {
  const RunOptions options = short_training();
  const MadeFolder made;
  const fs::path whole = made.path() / "whole", broken = made.path() / "broken";
  fs::create_directories(whole);
  fs::create_directories(broken);
  torch::manual_seed(3);
  Student unbroken(StudentOptions{});
  torch::manual_seed(3);
  BrokenOff first(StudentOptions{}, 4);  // three steps an epoch
  torch::manual_seed(3);
  Student second(StudentOptions{});
  train_shortly(unbroken, options, whole);
  CHECK(reason([&] { train_shortly(first, options, broken); }) == "the machine is gone");
  CHECK(metrics_of(broken).size() == 1);
  train_shortly(second, options, broken);
  CHECK(metrics_of(whole).size() == 2);
  CHECK(metrics_of(broken) == metrics_of(whole));
  const auto wanted = values_of(unbroken);
  for (const auto& [name, tensor] : values_of(second)) {
    CAPTURE(name);
    CHECK(tensor.equal(wanted.at(name)));
  }
}

TEST_CASE("normalisation is an option, kept as it was typed; older runs have what was done then") {
  RunOptions options;
  options.input.mean = 0.449f;
  options.input.std = 0.5f / 1024;
  options.freeze = {"conv1"};
  const auto json = to_json(options);
  CHECK(json.at("mean").dump() == "0.449");
  CHECK(json.at("std").dump() == "0.00048828125");
  const RunOptions again = run_options_from_json(json);
  CHECK(again.input.mean == options.input.mean);
  CHECK(again.input.std == options.input.std);
  CHECK(again.freeze == options.freeze);
  auto old = json;
  for (const char* key : {"optimizer", "layer_decay", "freeze"}) old.erase(key);
  const RunOptions then = run_options_from_json(old);
  CHECK(then.optimizer == "adam");
  CHECK(then.layer_decay == 1);
  CHECK(then.freeze.empty());
}

TEST_CASE("forward takes a run with its stride, and files of a student with theirs alone") {
  const MadeFolder made;
  const fs::path run = made.path() / "run";
  RunOptions options;
  options.stride = 2;
  options.hidden = 16;
  const std::vector<std::string> labels = {"a", "b"};
  claim_run_folder(run, options, labels, {});
  const auto network = make_network(network_options(options, labels.size()));
  save_network(run / "best.pt", *network);
  network->eval();
  const torch::Tensor images = torch::rand({2, 1, 64, 64});
  const auto* bytes = static_cast<const std::uint8_t*>(images.data_ptr());
  ForwardOptions wanted;
  wanted.input = made.path() / "input";
  wanted.output = made.path() / "output";
  const auto file = write_safetensors(
      {{"input", "F32", images.sizes().vec(), {bytes, bytes + images.nbytes()}}}, {});
  made.write("input", {file.begin(), file.end()});
  for (const fs::path& init : {run, run / "best.pt"}) {
    wanted.init = {init};
    forward_images(wanted);
    const torch::NoGradGuard no_grad;
    CHECK(read_safetensors(wanted.output).at("logits").equal(network->forward(images).logits));
  }
  wanted.stride = 1;
  CHECK(contains(reason([&] { forward_images(wanted); }), "a run says its own"));
  wanted.stride.reset();
  wanted.init = {made.path() / "weights.safetensors"};
  CHECK(contains(reason([&] { forward_images(wanted); }), "--arch is missing"));
  wanted.architecture = "student";
  CHECK(contains(reason([&] { forward_images(wanted); }), "--stride is missing"));
}

TEST_CASE("an archive of torch.save is read; two thousand damaged ones are read or refused") {
  const MadeFolder made;
  const fs::path file = made.path() / "weights.pt";
  {
    caffe2::serialize::PyTorchStreamWriter writer(file.string());
    const std::string pickle = pickle_of(pickled_dict({{"w", pickled_vector("0", 2)}}));
    const float values[] = {1, -2};
    writer.writeRecord("data.pkl", pickle.data(), pickle.size());
    writer.writeRecord("data/0", values, sizeof values);
    writer.writeEndOfFile();
  }
  CHECK(read_weights(file).at("w").equal(torch::tensor({1.0f, -2.0f})));

  {
    caffe2::serialize::PyTorchStreamWriter writer((made.path() / "bomb.pt").string());
    const std::string zeros(1 << 20, '\0');
    writer.writeRecord("data.pkl", zeros.data(), zeros.size(), /*compress=*/true);
    writer.writeEndOfFile();
  }
  CHECK(contains(reason([&] { read_weights(made.path() / "bomb.pt"); }), "archive is compressed"));

  std::ifstream stream(file, std::ios::binary);
  const std::string sound((std::istreambuf_iterator<char>(stream)), {});
  std::mt19937 random;  // the same everywhere
  std::size_t refused = 0;
  for (int run = 0; run < 2000; ++run) {
    std::string bytes = sound;
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (run % 8 == 0) bytes.resize(random() % bytes.size());
    made.write("damaged.pt", bytes);
    const std::string error = reason([&] { read_weights(made.path() / "damaged.pt"); });
    refused += !error.empty();
    CHECK((error.empty() || contains(error, "damaged.pt: ")));
  }
  CHECK(refused > 200);
}
