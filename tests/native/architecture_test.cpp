// Networks by name, and weights from elsewhere. torchvision_test compares their values.
#include "models/architecture.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "export/safetensors_writer.h"
#include "made_folder.h"
#include "models/efficientnet.h"
#include "models/ensemble.h"
#include "models/pretrained.h"
#include "models/student.h"
#include "models/weight_file.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<Network> make(const std::string& architecture, std::int64_t labels,
                              std::int64_t channels) {
  NetworkOptions options;
  options.architecture = architecture;
  options.labels = labels;
  options.channels = channels;
  return make_network(options);
}

std::int64_t parameter_count(const torch::nn::Module& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) count += parameter.numel();
  return count;
}

TensorsByName tensors_of(const Network& network) {
  TensorsByName tensors;
  for (const auto& entry : network.named_parameters()) {
    tensors[entry.key()] = entry.value().detach().clone();
  }
  for (const auto& entry : network.named_buffers()) tensors[entry.key()] = entry.value().clone();
  return tensors;
}

void write(const fs::path& file, const TensorsByName& tensors) {
  std::vector<NamedTensor> named;
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor values = tensor.contiguous();
    const auto* begin = static_cast<const std::uint8_t*>(values.data_ptr());
    named.push_back({name,
                     values.is_floating_point() ? "F32" : "I64",
                     values.sizes().vec(),
                     {begin, begin + values.nbytes()}});
  }
  const auto bytes = write_safetensors(named, {});
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("every architecture has as many parameters as published") {
  // Of torchvision's documentation, at 1000 labels and three channels.
  const std::vector<std::pair<std::string, std::int64_t>> published = {
      {"densenet121", 7978856},      {"inception_v3", 27161264},   {"efficientnet_b0", 5288548},
      {"efficientnet_b1", 7794184},  {"efficientnet_b2", 9109994}, {"efficientnet_b3", 12233232},
      {"efficientnet_b4", 19341616}, {"efficientnet_b5", 30389784}};
  for (const auto& network : published) {
    INFO(network.first);
    CHECK(parameter_count(*make(network.first, 1000, 3)) == network.second);
  }
  const auto teacher = std::dynamic_pointer_cast<Ensemble>(make("efficientnet_b6+b7", 1000, 3));
  REQUIRE(teacher);
  REQUIRE(teacher->members.size() == 2);
  CHECK(teacher->members[0].first == "efficientnet_b6");
  CHECK(parameter_count(*teacher->members[0].second) == 43040704);
  CHECK(teacher->members[1].first == "efficientnet_b7");
  CHECK(parameter_count(*teacher->members[1].second) == 66347960);
}

TEST_CASE("the paper's teacher on CheXpert has the maps of B6 and B7, as wide as published") {
  const auto teacher = make("efficientnet_b6+b7", 14, 1);
  CHECK(ensemble_members("efficientnet_b6+b7") ==
        std::vector<std::string>{"efficientnet_b6", "efficientnet_b7"});
  teacher->eval();
  const torch::NoGradGuard no_grad;
  const ModelOutput output = teacher->forward(torch::zeros({1, 1, 96, 64}));
  CHECK(output.logits.sizes() == torch::IntArrayRef({1, 14}));
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> published = {
      {"efficientnet_b6", {56, 32, 40, 72, 144, 200, 344, 576, 2304}},
      {"efficientnet_b7", {64, 32, 48, 80, 160, 224, 384, 640, 2560}}};
  const std::vector<std::int64_t> reductions = {2, 2, 4, 8, 16, 16, 32, 32, 32};
  REQUIRE(output.features.size() == 18);
  std::size_t map = 0;
  for (const auto& [member, widths] : published) {
    for (std::size_t i = 0; i < widths.size(); ++i, ++map) {
      CHECK(output.features[map].first == member + ".features." + std::to_string(i));
      CHECK(output.features[map].second.sizes() ==
            torch::IntArrayRef({1, widths[i], 96 / reductions[i], 64 / reductions[i]}));
    }
  }
}

