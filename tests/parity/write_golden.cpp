// write_golden: what LibTorch makes of a network, for `parity` to hold the engines against.
//
//   random    invents a student, exports it, and keeps what the unfolded network gives
//   densenet  the same of a DenseNet-121, whose layers are those of the folded one, since it names
//             few itself
//   of        keeps what LibTorch gives with the graph and the weights of a model file
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "export/safetensors_writer.h"
#include "models/densenet.h"
#include "models/student.h"

namespace {

using namespace thoraxlite;

struct Wanted {
  StudentOptions student;
  std::vector<std::int64_t> channels = {64, 64, 128};
  InputSpec input;
  std::uint64_t seed = 1;
  std::string type = "float32";
  std::string name = "random student for tests";
};

GreyImage phantom_picture(int size, std::uint64_t seed) {
  PhantomSpec spec;
  spec.kind = PhantomKind::lobar;
  spec.size = size;
  spec.seed = seed;
  return draw_phantom(spec).image;
}

torch::Tensor network_input(const GreyImage& picture, const InputSpec& spec) {
  std::vector<float> pixels = resize_area(picture, spec.size);
  normalise(pixels, spec);
  return torch::tensor(pixels).view({1, 1, spec.size, spec.size});
}

// Leaves weights as initialised and makes norms as if trained: their statistics fit the maps they
// see, but no value is 0 or 1, so that a term left out of the folding shows.
void fit_norms(Network& network, const Wanted& wanted) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> films;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    films.push_back(
        network_input(phantom_picture(wanted.input.size, wanted.seed + i), wanted.input));
  }
  std::vector<torch::nn::BatchNorm2dImpl*> norms;
  for (const auto& module : network.modules(/*include_self=*/false)) {
    if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norms.push_back(norm);
  }
  for (auto* norm : norms) {
    norm->options.momentum(1.0);
    norm->weight.uniform_(0.6, 1.5);
    norm->bias.uniform_(-0.4, 0.6);
  }
  network.train();
  network.forward(torch::cat(films));
  network.eval();
  for (auto* norm : norms) {
    norm->running_mean.add_(torch::randn_like(norm->running_mean) * norm->running_var.sqrt() * 0.2);
    norm->running_var.mul_(torch::empty_like(norm->running_var).uniform_(0.7, 1.4));
  }
}

std::shared_ptr<Network> invent_student(const Wanted& wanted) {
  torch::manual_seed(wanted.seed);
  StudentOptions options = wanted.student;
  std::copy(wanted.channels.begin(), wanted.channels.end(), options.channels.begin());
  auto student = std::make_shared<Student>(options);
  fit_norms(*student, wanted);
  const torch::NoGradGuard no_grad;
  student->fc2->weight.mul_(4);  // logits of about 1, as a trained student's
  return student;
}

std::shared_ptr<Network> invent_densenet(const Wanted& wanted) {
  torch::manual_seed(wanted.seed);
  auto densenet = std::make_shared<DenseNet>(
      DenseNetOptions{wanted.student.labels, /*channels=*/1, /*dropout=*/0.0});
  fit_norms(*densenet, wanted);
  return densenet;
}

CardContent card_for(const Wanted& wanted) {
  CardContent card;
  card.name = wanted.name;
  for (std::int64_t i = 0; i < wanted.student.labels; ++i) {
    card.labels.push_back("label " + std::to_string(i + 1));
  }
  card.input = wanted.input;
  card.operating_points.resize(card.labels.size());
  card.training = {{"protocol", "none: weights are random"}};
  return card;
}

FoldedNetwork folded_network_of(const Model& model) {
  FoldedNetwork folded;
  folded.graph = nlohmann::ordered_json::parse(model.card.json).at("graph");
  for (const Node& node : model.nodes) {
    if (node.weight.empty()) continue;
    const std::int64_t out = node.output.channels;
    torch::Tensor weight = torch::tensor(node.weight);
    if (node.op == Op::conv2d)
      weight = weight.view({out, -1, node.kernel.height, node.kernel.width});
    if (node.op == Op::linear) weight = weight.view({out, -1});
    folded.tensors[node.name + ".weight"] = weight;
    folded.tensors[node.name + ".bias"] = torch::tensor(node.bias);
  }
  return folded;
}

