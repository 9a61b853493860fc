#include "made_networks.h"

#include <algorithm>
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

void slide_window(Node& node, int channels) {
  const auto slide = [&node](int length) {
    return (length + 2 * node.padding - node.kernel) / node.stride + 1;
  };
  node.output = {channels, slide(node.output.height), slide(node.output.width)};
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
  Node node = next_node(model, Op::conv2d, "conv");
  const int fan_in = node.output.channels * kernel * kernel;
  node.kernel = kernel;
  node.stride = stride;
  node.padding = padding;
  node.relu = relu;
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
  Node node = next_node(model, op, "pool");
  node.kernel = kernel;
  node.stride = stride;
  node.padding = padding;
  slide_window(node, node.output.channels);
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