TEST_CASE("an architecture that does not exist, or not for these channels, is refused") {
  const std::string unknown = reason([] { make("resnet50", 3, 1); });
  for (const std::string& name : architecture_names()) CHECK(contains(unknown, name));
  CHECK(contains(reason([] { make("student", 3, 3); }), "1 channel"));
  for (const char* joined : {"efficientnet_b7+b6", "efficientnet_b6+b6", "efficientnet_b6+b8",
                             "efficientnet_b6+", "densenet121+b1"}) {
    CHECK(contains(reason([&] { make(joined, 3, 1); }), "there is no architecture"));
    CHECK(contains(reason([&] { smallest_input(joined); }), "there is no architecture"));
  }
  CHECK(contains(reason([] { make("densenet121", 3, 2); }), "not 2"));
  EfficientNetOptions options;
  options.variant = 8;
  CHECK(contains(reason([&] { EfficientNet network(options); }), "B8"));
}

TEST_CASE("EfficientNet's maps are its stages, halved in size where the paper halves") {
  EfficientNetOptions options;
  options.labels = 3;
  options.channels = 1;
  EfficientNet network(options);
  network.eval();
  const torch::NoGradGuard no_grad;
  const ModelOutput output = network.forward(torch::zeros({1, 1, 96, 64}));
  CHECK(output.logits.sizes() == torch::IntArrayRef({1, 3}));
  const std::vector<std::int64_t> channels = {32, 16, 24, 40, 80, 112, 192, 320, 1280};
  const std::vector<std::int64_t> reductions = {2, 2, 4, 8, 16, 16, 32, 32, 32};
  REQUIRE(output.features.size() == channels.size());
  for (std::size_t i = 0; i < channels.size(); ++i) {
    CHECK(output.features[i].first == "features." + std::to_string(i));
    CHECK(output.features[i].second.sizes() ==
          torch::IntArrayRef({1, channels[i], 96 / reductions[i], 64 / reductions[i]}));
  }
}

TEST_CASE("stochastic depth drops blocks image by image, the deeper the more often") {
  EfficientNetOptions options;
  EfficientNet network(options);
  std::vector<double> probabilities;
  for (const auto& module : network.modules(false)) {
    if (auto* block = module->as<MBConv>()) {
      probabilities.push_back(block->options.drop_probability);
    }
  }
  REQUIRE(probabilities.size() == 16);
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(probabilities[i] == doctest::Approx(0.2 * static_cast<double>(i) / 16));
  }

  torch::manual_seed(5);
  MBConv block(MBConvOptions{8, 8, 6, 3, 1, 0.25, {}});
  const torch::NoGradGuard no_grad;
  const torch::Tensor x = torch::randn({400, 8, 6, 6});
  block.eval();
  const torch::Tensor residual = block.forward(x) - x;
  // The norms stay as they are, so that only the drawn chance tells training from inference.
  block.train();
  for (const auto& module : block.modules(false)) {
    if (module->as<torch::nn::BatchNorm2dImpl>()) module->eval();
  }
  const torch::Tensor trained = block.forward(x) - x;
  std::int64_t dropped = 0;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    if (trained[i].abs().max().item<float>() == 0.0f) {
      ++dropped;
    } else {
      CHECK(torch::allclose(trained[i], residual[i] / 0.75, 1e-4, 1e-5));
    }
  }
  CHECK(dropped > 60);
  CHECK(dropped < 140);
}

TEST_CASE("an ensemble's logits are the mean, and one loss reaches every member") {
  StudentOptions options;
  options.channels = {4, 4, 4};
  options.dropout = 0;
  auto first = std::make_shared<Student>(options), second = std::make_shared<Student>(options);
  Ensemble ensemble({{"first", first}, {"second", second}});
  CHECK(ensemble.named_parameters().contains("second.conv1.weight"));
  const torch::Tensor images = torch::randn({3, 1, 16, 16});
  const ModelOutput output = ensemble.forward(images);
  REQUIRE(output.features.size() == 16);
  CHECK(output.features[0].first == "first.conv1");
  CHECK(output.features[15].first == "second.fc1");
  output.logits.sum().backward();
  CHECK(first->conv1->weight.grad().abs().sum().item<float>() > 0);
  CHECK(second->conv1->weight.grad().abs().sum().item<float>() > 0);
  ensemble.eval();
  CHECK(!second->is_training());
  CHECK(torch::allclose(ensemble.forward(images).logits,
                        (first->forward(images).logits + second->forward(images).logits) / 2));
}

