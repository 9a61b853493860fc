// Networks of other programs: what is refused and by which sentence, and that making a network
// smaller changes none of its values. Against PyTorch: import_test.cpp.
#include <doctest/doctest.h>
#include <torch/script.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <string>

#include "export/folded_network.h"
#include "export/safetensors_writer.h"
#include "import/export_network.h"
#include "import/input_scaling.h"
#include "import/layers.h"
#include "import/onnx_constants.h"
#include "import/onnx_network.h"
#include "import/simplify.h"
#include "import/source_file.h"
#include "import/torch_networks.h"

using namespace thoraxlite;

namespace {

std::string reason_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was refused";
}

bool says(const std::function<void()>& call, const std::string& sentence) {
  const std::string reason = reason_of(call);
  if (reason.find(sentence) != std::string::npos) return true;
  MESSAGE("said: ", reason, "\nexpected: ", sentence);
  return false;
}

OnnxTensor floats(const std::string& name, std::vector<std::int64_t> dims, float value) {
  OnnxTensor tensor;
  tensor.name = name;
  tensor.type = "float32";
  tensor.element_type = 1;
  tensor.floats.assign(static_cast<std::size_t>(*elements_of(dims)), value);
  tensor.dims = std::move(dims);
  return tensor;
}

OnnxTensor integers(const std::string& name, std::vector<std::int64_t> values) {
  OnnxTensor tensor;
  tensor.name = name;
  tensor.type = "int64";
  tensor.dims = {static_cast<std::int64_t>(values.size())};
  tensor.integers = std::move(values);
  return tensor;
}

OnnxNode node(const std::string& op, std::vector<std::string> inputs, const std::string& output) {
  OnnxNode made;
  made.name = output + "_node";
  made.op = op;
  made.inputs = std::move(inputs);
  made.outputs = {output};
  return made;
}

OnnxAttribute whole(std::int64_t value) {
  OnnxAttribute attribute;
  attribute.kind = OnnxAttribute::Kind::integer;
  attribute.integer = value;
  return attribute;
}

// x [N, 3, 8, 8] -> Conv -> GlobalAveragePool -> what `shaping` makes flat -> Gemm -> y
OnnxFile small_file(std::vector<OnnxNode> shaping) {
  OnnxFile file;
  file.opsets[""] = 13;
  file.inputs = {{"x", "float32", std::vector<std::int64_t>{-1, 3, 8, 8}}};
  file.outputs = {{"y", "float32", std::vector<std::int64_t>{-1, 2}}};
  file.constants["w"] = floats("w", {4, 3, 3, 3}, 0.1f);
  file.constants["fc"] = floats("fc", {4, 2}, 0.5f);
  file.constants["b"] = floats("b", {2}, 0.25f);
  file.nodes = {node("Conv", {"x", "w"}, "c"), node("GlobalAveragePool", {"c"}, "g")};
  file.nodes.insert(file.nodes.end(), shaping.begin(), shaping.end());
  file.nodes.push_back(node("Gemm", {"flat", "fc", "b"}, "y"));
  return file;
}

OnnxFile flattened() {
  return small_file({node("Flatten", {"g"}, "flat")});
}

torch::Tensor logits_of(const OnnxFile& file) {
  const ImportedLayers layers = read_onnx_network(file, 8).layers;
  torch::manual_seed(3);
  return forward(to_folded(layers), torch::randn({1, layers.channels, 8, 8})).logits.flatten();
}

}  // namespace

