#include "naive_network.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thoraxlite {
namespace {

struct Map {
  Shape shape;
  const std::vector<float>& values;

  double at(int c, int y, int x) const {
    return values[(std::size_t(y) * shape.width + x) * shape.channels + c];
  }
  bool contains(int y, int x) const {
    return y >= 0 && y < shape.height && x >= 0 && x < shape.width;
  }
};

double conv2d_at(const Node& node, const Map& input, int c, int y, int x) {
  double sum = node.bias[c];
  const int in = input.shape.channels / node.groups;
  const int group = c / (node.output.channels / node.groups);
  const float* weight =
      node.weight.data() + std::size_t(c) * in * node.kernel.height * node.kernel.width;
  for (int i = 0; i < in; ++i) {
    for (int ky = 0; ky < node.kernel.height; ++ky) {
      for (int kx = 0; kx < node.kernel.width; ++kx, ++weight) {
        const int input_y = y * node.stride.height + ky - node.padding.top;
        const int input_x = x * node.stride.width + kx - node.padding.left;
        if (!input.contains(input_y, input_x)) continue;
        sum += *weight * input.at(group * in + i, input_y, input_x);
      }
    }
  }
  return sum;
}

double pool_at(const Node& node, const Map& input, int c, int y, int x) {
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  int counted = 0;
  for (int ky = 0; ky < node.kernel.height; ++ky) {
    for (int kx = 0; kx < node.kernel.width; ++kx) {
      const int input_y = y * node.stride.height + ky - node.padding.top;
      const int input_x = x * node.stride.width + kx - node.padding.left;
      if (input.contains(input_y, input_x)) {
        largest = std::max(largest, input.at(c, input_y, input_x));
        sum += input.at(c, input_y, input_x);
        ++counted;
      } else if (node.count_padding && input_y < input.shape.height + node.padding.bottom &&
                 input_x < input.shape.width + node.padding.right) {
        ++counted;
      }
    }
  }
  return node.op == Op::max_pool2d ? largest : sum / counted;
}

double unary_at(const Node& node, double x) {
  const auto clamp = [](double value, double low, double high) {
    return std::min(std::max(value, low), high);
  };
  switch (node.op) {
    case Op::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Op::silu:
      return x / (1 + std::exp(-x));
    case Op::hard_swish:
      return x * clamp(x + 3, 0, 6) / 6;
    case Op::hard_sigmoid:
      return clamp(node.alpha * x + node.beta, 0, 1);
    case Op::leaky_relu:
      return x < 0 ? node.slope * x : x;
    default:
      return clamp(x, node.low, node.high);
  }
}

double mean_of(const Map& input, int c) {
  double sum = 0;
  for (int y = 0; y < input.shape.height; ++y) {
    for (int x = 0; x < input.shape.width; ++x) sum += input.at(c, y, x);
  }
  return sum / (double(input.shape.height) * input.shape.width);
}

double linear_at(const Node& node, const Map& input, int c) {
  double sum = node.bias[c];
  for (int i = 0; i < input.shape.channels; ++i) {
    sum += node.weight[std::size_t(c) * input.shape.channels + i] * input.at(i, 0, 0);
  }
  return sum;
}

double concat_at(const std::vector<Map>& inputs, int c, int y, int x) {
  std::size_t i = 0;
  for (; c >= inputs[i].shape.channels; ++i) c -= inputs[i].shape.channels;
  return inputs[i].at(c, y, x);
}

double value_at(const Node& node, const std::vector<Map>& inputs, int c, int y, int x) {
  const Map& input = inputs.front();
  switch (node.op) {
    case Op::conv2d:
      return conv2d_at(node, input, c, y, x);
    case Op::scale_shift:
      return double{node.weight[c]} * input.at(c, y, x) + node.bias[c];
    case Op::max_pool2d:
    case Op::average_pool2d:
      return pool_at(node, input, c, y, x);
    case Op::global_average_pool:
      return mean_of(input, c);
    case Op::concat:
      return concat_at(inputs, c, y, x);
    case Op::upsample2d:
      return input.at(c, y / node.factor, x / node.factor);
    case Op::linear:
      return linear_at(node, input, c);
    case Op::add:
    case Op::mul: {
      const bool is_of_channels = inputs[1].values.size() == std::size_t(inputs[1].shape.channels);
      const double second = inputs[1].at(c, is_of_channels ? 0 : y, is_of_channels ? 0 : x);
      return node.op == Op::add ? input.at(c, y, x) + second : input.at(c, y, x) * second;
    }
    default:
      return unary_at(node, input.at(c, y, x));
  }
}

}  // namespace

std::vector<NodeOutput> naive_outputs(const Model& model, const std::vector<float>& input) {
  return naive_outputs(model.nodes, square_input(model.card.input.size), input);
}

std::vector<NodeOutput> naive_outputs(const std::vector<Node>& nodes, const Shape& shape,
                                      const std::vector<float>& input) {
  std::vector<NodeOutput> outputs;
  for (const Node& node : nodes) {
    std::vector<Map> inputs;
    for (const int index : node.inputs) {
      inputs.push_back(index < 0 ? Map{shape, input}
                                 : Map{outputs[index].shape, outputs[index].values});
    }
    NodeOutput output{node.name, node.output, {}};
    for (int y = 0; y < node.output.height; ++y) {
      for (int x = 0; x < node.output.width; ++x) {
        for (int c = 0; c < node.output.channels; ++c) {
          const double value = value_at(node, inputs, c, y, x);
          output.values.push_back(static_cast<float>(node.relu ? std::max(value, 0.0) : value));
        }
      }
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace thoraxlite
