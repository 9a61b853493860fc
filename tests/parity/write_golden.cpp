// write_golden: what LibTorch makes of a student, for `parity` to hold the engines against.
//
//   random  invents a student, exports it, and keeps what the unfolded network gives
//   of      keeps what LibTorch gives with the folded weights of a model file
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
#include "export/folded_student.h"
#include "export/model_file.h"
#include "export/safetensors_writer.h"
#include "models/student.h"

namespace {

using namespace thoraxlite;

struct RandomStudent {
  StudentOptions options;
  std::vector<std::int64_t> channels = {64, 64, 128};
  InputSpec input;
  std::uint64_t seed = 1;
  WeightType type = WeightType::float32;
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

// Weights as initialised; norms as if trained: their statistics fit the maps they see, but no value
// is 0 or 1, so that a term left out of the folding shows.
Student invent(const RandomStudent& wanted) {
  torch::manual_seed(static_cast<std::uint64_t>(wanted.seed));
  Student student(wanted.options);
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> films;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    films.push_back(
        network_input(phantom_picture(wanted.input.size, wanted.seed + i), wanted.input));
  }
  for (auto norm : {student.norm1, student.norm2, student.norm3}) {
    norm->options.momentum(1.0);
    norm->weight.uniform_(0.6, 1.5);
    norm->bias.uniform_(-0.4, 0.6);
  }
  student.train();
  student.forward(torch::cat(films));
  student.eval();
  for (auto norm : {student.norm1, student.norm2, student.norm3}) {
    norm->running_mean.add_(torch::randn_like(norm->running_mean) * norm->running_var.sqrt() * 0.2);
    norm->running_var.mul_(torch::empty_like(norm->running_var).uniform_(0.7, 1.4));
  }
  student.fc2->weight.mul_(4);  // logits of about 1, as a trained student's
  return student;
}

CardContent card_for(const RandomStudent& wanted) {
  CardContent card;
  card.name = "random student for tests";
  for (std::int64_t i = 0; i < wanted.options.labels; ++i) {
    card.labels.push_back("label " + std::to_string(i + 1));
  }
  card.input = wanted.input;
  card.operating_points.resize(card.labels.size());
  card.training = {{"protocol", "none: weights are random"}};
  return card;
}

FoldedStudent rounded_to_half(FoldedStudent student) {
  for (auto& [name, tensor] : student.tensors) {
    tensor = tensor.to(torch::kHalf).to(torch::kFloat32);
  }
  return student;
}

FoldedStudent folded_weights_of(const Model& model) {
  FoldedStudent folded;
  for (const Node& node : model.nodes) {
    if (node.name == "conv1") folded.stride = node.stride;
    if (node.weight.empty()) continue;
    const std::int64_t out = node.output.channels;
    const torch::Tensor weight = torch::tensor(node.weight);
    folded.tensors[node.name + ".weight"] = node.op == Op::conv2d
                                                ? weight.view({out, -1, node.kernel, node.kernel})
                                                : weight.view({out, -1});
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
                  const ModelOutput& output, const std::string& command) {
  std::vector<NamedTensor> tensors;
  NamedTensor pixels = layer_tensor("input", input);
  pixels.shape.pop_back();
  tensors.push_back(std::move(pixels));
  for (const auto& [name, map] : output.features) tensors.push_back(layer_tensor(name, map));
  tensors.push_back(layer_tensor("fc2", output.logits));
  write_bytes(
      file, write_safetensors(tensors, {{"format", "thoraxlite.golden.v1"}, {"command", command}}));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Writes LibTorch's value of every layer of a student to a golden file."};
  app.require_subcommand(1);
  std::filesystem::path model_file;
  std::filesystem::path golden_file;
  RandomStudent wanted;

  CLI::App* random = app.add_subcommand("random", "invents a student; writes MODEL and GOLDEN");
  random->add_option("MODEL", model_file)->required();
  random->add_option("GOLDEN", golden_file)->required();
  random->add_option("--channels", wanted.channels, "of the three blocks")
      ->delimiter(',')
      ->expected(3);
  random->add_option("--hidden", wanted.options.hidden, "width of fc1");
  random->add_option("--size", wanted.input.size, "of the input, pixels");
  random->add_option("--stride", wanted.options.stride, "of conv1");
  random->add_option("--seed", wanted.seed);
  std::string type = "float32";
  random->add_option("--type", type, "of the weights: float32 or float16");

  CLI::App* of = app.add_subcommand("of", "reads MODEL, writes GOLDEN");
  of->add_option("MODEL", model_file)->required();
  of->add_option("GOLDEN", golden_file)->required();
  CLI11_PARSE(app, argc, argv);

  std::string command = "build/native/tests/parity/write_golden";
  for (int i = 1; i < argc; ++i) command += std::string(" ") + argv[i];

  try {
    const torch::NoGradGuard no_grad;
    if (random->parsed()) {
      std::copy(wanted.channels.begin(), wanted.channels.end(), wanted.options.channels.begin());
      wanted.type = parse_weight_type(type);
      Student student = invent(wanted);
      const FoldedStudent folded = fold(student);
      const GreyImage picture = phantom_picture(wanted.input.size, wanted.seed);
      const torch::Tensor input = network_input(picture, wanted.input);
      write_bytes(model_file, pack_model(folded, card_for(wanted), wanted.type, picture));
      // Rounded weights have no unfolded counterpart.
      const ModelOutput output = wanted.type == WeightType::float32
                                     ? student.forward(input)
                                     : forward(rounded_to_half(folded), input);
      write_golden(golden_file, input, output, command);
    } else {
      const std::vector<std::uint8_t> bytes = require_file(model_file);
      const Result<Model> model = load_model(view(bytes));
      if (!model) throw std::runtime_error(model_file.string() + ": " + model.error().message);
      const InputSpec& spec = model->card.input;
      const torch::Tensor input = network_input(phantom_picture(2 * spec.size, 1), spec);
      write_golden(golden_file, input, forward(folded_weights_of(*model), input), command);
    }
  } catch (const std::exception& error) {
    std::cerr << "write_golden: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
