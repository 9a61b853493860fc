#include "made_networks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "made_models.h"

namespace thoraxlite {
namespace {

int between(int least, int most, std::mt19937& random) {
  return least + static_cast<int>(random() % (most - least + 1));
}

Shape output_of(const Model& model, int index) {
  const int size = model.card.input.size;
  return index < 0 ? Shape{1, size, size} : model.nodes[index].output;
}

int last_of(const Model& model) {
  return static_cast<int>(model.nodes.size()) - 1;
}

Shape last_output(const Model& model) {
  return output_of(model, last_of(model));
}

// A node that reads the last one; its output still has that one's shape.
Node next_node(const Model& model, Op op, const std::string& stem) {
  Node node;
  node.op = op;
  node.inputs = {last_of(model)};
  node.name = stem + std::to_string(model.nodes.size());
  node.output = last_output(model);
  return node;
}

Margins all_sides(int padding) {
  return {padding, padding, padding, padding};
}

// How many windows there are, one after another.
int windows(int length, int before, int after, int kernel, int stride, bool ceil) {
  int count = 0;
  int start = -before;
  for (; start + kernel <= length + after; start += stride) ++count;
  const bool is_rest_left = start - stride + kernel < length + after;
  return ceil && is_rest_left && start < length ? count + 1 : count;
}

void slide_window(Node& node, int channels, bool ceil = false) {
  const Margins& padding = node.padding;
  node.output = {channels,
                 windows(node.output.height, padding.top, padding.bottom, node.kernel.height,
                         node.stride.height, ceil),
                 windows(node.output.width, padding.left, padding.right, node.kernel.width,
                         node.stride.width, ceil)};
}

void take_window(Node& node, const Node& window) {
  node.kernel = window.kernel;
  node.stride = window.stride;
  node.padding = window.padding;
  node.groups = window.groups;
  node.count_padding = window.count_padding;
  node.relu = window.relu;
}

// Of at most so many positions a side, that fits the last map with its padding.
Node random_window(const Model& model, int most, std::mt19937& random) {
  const Shape last = last_output(model);
  Node window;
  const auto side = [&](int length, int& kernel, int& before, int& after) {
    kernel = between(1, most, random);
    before = between(0, kernel - 1, random);
    after = between(0, kernel - 1, random);
    if (length + before + after < kernel) kernel = length + before + after;
    before = std::min(before, kernel - 1);
    after = std::min(after, kernel - 1);
  };
  side(last.height, window.kernel.height, window.padding.top, window.padding.bottom);
  side(last.width, window.kernel.width, window.padding.left, window.padding.right);
  return window;
}

void append_random_group_conv(Model& model, std::mt19937& random) {
  Node window = random_window(model, 6, random);
  window.stride = {between(1, 3, random), between(1, 3, random)};
  window.relu = between(0, 1, random) == 1;
  const int in = last_output(model).channels;
  switch (between(0, 2, random)) {
    case 0:
      window.groups = in;
      break;
    case 1:
      window.groups = in % 3 == 0 ? 3 : in % 2 == 0 ? 2 : 1;
      break;
    default:
      break;
  }
  append_conv(model, window.groups * between(1, std::max(1, 24 / window.groups), random), window,
              random);
}

void append_random_pool(Model& model, std::mt19937& random) {
  Node window = random_window(model, 4, random);
  if (window.kernel.height * window.kernel.width < 2) return;
  window.stride = {between(1, window.kernel.height, random),
                   between(1, window.kernel.width, random)};
  const bool is_average = between(0, 1, random) == 1;
  window.count_padding = is_average && between(0, 1, random) == 1;
  append_pool(model, is_average ? Op::average_pool2d : Op::max_pool2d, window,
              between(0, 1, random) == 1);
}

// With an earlier map of its shape where there is one, else with one value a channel made of
// itself.
void append_random_two(Model& model, std::mt19937& random) {
  const int first = last_of(model);
  const Shape last = last_output(model);
  int second = first - 1;
  for (; second >= -1; --second) {
    const Shape shape = output_of(model, second);
    if (shape.channels == last.channels && shape.height == last.height &&
        shape.width == last.width) {
      break;
    }
  }
  if (second < -1 || between(0, 1, random) == 1) {
    if (last.height * last.width == 1) return;
    Node pool = next_node(model, Op::global_average_pool, "squeeze");
    pool.output = {last.channels, 1, 1};
    model.nodes.push_back(pool);
    append_conv(model, last.channels, 1, 1, 0, false, random);
    append_unary(model, between(0, 1, random) == 1 ? Op::sigmoid : Op::hard_sigmoid, random);
    second = last_of(model);
  }
  const bool is_sum = between(0, 1, random) == 1;
  append_two(model, is_sum ? Op::add : Op::mul, first, second,
             is_sum && between(0, 1, random) == 1);
}

void append_random_conv(Model& model, int most_channels, std::mt19937& random) {
  const int length = last_output(model).height;
  const int kernel = between(1, 7, random);
  const int padding = between(std::max(0, (kernel - length + 1) / 2), kernel - 1, random);
  if (length + 2 * padding < kernel) return;
  append_conv(model, between(1, most_channels, random), kernel, between(1, 3, random), padding,
              between(0, 1, random) == 1, random);
}

// Joins the last map with earlier ones of its height and width, where there are any.
void append_random_concat(Model& model, std::mt19937& random) {
  const Shape last = last_output(model);
  std::vector<int> inputs{last_of(model)};
  for (int i = last_of(model) - 1; i >= -1; --i) {
    const Shape shape = output_of(model, i);
    if (shape.height == last.height && shape.width == last.width && between(0, 1, random) == 1) {
      inputs.push_back(i);
    }
  }
  if (inputs.size() > 1) append_concat(model, inputs);
}

}  // namespace

std::vector<EngineKind> general_engines() {
  std::vector<EngineKind> kinds = engines_built_in();
  kinds.erase(std::remove(kinds.begin(), kinds.end(), EngineKind::simd), kinds.end());
  return kinds;
}

void append_conv(Model& model, int channels, int kernel, int stride, int padding, bool relu,
                 std::mt19937& random) {
  Node window;
  window.kernel = {kernel, kernel};
  window.stride = {stride, stride};
  window.padding = all_sides(padding);
  window.relu = relu;
  append_conv(model, channels, window, random);
}

void append_conv(Model& model, int channels, const Node& window, std::mt19937& random) {
  Node node = next_node(model, Op::conv2d, "conv");
  take_window(node, window);
  const int fan_in = node.output.channels / node.groups * node.kernel.height * node.kernel.width;
  slide_window(node, channels);
  node.weight = random_weights(static_cast<std::size_t>(channels) * fan_in, fan_in, random);
  node.bias = random_weights(channels, 1, random);
  model.nodes.push_back(node);
}

void append_scale_shift(Model& model, bool relu, std::mt19937& random) {
  Node node = next_node(model, Op::scale_shift, "norm");
  node.relu = relu;
  node.weight = random_weights(node.output.channels, 1, random);
  node.bias = random_weights(node.output.channels, 3, random);
  model.nodes.push_back(node);
}

void append_pool(Model& model, Op op, int kernel, int stride, int padding) {
  Node window;
  window.kernel = {kernel, kernel};
  window.stride = {stride, stride};
  window.padding = all_sides(padding);
  append_pool(model, op, window, /*ceil=*/false);
}

void append_pool(Model& model, Op op, const Node& window, bool ceil) {
  Node node = next_node(model, op, "pool");
  take_window(node, window);
  slide_window(node, node.output.channels, ceil);
  model.nodes.push_back(node);
}

void append_two(Model& model, Op op, int first, int second, bool relu) {
  Node node = next_node(model, op, op == Op::add ? "add" : "mul");
  node.inputs = {first, second};
  node.output = output_of(model, first);
  node.relu = relu;
  model.nodes.push_back(node);
}

void append_unary(Model& model, Op op, std::mt19937& random) {
  Node node = next_node(model, op, "unary");
  const std::vector<float> numbers = random_weights(4, 3, random);
  if (op == Op::hard_sigmoid) {
    node.alpha = numbers[0];
    node.beta = numbers[1];
  }
  if (op == Op::leaky_relu) node.slope = numbers[0];
  if (op == Op::clip) {
    const int bounds = between(0, 2, random);
    if (bounds != 1) node.low = std::min(numbers[2], numbers[3]) - 0.01f;
    if (bounds != 0) node.high = std::max(numbers[2], numbers[3]) + 0.01f;
  }
  model.nodes.push_back(node);
}

void append_concat(Model& model, const std::vector<int>& inputs) {
  Node node = next_node(model, Op::concat, "concat");
  node.inputs = inputs;
  node.output = output_of(model, inputs.front());
  node.output.channels = 0;
  for (const int input : inputs) node.output.channels += output_of(model, input).channels;
  model.nodes.push_back(node);
}

void append_upsample(Model& model, int factor) {
  Node node = next_node(model, Op::upsample2d, "up");
  node.factor = factor;
  node.output.height *= factor;
  node.output.width *= factor;
  model.nodes.push_back(node);
}

void append_head(Model& model, const std::vector<int>& widths, std::mt19937& random) {
  Node pool = next_node(model, Op::global_average_pool, "global_pool");
  pool.output = {pool.output.channels, 1, 1};
  model.nodes.push_back(pool);
  for (const int width : widths) {
    Node node = next_node(model, Op::linear, "fc");
    const int in = node.output.channels;
    node.relu = width != widths.back();
    node.output = {width, 1, 1};
    node.weight = random_weights(static_cast<std::size_t>(width) * in, in, random);
    node.bias = random_weights(width, 1, random);
    model.nodes.push_back(node);
  }
}

Model random_conv_network(std::mt19937& random) {
  Model model;
  model.card.input.size = between(1, 33, random);
  append_random_conv(model, 40, random);
  for (int layers = between(0, 9, random); layers > 0; --layers) {
    switch (between(0, 3, random)) {
      case 0:
        if (last_output(model).height <= 17) append_upsample(model, 2 << between(0, 1, random));
        break;
      case 1:
        append_random_concat(model, random);
        break;
      default:
        append_random_conv(model, 40, random);
    }
  }
  if (model.nodes.empty()) append_upsample(model, 2);
  return model;
}

Model random_large_network(std::mt19937& random) {
  Model model;
  model.card.input.size = between(1, 29, random);
  append_conv(model, between(1, 24, random), random_window(model, 5, random), random);
  for (int layers = between(0, 8, random); layers > 0; --layers) {
    switch (between(0, 5, random)) {
      case 0:
        append_random_pool(model, random);
        break;
      case 1:
        append_random_two(model, random);
        break;
      case 2:
        append_unary(model, kUnaryOps[between(0, 5, random)], random);
        break;
      case 3:
        append_random_concat(model, random);
        break;
      default:
        append_random_group_conv(model, random);
    }
  }
  append_head(model, {between(1, 19, random)}, random);
  return model;
}

nlohmann::json graph_of(const Model& model) {
  constexpr const char* kNames[] = {"conv2d",
                                    "scale_shift",
                                    "max_pool2d",
                                    "average_pool2d",
                                    "global_average_pool",
                                    "concat",
                                    "upsample2d",
                                    "linear",
                                    "add",
                                    "mul",
                                    "sigmoid",
                                    "silu",
                                    "hard_swish",
                                    "hard_sigmoid",
                                    "leaky_relu",
                                    "clip"};
  const auto name_of = [&model](int index) {
    return index < 0 ? std::string("input") : model.nodes[index].name;
  };
  nlohmann::json graph = nlohmann::json::array();
  for (const Node& node : model.nodes) {
    nlohmann::json described{{"name", node.name}, {"op", kNames[static_cast<int>(node.op)]}};
    if (node.inputs.size() == 1) {
      described["input"] = name_of(node.inputs.front());
    } else {
      for (const int input : node.inputs) described["inputs"].push_back(name_of(input));
    }
    if (node.relu) described["relu"] = true;
    if (node.op == Op::upsample2d) described["factor"] = node.factor;
    if (node.op == Op::leaky_relu) described["slope"] = node.slope;
    if (node.op == Op::hard_sigmoid) {
      described["alpha"] = node.alpha;
      described["beta"] = node.beta;
    }
    if (node.op == Op::clip && std::isfinite(node.low)) described["low"] = node.low;
    if (node.op == Op::clip && std::isfinite(node.high)) described["high"] = node.high;
    if (node.groups != 1) described["groups"] = node.groups;
    if (node.kernel.height != 0) {
      const Margins& padding = node.padding;
      described["stride"] = {node.stride.height, node.stride.width};
      described["padding"] = {padding.top, padding.left, padding.bottom, padding.right};
    }
    if (node.op == Op::max_pool2d || node.op == Op::average_pool2d) {
      described["kernel"] = {node.kernel.height, node.kernel.width};
      Node floor = node;
      floor.output = output_of(model, node.inputs.front());
      slide_window(floor, node.output.channels);
      described["ceil"] =
          floor.output.height != node.output.height || floor.output.width != node.output.width;
      if (node.count_padding) described["count_padding"] = true;
    }
    graph.push_back(described);
  }
  return graph;
}

std::string shown(const Model& model) {
  const auto numbers = [](std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += (text.empty() ? "" : ",") + std::to_string(value);
    return text;
  };
  std::string text = "input " + std::to_string(model.card.input.size);
  for (const Node& node : model.nodes) {
    const Margins& padding = node.padding;
    text += "; " + node.name + " (" + std::to_string(static_cast<int>(node.op)) + ") from";
    for (const int input : node.inputs) text += " " + std::to_string(input);
    text += " kernel " + numbers({node.kernel.height, node.kernel.width}) + " stride " +
            numbers({node.stride.height, node.stride.width}) + " padding " +
            numbers({padding.top, padding.left, padding.bottom, padding.right}) +
            (node.count_padding ? " counted" : "") + " groups " + std::to_string(node.groups) +
            " gives " + numbers({node.output.channels, node.output.height, node.output.width});
  }
  return text;
}

Model random_network(std::mt19937& random) {
  Model model;
  model.card.input.size = between(1, 33, random);
  for (int layers = between(0, 6, random); layers > 0; --layers) {
    const int length = last_output(model).height;
    switch (between(0, 6, random)) {
      case 0:
        if (length >= 2) {
          const int kernel = between(2, std::min(length, 4), random);
          append_pool(model, Op::max_pool2d, kernel, between(1, kernel, random),
                      between(0, kernel / 2, random));
        }
        break;
      case 1:
        if (length >= 2) {
          const int kernel = between(2, std::min(length, 4), random);
          append_pool(model, Op::average_pool2d, kernel, between(1, kernel, random));
        }
        break;
      case 2:
        append_scale_shift(model, between(0, 1, random) == 1, random);
        break;
      case 3:
        append_random_concat(model, random);
        break;
      case 4:
        if (length <= 17) append_upsample(model, between(2, 5, random));
        break;
      default:
        append_random_conv(model, 17, random);
    }
  }
  std::vector<int> widths;
  for (int i = between(1, 3, random); i > 0; --i) widths.push_back(between(1, 19, random));
  append_head(model, widths, random);
  return model;
}

}  // namespace thoraxlite
