#include "import/layers.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/model/graph.h"
#include "core/model/json_fields.h"

namespace thoraxlite {
namespace {

using CardJson = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw std::runtime_error("layer \"" + name + "\" " + what);
}

torch::Tensor exact(const std::string& name, const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().cpu().to(torch::kDouble).contiguous();
  if (!values.isfinite().all().item<bool>()) refuse(name, "holds a number that is not finite");
  return values;
}

// [channels] of a single value or of one a channel.
torch::Tensor per_channel(const std::string& name, const torch::Tensor& values, int channels) {
  const torch::Tensor flat = exact(name, values).flatten();
  if (flat.numel() == 1) return flat.expand({channels}).contiguous();
  if (flat.numel() == channels) return flat;
  refuse(name, "has " + std::to_string(flat.numel()) + " values for " + std::to_string(channels) +
                   " channels");
}

template <std::size_t N>
void set(CardJson& settings, const char* key, const std::array<std::int64_t, N>& values,
         std::int64_t fallback) {
  const bool equal = std::all_of(values.begin(), values.end(),
                                 [&](std::int64_t value) { return value == values.front(); });
  if (!equal) {
    settings[key] = values;
  } else if (values.front() != fallback) {
    settings[key] = values.front();
  }
}

// How often a window fits along a side. With ceil a last one may reach over the end, if it begins
// in the map or before it.
std::int64_t fits(std::int64_t side, std::int64_t before, std::int64_t after, std::int64_t kernel,
                  std::int64_t stride, bool ceil) {
  const std::int64_t room = side + before + after - kernel;
  if (room < 0) return 0;
  std::int64_t count = (room + (ceil ? stride - 1 : 0)) / stride + 1;
  if (ceil && (count - 1) * stride >= side + before) --count;
  return count;
}

Shape slide(const std::string& name, const Shape& input, const ImportedWindow& window, int channels,
            bool ceil) {
  for (const std::int64_t value : window.stride) {
    if (value < 1 || value > kMaxInputSide) refuse(name, "has a stride that is none");
  }
  for (const std::int64_t value : window.kernel) {
    if (value < 1 || value > kMaxInputSide) refuse(name, "has a window that is none");
  }
  for (const std::int64_t value : window.padding) {
    if (value < 0 || value > kMaxInputSide) refuse(name, "has a padding that is none");
  }
  const auto height = fits(input.height, window.padding[0], window.padding[2], window.kernel[0],
                           window.stride[0], ceil);
  const auto width = fits(input.width, window.padding[1], window.padding[3], window.kernel[1],
                          window.stride[1], ceil);
  if (height < 1 || width < 1) {
    refuse(name, "has a window that is larger than the map of " + shown(input) + " which it reads");
  }
  return {channels, static_cast<int>(height), static_cast<int>(width)};
}

bool covers(const ImportedWindow& window, const Shape& shape) {
  return window.kernel == std::array<std::int64_t, 2>{shape.height, shape.width} &&
         window.padding == std::array<std::int64_t, 4>{};
}

// What a card may have as a name: short, and nothing that a terminal obeys.
std::string card_name(const std::string& name) {
  constexpr std::size_t kRoom = 16;  // for a number behind it, and "lungs." before it
  std::string text = name.substr(0, kMaxTextBytes - kRoom);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '_';
  }
  return text.empty() ? "layer" : text;
}

bool is_vector(const Shape& shape) {
  return shape.height == 1 && shape.width == 1;
}

bool equal(const Shape& a, const Shape& b) {
  return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

}  // namespace

ImportedWindow ImportedWindow::square(std::int64_t kernel, std::int64_t stride,
                                      std::int64_t padding) {
  return {{kernel, kernel}, {stride, stride}, {padding, padding, padding, padding}};
}

std::string shown(const Shape& shape) {
  return std::to_string(shape.channels) + " x " + std::to_string(shape.height) + " x " +
         std::to_string(shape.width);
}

LayerBuilder::LayerBuilder(int channels, int size) {
  network_.channels = channels;
  network_.size = size;
  shapes_[kNetworkInput] = {channels, size, size};
}

Shape LayerBuilder::shape(const std::string& layer) const {
  return shapes_.at(layer);
}

std::string LayerBuilder::append(const std::string& name, ImportedLayer layer, const Shape& shape) {
  const std::int64_t values = std::int64_t{shape.channels} * shape.height * shape.width;
  if (values > kMaxNodeValues || (values_ += values) > kMaxNetworkValues ||
      network_.layers.size() == kMaxNodes) {
    refuse(name, "makes the network larger than a model file may be: it gives " + shown(shape) +
                     " values");
  }
  const std::string base = card_name(name);
  layer.name = base;
  for (int number = 2; shapes_.count(layer.name) > 0; ++number) {
    layer.name = base + "_" + std::to_string(number);
  }
  shapes_[layer.name] = shape;
  network_.layers.push_back(std::move(layer));
  return network_.layers.back().name;
}