// [1, C, H, W] or [1, C] to [H, W, C].
NamedTensor layer_tensor(const std::string& name, const torch::Tensor& map) {
  const torch::Tensor last = (map.dim() == 4 ? map[0].permute({1, 2, 0}) : map[0].view({1, 1, -1}))
                                 .to(torch::kFloat32)
                                 .contiguous();
  const auto* first = static_cast<const std::uint8_t*>(last.data_ptr());
  return {name, "F32", last.sizes().vec(), {first, first + last.nbytes()}};
}

void write_bytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": could not be written");
}

void write_golden(const std::filesystem::path& file, const torch::Tensor& input,
                  const ModelOutput& output, const std::string& last_node,
                  const std::string& command) {
  std::vector<NamedTensor> tensors;
  NamedTensor pixels = layer_tensor("input", input);
  pixels.shape.pop_back();
  tensors.push_back(std::move(pixels));
  for (const auto& [name, map] : output.features) tensors.push_back(layer_tensor(name, map));
  tensors.push_back(layer_tensor(last_node, output.logits));
  write_bytes(
      file, write_safetensors(tensors, {{"format", "thoraxlite.golden.v1"}, {"command", command}}));
}

std::string last_node(const FoldedNetwork& network) {
  return network.graph.back().at("name");
}

void write_random(Network& network, const Wanted& wanted, const std::filesystem::path& model_file,
                  const std::filesystem::path& golden_file, const std::string& command) {
  const WeightType type = parse_weight_type(wanted.type);
  const FoldedNetwork folded = fold(network);
  const GreyImage picture = phantom_picture(wanted.input.size, wanted.seed);
  const torch::Tensor input = network_input(picture, wanted.input);
  write_bytes(model_file, pack_model(folded, card_for(wanted), type, picture));

  // Rounded weights have no unfolded counterpart.
  ModelOutput output =
      forward(type == WeightType::float16 ? rounded(folded, torch::kHalf) : folded, input);
  if (type == WeightType::float32) {
    const ModelOutput unfolded = network.forward(input);
    output.logits = unfolded.logits;
    for (auto& [name, map] : output.features) {
      for (const auto& [unfolded_name, unfolded_map] : unfolded.features) {
        if (name == unfolded_name) map = unfolded_map;
      }
    }
  }
  write_golden(golden_file, input, output, last_node(folded), command);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Writes LibTorch's value of every layer of a network to a golden file."};
  app.require_subcommand(1);
  std::filesystem::path model_file;
  std::filesystem::path golden_file;
  Wanted wanted;

  CLI::App* random = app.add_subcommand("random", "invents a student; writes MODEL and GOLDEN");
  random->add_option("--channels", wanted.channels, "of the three blocks")
      ->delimiter(',')
      ->expected(3);
  random->add_option("--hidden", wanted.student.hidden, "width of fc1");
  random->add_option("--stride", wanted.student.stride, "of conv1");
  CLI::App* densenet =
      app.add_subcommand("densenet", "invents a DenseNet-121; writes MODEL and GOLDEN");
  for (CLI::App* inventing : {random, densenet}) {
    inventing->add_option("--size", wanted.input.size, "of the input, pixels");
    inventing->add_option("--seed", wanted.seed);
    inventing->add_option("--type", wanted.type, "of the weights: float32 or float16");
  }
  CLI::App* of = app.add_subcommand("of", "reads MODEL, writes GOLDEN");
  for (CLI::App* writing : {random, densenet, of}) {
    writing->add_option("MODEL", model_file)->required();
    writing->add_option("GOLDEN", golden_file)->required();
  }
  CLI11_PARSE(app, argc, argv);

  std::string command = "build/native/tests/parity/write_golden";
  for (int i = 1; i < argc; ++i) command += std::string(" ") + argv[i];

  try {
    const torch::NoGradGuard no_grad;
    if (of->parsed()) {
      const std::vector<std::uint8_t> bytes = require_file(model_file);
      const Result<Model> model = load_model(view(bytes));
      if (!model) throw std::runtime_error(model_file.string() + ": " + model.error().message);
      const InputSpec& spec = model->card.input;
      const torch::Tensor input = network_input(phantom_picture(2 * spec.size, 1), spec);
      const FoldedNetwork folded = folded_network_of(*model);
      write_golden(golden_file, input, forward(folded, input), last_node(folded), command);
    } else {
      if (densenet->parsed()) wanted.name = "random DenseNet-121 for tests";
      const auto network = random->parsed() ? invent_student(wanted) : invent_densenet(wanted);
      write_random(*network, wanted, model_file, golden_file, command);
    }
  } catch (const std::exception& error) {
    std::cerr << "write_golden: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