TEST_CASE("an ONNX graph's shape arithmetic is worked out") {
  const torch::Tensor expected = logits_of(flattened());

  OnnxFile shaped =
      small_file({node("Shape", {"g"}, "shape"), node("Gather", {"shape", "zero"}, "n"),
                  node("Unsqueeze", {"n", "axis"}, "n1"), node("Concat", {"n1", "rest"}, "target"),
                  node("Reshape", {"g", "target"}, "flat")});
  shaped.constants["zero"] = integers("zero", {0});
  shaped.constants["zero"].dims = {};
  shaped.constants["axis"] = integers("axis", {0});
  shaped.constants["rest"] = integers("rest", {-1});
  shaped.nodes[5].attributes["axis"] = whole(0);
  CHECK(torch::equal(logits_of(shaped), expected));

  OnnxFile squeezed =
      small_file({node("Identity", {"g"}, "h"), node("Squeeze", {"h", "sides"}, "flat")});
  squeezed.constants["sides"] = integers("sides", {2, 3});
  CHECK(torch::equal(logits_of(squeezed), expected));

  // Channels last and back, where both sides are 1.
  OnnxFile turned = small_file({node("Transpose", {"g"}, "t"), node("Flatten", {"t"}, "flat")});
  turned.nodes[2].attributes["perm"].kind = OnnxAttribute::Kind::integers;
  turned.nodes[2].attributes["perm"].integers = {0, 2, 3, 1};
  CHECK(torch::equal(logits_of(turned), expected));
}

TEST_CASE("an ONNX graph that cannot be had is refused by a sentence") {
  const auto refused = [](OnnxFile file, const std::string& sentence) {
    return says([&] { read_onnx_network(file, 8); }, sentence);
  };
  OnnxFile file = flattened();
  file.opsets[""] = 8;
  CHECK(refused(file, "opset 8; expected 9 to 21"));
  file = flattened();
  file.nodes[1].op = "LSTM";
  file.nodes[1].attributes["hidden_size"] = whole(7);
  CHECK(refused(file,
                "with hidden_size 7 is no operator that model files have; those that can be "
                "had are Add, AveragePool,"));
  file = flattened();
  file.nodes[0].op = "QLinearConv";
  CHECK(refused(file, "\"c_node\" (QLinearConv) is of a quantised network"));
  file = flattened();
  file.nodes[0].domain = "com.microsoft";
  CHECK(refused(file, "is an operator of \"com.microsoft\""));
  file = flattened();
  file.nodes[0].inputs[0] = "flat";
  CHECK(refused(file, "reads \"flat\", which no node before it gives: the graph has a cycle"));
  file = flattened();
  file.inputs[0].dims = std::vector<std::int64_t>{1, 3, 8, 9};
  CHECK(refused(file, "square pictures"));
  file.inputs[0].dims =
      std::vector<std::int64_t>{1, 3, std::int64_t{1} << 40, std::int64_t{1} << 40};
  CHECK(refused(file, "at most 1024 pixels a side"));
  file = flattened();
  file.outputs[0].name = "c";
  CHECK(refused(file, "expected one value a label"));
  file = flattened();
  file.nodes[2] = node("Reshape", {"c", "target"}, "flat");
  file.constants["target"] = integers("target", {1, 5});
  CHECK(refused(file, "other numbers of values"));
  file.constants["target"] = integers("target", {1, std::int64_t{1} << 62, 4});
  CHECK(refused(file, "which are none"));
  file = flattened();
  file.nodes[2] = node("Transpose", {"c"}, "flat");
  file.nodes[2].attributes["perm"].kind = OnnxAttribute::Kind::integers;
  file.nodes[2].attributes["perm"].integers = {0, 2, 3, 1};
  CHECK(refused(file, "into another order"));
  file = flattened();
  file.nodes[1] = node("ConstantOfShape", {"huge"}, "g");
  file.constants["huge"] = integers("huge", {1 << 20, 1 << 20});
  CHECK(refused(file, "is too large"));
  file = flattened();
  file.nodes[2].inputs = {""};
  CHECK(refused(file, "\"flat_node\" (Flatten) reads nothing"));
  file.nodes[2] = node("Shape", {}, "flat");
  CHECK(refused(file, "\"flat_node\" (Shape) reads nothing"));
  file.nodes[2] = node("Softmax", {"fc", "g"}, "flat");
  CHECK(refused(file, "reads a constant where a map is needed"));
  file.inputs[0].dims = std::vector<std::int64_t>{1, 1, 1, 1};
  for (const char* op : {"Sigmoid", "Identity"}) {
    file.nodes = {node(op, {"x"}, "y")};
    CHECK(says([&] { read_onnx_network(file, 1); }, "it has no layers"));
  }
  file = flattened();
  file.constants["w"].floats[5] = NAN;
  CHECK(refused(file, "holds a number that is not finite"));
}