std::string LayerBuilder::conv2d(const std::string& name, const std::string& input,
                                 const torch::Tensor& weight, const torch::Tensor& bias,
                                 ImportedWindow window, std::int64_t groups) {
  const Shape in = shape(input);
  ImportedLayer layer{{}, "conv2d", {input}};
  layer.weight = exact(name, weight);
  if (weight.dim() != 4 || groups < 1 || weight.numel() == 0 || weight.size(0) % groups != 0 ||
      weight.size(1) * groups != in.channels) {
    std::ostringstream sizes;
    sizes << weight.sizes();
    refuse(name, "has a weight of shape " + sizes.str() + " in " + std::to_string(groups) +
                     " groups, and reads " + std::to_string(in.channels) + " channels");
  }
  const std::int64_t out = weight.size(0);
  layer.bias = bias.defined() ? exact(name, bias).flatten() : torch::zeros({out}, torch::kDouble);
  if (layer.bias.numel() != out) refuse(name, "has a bias that does not fit its weight");
  window.kernel = {weight.size(2), weight.size(3)};
  if (groups > 1) layer.settings["groups"] = groups;
  set(layer.settings, "stride", window.stride, 1);
  set(layer.settings, "padding", window.padding, 0);
  return append(name, std::move(layer), slide(name, in, window, static_cast<int>(out), false));
}

std::string LayerBuilder::linear(const std::string& name, const std::string& input,
                                 const torch::Tensor& weight, const torch::Tensor& bias) {
  const Shape in = shape(input);
  const std::int64_t values = std::int64_t{in.channels} * in.height * in.width;
  if (weight.dim() != 2 || weight.size(0) < 1 || weight.size(1) != values) {
    refuse(name, "is linear in " + std::to_string(weight.dim() == 2 ? weight.size(1) : 0) +
                     " values, and reads " + shown(in));
  }
  if (!is_vector(in)) {
    return conv2d(name, input, weight.reshape({-1, in.channels, in.height, in.width}), bias, {});
  }
  ImportedLayer layer{{}, "linear", {input}};
  const std::int64_t out = weight.size(0);
  layer.weight = exact(name, weight);
  layer.bias = bias.defined() ? exact(name, bias).flatten() : torch::zeros({out}, torch::kDouble);
  if (layer.bias.numel() != out) refuse(name, "has a bias that does not fit its weight");
  return append(name, std::move(layer), {static_cast<int>(out), 1, 1});
}

std::string LayerBuilder::scale_shift(const std::string& name, const std::string& input,
                                      const torch::Tensor& scale, const torch::Tensor& shift) {
  const Shape in = shape(input);
  ImportedLayer layer{{}, "scale_shift", {input}};
  layer.weight = per_channel(name, scale, in.channels);
  layer.bias = per_channel(name, shift, in.channels);
  return append(name, std::move(layer), in);
}

std::string LayerBuilder::batch_norm(const std::string& name, const std::string& input,
                                     const torch::Tensor& weight, const torch::Tensor& bias,
                                     const torch::Tensor& mean, const torch::Tensor& variance,
                                     double epsilon) {
  const int channels = shape(input).channels;
  torch::Tensor scale = (per_channel(name, variance, channels) + epsilon).rsqrt();
  if (weight.defined()) scale = scale * per_channel(name, weight, channels);
  torch::Tensor shift = -per_channel(name, mean, channels) * scale;
  if (bias.defined()) shift = shift + per_channel(name, bias, channels);
  return scale_shift(name, input, scale, shift);
}

std::string LayerBuilder::activation(const std::string& name, const std::string& op,
                                     const std::string& input, const CardJson& settings) {
  ImportedLayer layer{{}, op, {input}};
  layer.settings = settings;
  return append(name, std::move(layer), shape(input));
}

std::string LayerBuilder::combine(const std::string& name, const char* op, const std::string& first,
                                  const std::string& second) {
  const Shape a = shape(first), b = shape(second);
  if (equal(a, b) || (is_vector(b) && a.channels == b.channels)) {
    return append(name, ImportedLayer{{}, op, {first, second}}, a);
  }
  if (is_vector(a) && a.channels == b.channels) {
    return append(name, ImportedLayer{{}, op, {second, first}}, b);
  }
  refuse(name, "reads " + shown(a) + " and " + shown(b) +
                   " values; expected one shape, or one value a channel of the other");
}

std::string LayerBuilder::add(const std::string& name, const std::string& first,
                              const std::string& second) {
  if (first != second) return combine(name, "add", first, second);
  return scale_shift(name, first, torch::full({1}, 2.0), torch::zeros({1}));
}

std::string LayerBuilder::mul(const std::string& name, const std::string& first,
                              const std::string& second) {
  if (first == second) refuse(name, "multiplies values with themselves");
  return combine(name, "mul", first, second);
}

