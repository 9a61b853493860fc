#include <torch/script.h>
#include <torch/torch.h>

#include <array>
#include <map>
#include <stdexcept>

#include "import/export_network.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kLeast = "-3.4028234663852886e38";  // of float32

std::string list(const Json& node, const char* key, std::size_t count, std::int64_t fallback) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t value = fallback;
    if (node.contains(key)) {
      const Json& given = node.at(key);
      value = given.is_array() ? given.at(i).get<std::int64_t>() : given.get<std::int64_t>();
    }
    text += (i == 0 ? "[" : ", ") + std::to_string(value);
  }
  return text + "]";
}

// [top, left, bottom, right] of a node; whether both ends of each side have the same.
std::array<std::int64_t, 4> padding_of(const Json& node) {
  std::array<std::int64_t, 4> sides = {0, 0, 0, 0};
  if (!node.contains("padding")) return sides;
  const Json& given = node.at("padding");
  for (std::size_t i = 0; i < 4; ++i) {
    sides[i] = given.is_array() ? given.at(i).get<std::int64_t>() : given.get<std::int64_t>();
  }
  return sides;
}

// PyTorch's pools pad by half of a window at most.
bool is_wide(const std::array<std::int64_t, 4>& sides, const Json& node) {
  if (!node.contains("kernel")) return false;
  const Json& kernel = node.at("kernel");
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const auto length =
        kernel.is_array() ? kernel.at(i % 2).get<std::int64_t>() : kernel.get<std::int64_t>();
    if (sides[i] > length / 2) return true;
  }
  return false;
}

std::string number(const Json& node, const char* key, double fallback = 0) {
  return Json(node.value(key, fallback)).dump();
}

// A line of Python: what a node gives of x and, where there are two, y.
std::string expression(const Json& node, const std::vector<std::string>& x,
                       const std::string& tensors) {
  const auto op = node.at("op").get<std::string>();
  const auto sides = padding_of(node);
  const bool even = sides[0] == sides[2] && sides[1] == sides[3];
  const std::string pad = "[" + std::to_string(sides[0]) + ", " + std::to_string(sides[1]) + "]";
  const auto padded = [&](const char* value) {
    return "torch.constant_pad_nd(" + x[0] + ", [" + std::to_string(sides[1]) + ", " +
           std::to_string(sides[3]) + ", " + std::to_string(sides[0]) + ", " +
           std::to_string(sides[2]) + "], " + value + ")";
  };
  const std::string weight = "self." + tensors + "_weight", bias = "self." + tensors + "_bias";
  const std::string ceil = node.value("ceil", false) ? "True" : "False";
  if (op == "conv2d") {
    return "torch.conv2d(" + (even ? x[0] : padded("0.0")) + ", " + weight + ", " + bias + ", " +
           list(node, "stride", 2, 1) + ", " + (even ? pad : "[0, 0]") + ", [1, 1], " +
           std::to_string(node.value("groups", 1)) + ")";
  }
  if (op == "scale_shift") {
    return x[0] + " * " + weight + ".view([-1, 1, 1]) + " + bias + ".view([-1, 1, 1])";
  }
  const std::string window = list(node, "kernel", 2, 1) + ", " + list(node, "stride", 2, 1);
  const bool is_max = op == "max_pool2d";
  const bool has_own_padding = even && !is_wide(sides, node);
  if ((is_max || op == "average_pool2d") && !has_own_padding && (!is_max || ceil == "True")) {
    throw std::runtime_error("node \"" + node.at("name").get<std::string>() + "\" " +
                             (is_max ? "rounds up" : "averages") +
                             " over padding that is uneven, or wider than half of its window, "
                             "which PyTorch has no operator for");
  }
  if (is_max) {
    return "torch.max_pool2d(" + (has_own_padding ? x[0] : padded(kLeast)) + ", " + window + ", " +
           (has_own_padding ? pad : "[0, 0]") + ", [1, 1], " + ceil + ")";
  }
  if (op == "average_pool2d") {
    return "torch.avg_pool2d(" + x[0] + ", " + window + ", " + pad + ", " + ceil + ", " +
           (node.value("count_padding", false) ? "True" : "False") + ")";
  }
  if (op == "global_average_pool") return "torch.mean(" + x[0] + ", [2, 3], True)";
  if (op == "linear") {
    return "torch.unsqueeze(torch.unsqueeze(torch.linear(torch.flatten(" + x[0] + ", 1), " +
           weight + ", " + bias + "), -1), -1)";
  }
  if (op == "add") return x[0] + " + " + x[1];
  if (op == "mul") return x[0] + " * " + x[1];
  if (op == "sigmoid") return "torch.sigmoid(" + x[0] + ")";
  if (op == "silu") return x[0] + " * torch.sigmoid(" + x[0] + ")";
  if (op == "hard_swish") return "torch.hardswish(" + x[0] + ")";
  if (op == "hard_sigmoid") {
    return "torch.clamp(" + x[0] + " * " + number(node, "alpha", 1.0 / 6) + " + " +
           number(node, "beta", 0.5) + ", 0.0, 1.0)";
  }
  if (op == "leaky_relu") {
    return "torch.leaky_relu(" + x[0] + ", " + number(node, "slope") + ")";
  }
  if (op == "clip") {
    constexpr double kNone = 3.4e38;  // of float32
    return "torch.clamp(" + x[0] + ", " + number(node, "low", -kNone) + ", " +
           number(node, "high", kNone) + ")";
  }
  if (op == "concat") {
    std::string parts;
    for (const std::string& part : x) parts += (parts.empty() ? "" : ", ") + part;
    return "torch.cat([" + parts + "], 1)";
  }
  throw std::runtime_error("node \"" + node.at("name").get<std::string>() + "\" (" + op +
                           ") is not written to TorchScript");
}

}  // namespace

void write_torchscript(const ExportedNetwork& exported, const std::filesystem::path& file) {
  torch::jit::Module module("thoraxlite_network");
  std::string code = "def forward(self, input):\n";
  std::map<std::string, std::string> values{{"input", "input"}};
  std::string last = "input";
  int count = 0;
  for (const Json& node : exported.network.graph) {
    std::vector<std::string> inputs{node.value("input", last)};
    if (node.contains("inputs")) inputs = node.at("inputs").get<std::vector<std::string>>();
    for (std::string& input : inputs) input = values.at(input);
    last = node.at("name").get<std::string>();
    const std::string own = "x" + std::to_string(++count);
    for (const char* kind : {"weight", "bias"}) {
      const auto found = exported.network.tensors.find(last + "." + kind);
      if (found != exported.network.tensors.end()) {
        module.register_buffer(own + "_" + kind, found->second);
      }
    }
    std::string value = expression(node, inputs, own);
    if (node.value("relu", false)) value = "torch.relu(" + value + ")";
    code += "  " + own + " = " + value + "\n";
    values[last] = own;
  }
  code += "  return torch.flatten(" + values.at(last) + ", 1)\n";
  module.define(code);
  module.eval();
  torch::jit::ExtraFilesMap extra;
  for (const auto& [key, value] : exported.metadata) extra[key + ".txt"] = value;
  module.save(file.string(), extra);
}

}  // namespace thoraxlite