TEST_CASE("constants are worked out within bounds") {
  const auto fold = [](OnnxNode made, const std::vector<OnnxTensor>& operands) {
    std::vector<const OnnxTensor*> pointers;
    for (const OnnxTensor& operand : operands) pointers.push_back(&operand);
    return fold_onnx_constants(made, pointers);
  };
  const OnnxTensor column = floats("a", {1 << 13, 1}, 1), row = floats("b", {1, 1 << 14}, 1);
  CHECK(says([&] { fold(node("Add", {"a", "b"}, "y"), {column, row}); }, "too large"));
  CHECK(says([&] { fold(node("Where", {"c", "a", "b"}, "y"), {integers("c", {1}), column, row}); },
             "too large"));
  const OnnxTensor zeros = integers("i", std::vector<std::int64_t>(1 << 13, 0));
  CHECK(says([&] { fold(node("Gather", {"b", "i"}, "y"), {row, zeros}); }, "too large"));
  // The operands' sizes are no bound of what they make together.
  CHECK(fold(node("Add", {"b", "d"}, "y"), {row, floats("d", {2, 1 << 14}, 1)}).dims ==
        std::vector<std::int64_t>{2, 1 << 14});

  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(says(
      [&] { fold(node("Div", {"a", "b"}, "y"), {integers("a", {least}), integers("b", {-1})}); },
      "divides the least whole number by -1"));

  OnnxNode product = node("ReduceProd", {"a"}, "y");
  OnnxTensor sides = integers("a", {2, 3, 4, 5});
  sides.dims = {2, 2};
  CHECK(fold(product, {sides}).integers == std::vector<std::int64_t>{120});
  CHECK(fold(product, {sides}).dims == std::vector<std::int64_t>{1, 1});
  product.attributes["keepdims"] = whole(0);
  CHECK(fold(product, {sides}).dims.empty());
  CHECK(fold(product, {sides, integers("axes", {-1})}).integers ==
        std::vector<std::int64_t>{6, 20});
}