std::string LayerBuilder::concat(const std::string& name, const std::vector<std::string>& inputs) {
  if (inputs.size() == 1) return inputs.front();
  const Shape first = shape(inputs.front());
  Shape joined{0, first.height, first.width};
  std::vector<std::string> parts;
  for (const std::string& input : inputs) {
    const Shape in = shape(input);
    if (in.height != first.height || in.width != first.width) {
      refuse(name, "joins maps of " + shown(first) + " and " + shown(in));
    }
    joined.channels += in.channels;
    // A concat of model files reads each once.
    const bool again = std::find(parts.begin(), parts.end(), input) != parts.end();
    parts.push_back(again ? scale_shift(name + "_copy", input, torch::ones({1}), torch::zeros({1}))
                          : input);
  }
  // A tree of pairs where there are more than a model file's concat takes.
  while (parts.size() > kMaxInputs) {
    const std::vector<std::string> few(parts.begin(), parts.begin() + kMaxInputs);
    parts.erase(parts.begin(), parts.begin() + kMaxInputs);
    parts.insert(parts.begin(), concat(name + "_part", few));
  }
  return append(name, ImportedLayer{{}, "concat", parts}, joined);
}

std::string LayerBuilder::pool(const std::string& name, const std::string& op,
                               const std::string& input, const ImportedWindow& window, bool ceil,
                               bool count_padding) {
  const Shape in = shape(input);
  if (op == "average_pool2d" && covers(window, in)) return global_average_pool(name, input);
  if (window.kernel == std::array<std::int64_t, 2>{1, 1}) {
    if (window.padding != std::array<std::int64_t, 4>{}) {
      refuse(name, "pools single values with padding");
    }
    if (window.stride == std::array<std::int64_t, 2>{1, 1}) return input;
    return conv2d(name, input, torch::ones({in.channels, 1, 1, 1}), {}, window, in.channels);
  }
  ImportedLayer layer{{}, op, {input}};
  set(layer.settings, "kernel", window.kernel, 0);
  set(layer.settings, "stride", window.stride, 0);
  set(layer.settings, "padding", window.padding, 0);
  // Where the windows fit anyhow, there is nothing to round up.
  const Shape up = slide(name, in, window, in.channels, true);
  const Shape down = slide(name, in, window, in.channels, false);
  if (ceil && !equal(up, down)) layer.settings["ceil"] = true;
  if (op == "average_pool2d" && count_padding && window.padding != std::array<std::int64_t, 4>{}) {
    layer.settings["count_padding"] = true;
  }
  return append(name, std::move(layer), ceil ? up : down);
}

std::string LayerBuilder::global_average_pool(const std::string& name, const std::string& input) {
  const Shape in = shape(input);
  if (is_vector(in)) return input;
  return append(name, ImportedLayer{{}, "global_average_pool", {input}}, {in.channels, 1, 1});
}

ImportedLayers LayerBuilder::finish(std::string output, std::optional<Activation>* ends_in) {
  const auto at = std::find_if(network_.layers.begin(), network_.layers.end(),
                               [&](const ImportedLayer& layer) { return layer.name == output; });
  const bool has_sigmoid = ends_in && at != network_.layers.end() && at->op == "sigmoid";
  if (has_sigmoid) {
    if (*ends_in) throw std::runtime_error("it ends in a sigmoid and a softmax");
    *ends_in = Activation::sigmoid;
    output = at->inputs.front();
  }
  if (output == kNetworkInput) {
    throw std::runtime_error(std::string("it has no layers") +
                             (has_sigmoid ? " but a sigmoid" : ""));
  }
  const Shape last = shape(output);
  if (!is_vector(last)) {
    throw std::runtime_error("the network gives " + shown(last) + " values; expected one a label");
  }
  network_.output = std::move(output);
  network_.outputs = last.channels;
  return std::move(network_);
}

FoldedNetwork to_folded(const ImportedLayers& network) {
  FoldedNetwork folded{CardJson::array(), {}};
  std::map<std::string, int> channels{{kNetworkInput, network.channels}};
  std::string before = kNetworkInput;  // which a node reads that names none
  for (const ImportedLayer& layer : network.layers) {
    CardJson node = {{"name", layer.name}, {"op", layer.op}};
    if (layer.inputs.size() > 1) {
      node["inputs"] = layer.inputs;
    } else if (layer.inputs.front() != before) {
      node["input"] = layer.inputs.front();
    }
    before = layer.name;
    node.update(layer.settings);
    if (layer.relu) node["relu"] = true;
    int& own = channels[layer.name];
    for (const std::string& input : layer.inputs) {
      own = layer.op == "concat" ? own + channels.at(input) : std::max(own, channels.at(input));
    }
    if (layer.op == "relu") {
      node["op"] = "scale_shift";
      node["relu"] = true;
      folded.tensors[layer.name + ".weight"] = torch::ones({own});
      folded.tensors[layer.name + ".bias"] = torch::zeros({own});
    }
    if (layer.weight.defined()) {
      own = static_cast<int>(layer.weight.size(0));
      folded.tensors[layer.name + ".weight"] = layer.weight.to(torch::kFloat32).contiguous();
      folded.tensors[layer.name + ".bias"] = layer.bias.to(torch::kFloat32).contiguous();
    }
    folded.graph.push_back(std::move(node));
  }
  return folded;
}

}  // namespace thoraxlite