TEST_CASE("weights for colour and other labels start a network for grey") {
  const MadeFolder folder;
  const auto colour = make("efficientnet_b0", 7, 3), grey = make("efficientnet_b0", 3, 1);
  const torch::Tensor head = tensors_of(*grey).at("classifier.1.weight");
  TensorsByName tensors = tensors_of(*colour);
  tensors.erase("features.0.1.num_batches_tracked");
  write(folder.path() / "colour.safetensors", tensors);
  load_pretrained(*grey, {folder.path() / "colour.safetensors"});
  CHECK(tensors_of(*grey).at("classifier.1.weight").equal(head));
  colour->eval();
  grey->eval();
  const torch::NoGradGuard no_grad;
  const torch::Tensor images = torch::randn({2, 1, 32, 32});
  const auto wanted = colour->forward(images.expand({-1, 3, -1, -1})).features;
  const auto given = grey->forward(images).features;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO(wanted[i].first);
    CHECK(torch::allclose(given[i].second, wanted[i].second, 1e-4, 1e-5));
  }
}

TEST_CASE("a network of other labels is a start: all but the layers that give them") {
  StudentOptions three, fourteen;
  fourteen.labels = 14;
  const Student source(three);
  Student student(fourteen);
  const TensorsByName own = tensors_of(student), wanted = tensors_of(source);
  load_pretrained(student, source, "runs/three");
  for (const auto& [name, tensor] : tensors_of(student)) {
    CHECK(
        tensor.equal(name == "fc2.weight" || name == "fc2.bias" ? own.at(name) : wanted.at(name)));
  }
  StudentOptions narrow;
  narrow.channels = {4, 4, 4};
  CHECK(contains(reason([&] { load_pretrained(student, Student(narrow), "runs/narrow"); }),
                 "runs/narrow"));
}

TEST_CASE("weights that do not fit are refused by name, and change nothing") {
  const MadeFolder folder;
  Student student(StudentOptions{});
  const TensorsByName own = tensors_of(student);
  const fs::path file = folder.path() / "weights.safetensors";
  const auto refused = [&](const std::function<void(TensorsByName&)>& change) {
    TensorsByName tensors = own;
    for (auto& [name, tensor] : tensors) tensor = tensor + 1;
    change(tensors);
    write(file, tensors);
    const std::string error = reason([&] { load_pretrained(student, {file}); });
    for (const auto& [name, tensor] : tensors_of(student)) CHECK(tensor.equal(own.at(name)));
    CHECK(contains(error, file.string()));
    return error;
  };
  CHECK(contains(refused([](auto& t) { t.erase("norm3.running_var"); }),
                 "\"norm3.running_var\" is missing"));
  CHECK(contains(refused([](auto& t) { t["conv4.weight"] = torch::zeros({1}); }),
                 "\"conv4.weight\" is none of this network's"));
  CHECK(contains(refused([](auto& t) { t["conv2.weight"] = torch::zeros({64, 64, 5, 5}); }),
                 "\"conv2.weight\" is [64, 64, 5, 5]"));
  CHECK(contains(refused([](auto& t) { t["fc2.weight"] = torch::zeros({3, 65}); }),
                 "\"fc2.weight\""));
  CHECK(contains(refused([](auto& t) { t["fc1.bias"] = torch::zeros({64}, torch::kInt64); }),
                 "\"fc1.bias\""));
  CHECK(contains(reason([&] { load_pretrained(student, {file, file}); }), "expected 1"));
}