TEST_CASE("weights in other files are read from the file's own folder alone") {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() / ("thoraxlite-external-" + std::to_string(getpid()));
  fs::create_directories(folder / "model");
  const std::vector<float> values = {9, 1, 2, 3, 4, 5, 6, 7, 8};
  std::ofstream(folder / "model" / "weights.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), 4 * 9);
  std::ofstream(folder / "secret.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), 4 * 9);
  fs::create_symlink(folder / "secret.bin", folder / "model" / "link.bin");
  const auto read = [&](const std::string& location, std::int64_t offset, std::int64_t length) {
    OnnxFile file = flattened();
    file.constants["fc"].floats.clear();
    file.constants["fc"].external = OnnxExternalData{location, offset, length};
    read_external_data(file, folder / "model");
    return file.constants["fc"].floats;
  };
  CHECK(read("weights.bin", 4, 32) == std::vector<float>(values.begin() + 1, values.end()));
  for (const char* outside :
       {"../secret.bin", "/etc/passwd", "a/../../secret.bin", "link.bin", "..\\secret.bin"}) {
    CHECK(says([&] { read(outside, 4, 32); }, "outside of the file's own folder"));
  }
  CHECK(says([&] { read("weights.bin", 8, 32); }, "does not hold"));
  CHECK(says([&] { read("weights.bin", std::int64_t{1} << 60, 32); }, "does not hold"));
  CHECK(says([&] { read("weights.bin", 4, 28); }, "has 7 elements; its dims [4, 2] want 8"));
  CHECK(says([&] { read("nothing.bin", 0, 32); }, "nothing.bin"));
  OnnxFile many = flattened();
  for (const char* name : {"w", "fc"}) {
    many.constants[name].floats.clear();
    many.constants[name].dims = {std::int64_t{1} << 31};
    many.constants[name].external = OnnxExternalData{"weights.bin", 0, {}};
  }
  CHECK(says([&] { read_external_data(many, folder / "model"); }, "more than any network has"));
  fs::remove_all(folder);
}

TEST_CASE("what an input's pixels are is said in words") {
  const InputScaling scaling =
      parse_input_scaling("mean=0.1:0.2:0.3,std=2,range=-1024:1024,size=64", {});
  CHECK(scaling.mean == std::vector<double>{0.1, 0.2, 0.3});
  CHECK(scaling.std == std::vector<double>{2});
  CHECK(scaling.low == -1024);
  CHECK(scaling.size == 64);
  CHECK(to_text(scaling) == "mean=0.1:0.2:0.3,std=2,range=-1024:1024,size=64");
  CHECK(to_text(parse_input_scaling("size=8", imagenet_scaling())) ==
        "mean=0.485:0.456:0.406,std=0.229:0.224:0.225,range=0:1,size=8");
  CHECK(to_text(parse_input_scaling("mean=0.123456789,std=123456.75", {})) ==
        "mean=0.123456789,std=123456.75,range=0:1");
  for (const auto& wrong :
       {std::pair("mean=1:x", "\"x\" of mean is no number"), std::pair("mean=nan", "is no number"),
        std::pair("std=0", "a std is not above 0"),
        std::pair("range=1:0", "what black and white are"),
        std::pair("size=2000", "expected 1 to 1024"),
        std::pair("size=3,size=4", "size is there twice"),
        std::pair("imagenet,mean=0", "imagenet says mean and std"),
        std::pair("gamma=2", "\"gamma=2\" is not known")}) {
    CHECK(says([&] { parse_input_scaling(wrong.first, {}); }, wrong.second));
  }
}

TEST_CASE("a network made smaller gives what it gave") {
  torch::manual_seed(5);
  LayerBuilder build(3, 12);
  const auto random = [](std::vector<std::int64_t> sizes) { return torch::randn(sizes) * 0.3; };
  std::string x = build.scale_shift("pixels", kNetworkInput, random({3}), random({3}));
  x = build.conv2d("first", x, random({8, 3, 3, 3}), random({8}), ImportedWindow::square(3, 1, 1));
  x = build.batch_norm("norm", x, random({8}), random({8}), random({8}), random({8}).abs(), 1e-5);
  x = build.activation("r1", "relu", x);
  const std::string swish = build.mul("swish", x, build.activation("s", "sigmoid", x));
  // Hard swish as exporters of opset 9 write it, in both orders.
  const torch::Tensor one = torch::ones({1}), none = torch::zeros({1});
  const auto clipped = [&](const std::string& in, const std::string& name) {
    const std::string shifted = build.scale_shift(name + "+3", in, one, 3 * one);
    return build.activation(name + "clip", "clip", shifted, {{"low", 0}, {"high", 6}});
  };
  std::string y = build.mul("h1", swish, clipped(swish, "a"));
  y = build.scale_shift("sixth", y, one / 6, none);
  y = build.mul("h2", y, build.scale_shift("b/6", clipped(y, "b"), one / 6, none));
  y = build.conv2d("narrow", y, random({4, 8, 1, 1}), random({4}), {});
  y = build.pool("pool", "average_pool2d", y, ImportedWindow::square(2, 2, 0));
  const std::string scaled = build.scale_shift("before", y, random({4}), random({4}));
  std::string z = build.conv2d("grouped", scaled, random({6, 2, 3, 3}), {}, {}, 2);
  z = build.activation("r2", "relu", build.scale_shift("after", z, random({6}), random({6})));
  z = build.concat("twice", {z, z});
  z = build.activation("r3", "relu", build.add("sum", z, build.global_average_pool("gate", z)));
  build.activation("unread", "sigmoid", z);
  ImportedLayers network =
      build.finish(build.linear("fc", z, random({5, 12 * 4 * 4}), random({5})));

  const torch::Tensor images = torch::randn({2, 3, 12, 12});
  const torch::Tensor expected = forward(to_folded(network), images).logits.flatten(1);
  simplify(network);
  const FoldedNetwork smaller = to_folded(network);
  const torch::Tensor given = forward(smaller, images).logits.flatten(1);
  CHECK((given - expected).abs().max().item<double>() <
        1e-5 * (expected.max() - expected.min()).item<double>());
  std::string operators;
  for (const auto& one_node : smaller.graph) {
    operators +=
        one_node.at("op").get<std::string>() + (one_node.value("relu", false) ? "+ " : " ");
  }
  CHECK(operators ==
        "scale_shift conv2d+ silu hard_swish hard_swish average_pool2d conv2d conv2d+ scale_shift "
        "concat global_average_pool add+ conv2d ");
}

TEST_CASE("a grey film is given to a network of three channels exactly") {
  torch::manual_seed(6);
  for (const bool equal_means : {false, true}) {
    LayerBuilder build(3, 10);
    std::string x = build.conv2d("c", kNetworkInput, torch::randn({4, 3, 3, 3}), torch::randn({4}),
                                 ImportedWindow::square(3, 1, 1));
    x = build.linear("fc", build.global_average_pool("g", x), torch::randn({2, 4}), {});
    ImportedLayers network = build.finish(x);
    InputScaling scaling = imagenet_scaling();
    if (equal_means) scaling.mean = {0.5};
    const torch::Tensor film = torch::rand({1, 1, 10, 10});
    const torch::Tensor means =
        torch::tensor(equal_means ? std::vector<double>(3, 0.5) : scaling.mean);
    const torch::Tensor colour =
        ((film - means.view({3, 1, 1})) / torch::tensor(scaling.std).view({3, 1, 1}))
            .to(torch::kFloat32);
    const torch::Tensor expected = forward(to_folded(network), colour).logits;
    const InputSpec spec = read_grey(network, scaling);
    simplify(network);
    const torch::Tensor given = forward(to_folded(network), (film - spec.mean) / spec.std).logits;
    CHECK((given - expected).abs().max().item<double>() < 1e-5);
    // Padding by zeros lets nothing be folded where the channels' means differ.
    CHECK(network.layers.size() == (equal_means ? 3 : 4));
  }
}

TEST_CASE("weights of no known network are refused by a sentence") {
  const auto refused = [](TensorsByName tensors, const std::string& sentence) {
    return says([&] { read_torch_network(std::move(tensors), 64, "file"); }, sentence);
  };
  CHECK(refused({{"a.weight", torch::ones({1})}}, "its tensors (a.weight) are of no network"));
  TensorsByName densenet = {{"features.conv0.weight", torch::ones({4, 1, 7, 7})},
                            {"features.denseblock1.denselayer1.conv1.weight", torch::ones({1})}};
  CHECK(refused(densenet, "the tensor \"features.norm0.weight\" is missing"));
  densenet["features.conv0.weight"] = torch::ones({4, 1, 7});
  CHECK(refused(densenet, "is no convolution's weight"));
}

TEST_CASE("names of untrusted weights are short, and nothing that a terminal obeys") {
  namespace fs = std::filesystem;
  const fs::path file =
      fs::temp_directory_path() / ("thoraxlite-names-" + std::to_string(getpid()) + ".safetensors");
  const float value = 1;
  const auto read = [&](const std::string& name) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
    const std::vector<NamedTensor> tensors = {{name, "F32", {1}, {first, first + sizeof value}}};
    const auto contents = write_safetensors(tensors, {});
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(contents.data()),
               static_cast<std::streamsize>(contents.size()));
    read_source_file(file, 0, false);
  };
  CHECK(says([&] { read("a\x1b[2Jb"); }, "its tensors (a?[2Jb) are of no network"));
  // Long enough for std::regex to leave its stack.
  CHECK(says([&] { read(std::string(1 << 20, 'a')); }, "a key is longer than 256 bytes"));
  fs::remove(file);
}

