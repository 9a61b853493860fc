#include "naive_network.h"

#include <algorithm>
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
  const int k = node.kernel;
  for (int i = 0; i < input.shape.channels; ++i) {
    for (int ky = 0; ky < k; ++ky) {
      for (int kx = 0; kx < k; ++kx) {
        const int input_y = y * node.stride + ky - node.padding;
        const int input_x = x * node.stride + kx - node.padding;
        if (!input.contains(input_y, input_x)) continue;
        sum += node.weight[((std::size_t(c) * input.shape.channels + i) * k + ky) * k + kx] *
               input.at(i, input_y, input_x);
      }
    }
  }
  return sum;
}

double max_pool2d_at(const Node& node, const Map& input, int c, int y, int x) {
  double largest = -std::numeric_limits<double>::infinity();
  for (int ky = 0; ky < node.kernel; ++ky) {
    for (int kx = 0; kx < node.kernel; ++kx) {
      const int input_y = y * node.stride + ky - node.padding;
      const int input_x = x * node.stride + kx - node.padding;
      if (!input.contains(input_y, input_x)) continue;
      largest = std::max(largest, input.at(c, input_y, input_x));
    }
  }
  return largest;
}

double average_pool2d_at(const Node& node, const Map& input, int c, int y, int x) {
  double sum = 0;
  for (int ky = 0; ky < node.kernel; ++ky) {
    for (int kx = 0; kx < node.kernel; ++kx) {
      sum += input.at(c, y * node.stride + ky, x * node.stride + kx);
    }
  }
  return sum / (node.kernel * node.kernel);
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
      return max_pool2d_at(node, input, c, y, x);
    case Op::average_pool2d:
      return average_pool2d_at(node, input, c, y, x);
    case Op::global_average_pool:
      return mean_of(input, c);
    case Op::concat:
      return concat_at(inputs, c, y, x);
    case Op::upsample2d:
      return input.at(c, y / node.factor, x / node.factor);
    case Op::linear:
      break;
  }
  return linear_at(node, input, c);
}

}  // namespace

std::vector<NodeOutput> naive_outputs(const Model& model, const std::vector<float>& input) {
  std::vector<NodeOutput> outputs;
  for (const Node& node : model.nodes) {
    std::vector<Map> inputs;
    for (const int index : node.inputs) {
      inputs.push_back(index < 0 ? Map{{1, model.card.input.size, model.card.input.size}, input}
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