TEST_CASE("names of a wrapper, another last layer and what comes beside are understood") {
  const MadeFolder folder;
  const fs::path file = folder.path() / "weights.safetensors";
  const auto source = make("densenet121", 3, 1);
  const TensorsByName wanted = tensors_of(*source);
  const auto loaded = [&](const TensorsByName& tensors) {
    write(file, tensors);
    const auto network = make("densenet121", 3, 1);
    load_pretrained(*network, {file});
    return tensors_of(*network);
  };
  TensorsByName wrapped;
  for (const auto& [name, tensor] : wanted) wrapped["model.net." + name] = tensor;
  wrapped["criterion.weight"] = torch::ones({3});
  wrapped["model.net.classifier.0.weight"] = wrapped["model.net.classifier.weight"];
  wrapped["model.net.classifier.0.bias"] = wrapped["model.net.classifier.bias"];
  wrapped.erase("model.net.classifier.weight");
  wrapped.erase("model.net.classifier.bias");
  wrapped["model.net.op_threshs"] = torch::ones({18});
  for (const auto& [name, tensor] : loaded(wrapped)) {
    CAPTURE(name);
    CHECK(tensor.equal(wanted.at(name)));
  }
  // Of a network and its average under the same roof the one with the shorter name counts.
  TensorsByName two;
  for (const auto& [name, tensor] : wanted) {
    two["model." + name] = tensor;
    two["model_ema." + name] = torch::zeros_like(tensor);
  }
  CHECK(loaded(two).at("features.conv0.weight").equal(wanted.at("features.conv0.weight")));

  TensorsByName headless = wanted;
  headless.erase("classifier.weight");
  headless.erase("classifier.bias");
  const TensorsByName drawn = loaded(headless);
  CHECK(drawn.at("features.norm5.weight").equal(wanted.at("features.norm5.weight")));
  CHECK_FALSE(drawn.at("classifier.weight").equal(wanted.at("classifier.weight")));

  TensorsByName broken = wanted;
  broken["features.norm5.running_var"] = torch::full({1024}, std::nan(""));
  CHECK(contains(reason([&] { loaded(broken); }),
                 "\"features.norm5.running_var\" holds a value that is not finite"));
  CHECK(contains(reason([&] { loaded({{"encoder.layer1", torch::ones({1})}}); }),
                 "\"features.conv0.weight\" is missing; there are encoder.layer1"));
}

TEST_CASE("an ensemble's weights come in one file, or in one a member") {
  const MadeFolder folder;
  StudentOptions options;
  options.channels = {4, 4, 4};
  const auto ensemble = [&] {
    return Ensemble(
        {{"a", std::make_shared<Student>(options)}, {"b", std::make_shared<Student>(options)}});
  };
  const Ensemble source = ensemble();
  const TensorsByName wanted = tensors_of(source);
  const fs::path both = folder.path() / "both.safetensors";
  const std::vector<fs::path> each = {folder.path() / "a.safetensors",
                                      folder.path() / "b.safetensors"};
  write(both, wanted);
  write(each[0], tensors_of(*source.members[0].second));
  write(each[1], tensors_of(*source.members[1].second));
  for (const auto& files : {std::vector<fs::path>{both}, each}) {
    Ensemble loaded = ensemble();
    load_pretrained(loaded, files);
    for (const auto& [name, tensor] : tensors_of(loaded)) CHECK(tensor.equal(wanted.at(name)));
  }
  Ensemble loaded = ensemble();
  CHECK(contains(reason([&] { load_pretrained(loaded, {each[0]}); }), "is missing"));
}

TEST_CASE("files that hold no state_dict say what they are") {
  const MadeFolder folder;
  std::ofstream(folder.path() / "text.pth") << "weights";
  CHECK(contains(reason([&] { read_weights(folder.path() / "text.pth"); }),
                 "text.pth: not a file that torch.save wrote"));
  CHECK(contains(reason([&] { read_weights(folder.path() / "weights.onnx"); }), "\".onnx\""));
  CHECK(contains(reason([&] { read_weights(folder.path() / "none.pt"); }), "none.pt"));
  auto student = std::make_shared<Student>(StudentOptions{});
  torch::save(student, (folder.path() / "ours.pt").string());
  CHECK(contains(reason([&] { read_weights(folder.path() / "ours.pt"); }), "TorchScript"));
}