TEST_CASE("a traced program is read as PyTorch runs it, or refused") {
  namespace fs = std::filesystem;
  torch::manual_seed(7);
  const fs::path file =
      fs::temp_directory_path() / ("thoraxlite-script-" + std::to_string(getpid()) + ".pt");
  const torch::Tensor image = torch::randn({1, 3, 8, 8});
  torch::Tensor expected;
  const auto read = [&](const std::string& lines) {
    torch::jit::Module module("network");
    module.register_buffer("w", torch::randn({4, 3, 3, 3}));
    module.register_buffer("fc", torch::randn({2, 8}));
    module.register_buffer("half", torch::randn({4, 2}));
    module.register_buffer("b", torch::randn({2}));
    module.define("def forward(self, x):\n  m = torch.conv2d(x, self.w)\n" +
                  std::string("  a = torch.mean(m, [2, 3])\n") + lines);
    module.eval();
    module.save(file.string());
    SourceFile source = read_source_file(file, 8, /*trust=*/true);
    expected = module.forward({image}).toTensor();
    return source;
  };
  const SourceFile joined =
      read("  return torch.sigmoid(torch.linear(torch.cat([a, a * 2], 1), self.fc, self.b))\n");
  CHECK((joined.activation == Activation::sigmoid));
  ImportedLayers layers = joined.layers;
  simplify(layers);  // which drops the sigmoid
  const torch::Tensor logits = forward(to_folded(layers), image).logits.flatten(1);
  CHECK((torch::sigmoid(logits) - expected).abs().max().item<double>() < 1e-5);
  CHECK(says([&] { read_source_file(file, 8, /*trust=*/false); }, "it is TorchScript, a program"));

  CHECK(says([&] { read("  return torch.div(a, 2.0, rounding_mode=\"floor\")\n"); },
             "aten::div rounds what it gives"));
  CHECK(says([&] { read("  return torch.addmm(self.b, a, self.half, beta=2.0)\n"); },
             "aten::addmm weighs what it adds"));
  CHECK(says([&] { read("  return torch.mean(m * a, [2, 3])\n"); },
             "aten::mul is of a map and a vector"));
  CHECK(says([&] { read("  return torch.softmax(torch.sigmoid(a), 1)\n"); },
             "it ends in a sigmoid and a softmax"));
  fs::remove(file);
}

TEST_CASE("a pool that pads more than PyTorch's do is written to TorchScript, or refused") {
  namespace fs = std::filesystem;
  torch::manual_seed(8);
  const fs::path file =
      fs::temp_directory_path() / ("thoraxlite-pool-" + std::to_string(getpid()) + ".pt");
  const auto exported = [](const char* op) {
    LayerBuilder build(1, 8);
    std::string x = build.pool("p", op, kNetworkInput, ImportedWindow::square(3, 2, 2));
    x = build.linear("fc", build.global_average_pool("g", x), torch::randn({2, 1}), {});
    ExportedNetwork network;
    network.network = to_folded(build.finish(x));
    network.size = 8;
    return network;
  };
  const torch::Tensor image = torch::randn({1, 1, 8, 8});
  const ExportedNetwork largest = exported("max_pool2d");
  write_torchscript(largest, file);
  const torch::Tensor given = torch::jit::load(file.string()).forward({image}).toTensor();
  const torch::Tensor expected = forward(largest.network, image).logits.flatten(1);
  // A window of padding alone gives the least float32 there, of which the average is as large.
  CHECK(((given - expected).abs() <= 1e-5 * expected.abs().clamp_min(1)).all().item<bool>());
  CHECK(says([&] { write_torchscript(exported("average_pool2d"), file); },
             "averages over padding that is uneven, or wider than half of its window"));
  fs::remove(file);
}

TEST_CASE("a card says whether an input's scaling is known or assumed") {
  LayerBuilder build(3, 8);
  SourceFile source;
  source.layers = build.finish(
      build.linear("fc", build.global_average_pool("g", kNetworkInput), torch::randn({2, 3}), {}));
  source.labels = {"a", "b"};
  source.activation = Activation::sigmoid;
  source.scaling = imagenet_scaling();
  const auto said = [&](const std::string& input) {
    return settle(source, {{}, input, ""}).imported.at("scaling").get<std::string>();
  };
  CHECK(said("") == "by the file");
  source.is_scaling_assumed = true;
  CHECK(said("size=8").find("assumed as ImageNet's") == 0);
  CHECK(said("imagenet") == "by whoever imported it");
}
