// The engine that is written to be read; the others are measured against it.
//
// Maps are channels-last, so that a map is a matrix [height * width, channels] and a convolution is
// a matrix product with the patches around each position (im2col), one output row at a time.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/engine/engine.h"
#include "core/engine/window.h"

namespace thoraxlite {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::Index;

struct Map {
  Shape shape;
  Matrix values;  // [height * width, channels]

  explicit Map(const Shape& map_shape)
      : shape(map_shape), values(Index{map_shape.height} * map_shape.width, map_shape.channels) {}

  auto at(int y, int x) { return values.row(Index{y} * shape.width + x); }
  auto at(int y, int x) const { return values.row(Index{y} * shape.width + x); }
};

void apply_relu(const Node& node, Map& map) {
  if (node.relu) map.values = map.values.cwiseMax(0.0f);
}

// weight: [out, in, height, width] to [height * width * in, out], the order of a patch; in being
// the channels of one group.
Matrix patch_weights(const Node& node) {
  const Index out = node.output.channels;
  const Index window = Index{node.kernel.height} * node.kernel.width;
  const Index in = static_cast<Index>(node.weight.size()) / (out * window);
  Matrix weights(window * in, out);
  for (Index o = 0; o < out; ++o) {
    for (Index i = 0; i < in; ++i) {
      for (Index k = 0; k < window; ++k) {
        weights(k * in + i, o) = node.weight[static_cast<std::size_t>((o * in + i) * window + k)];
      }
    }
  }
  return weights;
}

// One row of windows, each of its values in a group's channels.
void take_patches(const Node& node, const Map& input, int y, Index group, Matrix& patches) {
  const Index in = input.shape.channels / node.groups;
  patches.setZero();
  for (int ky = 0; ky < node.kernel.height; ++ky) {
    const int input_y = y * node.stride.height + ky - node.padding.top;
    if (input_y < 0 || input_y >= input.shape.height) continue;
    for (int x = 0; x < node.output.width; ++x) {
      for (int kx = 0; kx < node.kernel.width; ++kx) {
        const int input_x = x * node.stride.width + kx - node.padding.left;
        if (input_x < 0 || input_x >= input.shape.width) continue;
        patches.row(x).segment((Index{ky} * node.kernel.width + kx) * in, in) =
            input.at(input_y, input_x).segment(group * in, in);
      }
    }
  }
}

Map conv2d(const Node& node, const Matrix& weights, const Map& input) {
  Map output(node.output);
  const Index out = Index{node.output.channels} / node.groups;
  Matrix patches(node.output.width, weights.rows());
  for (int y = 0; y < node.output.height; ++y) {
    for (Index group = 0; group < node.groups; ++group) {
      take_patches(node, input, y, group, patches);
      output.values.block(Index{y} * node.output.width, group * out, node.output.width, out)
          .noalias() = patches * weights.middleCols(group * out, out);
    }
  }
  output.values.rowwise() +=
      Eigen::Map<const Eigen::RowVectorXf>(node.bias.data(), node.output.channels);
  apply_relu(node, output);
  return output;
}

Map scale_shift(const Node& node, const Map& input) {
  const Eigen::Map<const Eigen::RowVectorXf> scale(node.weight.data(), node.output.channels);
  const Eigen::Map<const Eigen::RowVectorXf> shift(node.bias.data(), node.output.channels);
  Map output(node.output);
  output.values = (input.values * scale.asDiagonal()).rowwise() + shift;
  apply_relu(node, output);
  return output;
}

// visit(output_y, output_x, input_y, input_x) for every position that a window covers.
template <class Visit>
void for_each_in_window(const Node& node, const Shape& input, Visit visit) {
  for (int y = 0; y < node.output.height; ++y) {
    const Span rows = within(window_rows(node, y), 0, input.height);
    for (int x = 0; x < node.output.width; ++x) {
      const Span columns = within(window_columns(node, x), 0, input.width);
      for (int iy = rows.from; iy < rows.to; ++iy) {
        for (int ix = columns.from; ix < columns.to; ++ix) visit(y, x, iy, ix);
      }
    }
  }
}

Map max_pool2d(const Node& node, const Map& input) {
  Map output(node.output);
  output.values.setConstant(-std::numeric_limits<float>::infinity());
  for_each_in_window(node, input.shape, [&](int y, int x, int input_y, int input_x) {
    output.at(y, x) = output.at(y, x).cwiseMax(input.at(input_y, input_x));
  });
  return output;
}

Map average_pool2d(const Node& node, const Map& input) {
  Map output(node.output);
  output.values.setZero();
  for_each_in_window(node, input.shape, [&](int y, int x, int input_y, int input_x) {
    output.at(y, x) += input.at(input_y, input_x);
  });
  for (int y = 0; y < node.output.height; ++y) {
    for (int x = 0; x < node.output.width; ++x) {
      output.at(y, x) /= static_cast<float>(counted_positions(node, input.shape, y, x));
    }
  }
  return output;
}

Map global_average_pool(const Node& node, const Map& input) {
  Map output(node.output);
  output.values.row(0) = input.values.colwise().mean();
  return output;
}

Map concat(const Node& node, const std::vector<const Map*>& inputs) {
  Map output(node.output);
  Index channel = 0;
  for (const Map* input : inputs) {
    output.values.middleCols(channel, input->shape.channels) = input->values;
    channel += input->shape.channels;
  }
  return output;
}

Map upsample2d(const Node& node, const Map& input) {
  Map output(node.output);
  for (int y = 0; y < node.output.height; ++y) {
    for (int x = 0; x < node.output.width; ++x) {
      output.at(y, x) = input.at(y / node.factor, x / node.factor);
    }
  }
  return output;
}

// weight: [out, in]
Map linear(const Node& node, const Map& input) {
  const Eigen::Map<const Matrix> weight(node.weight.data(), node.output.channels,
                                        input.shape.channels);
  Map output(node.output);
  output.values.row(0) =
      input.values.row(0) * weight.transpose() +
      Eigen::Map<const Eigen::RowVectorXf>(node.bias.data(), node.output.channels);
  apply_relu(node, output);
  return output;
}

// second: of the same shape, or one value a channel.
Map add_or_mul(const Node& node, const Map& first, const Map& second) {
  Map output(node.output);
  const bool is_of_channels = second.values.rows() == 1;
  for (Index row = 0; row < output.values.rows(); ++row) {
    const auto other = second.values.row(is_of_channels ? 0 : row);
    if (node.op == Op::add) {
      output.values.row(row) = first.values.row(row) + other;
    } else {
      output.values.row(row) = first.values.row(row).cwiseProduct(other);
    }
  }
  apply_relu(node, output);
  return output;
}

float sigmoid(float x) {
  return 1 / (1 + std::exp(-x));
}

float hard_sigmoid(float x, float alpha, float beta) {
  return std::min(std::max(alpha * x + beta, 0.0f), 1.0f);
}

float unary(const Node& node, float x) {
  switch (node.op) {
    case Op::sigmoid:
      return sigmoid(x);
    case Op::silu:
      return x * sigmoid(x);
    case Op::hard_swish:
      return x * hard_sigmoid(x, 1 / 6.0f, 0.5f);
    case Op::hard_sigmoid:
      return hard_sigmoid(x, node.alpha, node.beta);
    case Op::leaky_relu:
      return x < 0 ? node.slope * x : x;
    default:
      return std::min(std::max(x, node.low), node.high);  // clip
  }
}

Map unary(const Node& node, const Map& input) {
  Map output(node.output);
  output.values = input.values.unaryExpr([&node](float x) { return unary(node, x); });
  return output;
}

class ReferenceEngine final : public Engine {
 public:
  ReferenceEngine(const std::vector<Node>& nodes, const Shape& input)
      : nodes_(nodes), input_(input), last_map_source_(source_of_last_map(nodes_)) {
    for (Node& node : nodes_) {
      patch_weights_.push_back(node.op == Op::conv2d ? patch_weights(node) : Matrix());
      if (node.op == Op::conv2d) node.weight = {};
    }
  }

  EngineKind kind() const override { return EngineKind::reference; }

  MapView last_map() const override {
    if (!last_map_) return {};
    return {last_map_->shape, last_map_->values.data()};
  }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    Map network_input(input_);
    if (input.size() != static_cast<std::size_t>(network_input.values.size())) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(network_input.values.size()) + ".");
    }
    std::copy(input.begin(), input.end(), network_input.values.data());

    std::vector<Map> maps;
    maps.reserve(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      std::vector<const Map*> inputs;
      for (const int source : nodes_[i].inputs) {
        inputs.push_back(source < 0 ? &network_input : &maps[static_cast<std::size_t>(source)]);
      }
      maps.push_back(run_node(i, inputs));
    }

    if (outputs != nullptr) {
      outputs->clear();
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        outputs->push_back({nodes_[i].name, nodes_[i].output, to_vector(maps[i])});
      }
    }
    std::vector<float> logits = to_vector(maps.back());
    if (last_map_source_) {
      const int source = *last_map_source_;
      last_map_ = std::move(source < 0 ? network_input : maps[static_cast<std::size_t>(source)]);
    }
    return logits;
  }

 private:
  Map run_node(std::size_t index, const std::vector<const Map*>& inputs) const {
    const Node& node = nodes_[index];
    const Map& input = *inputs.front();
    switch (node.op) {
      case Op::conv2d:
        return conv2d(node, patch_weights_[index], input);
      case Op::scale_shift:
        return scale_shift(node, input);
      case Op::max_pool2d:
        return max_pool2d(node, input);
      case Op::average_pool2d:
        return average_pool2d(node, input);
      case Op::global_average_pool:
        return global_average_pool(node, input);
      case Op::concat:
        return concat(node, inputs);
      case Op::upsample2d:
        return upsample2d(node, input);
      case Op::linear:
        return linear(node, input);
      case Op::add:
      case Op::mul:
        return add_or_mul(node, input, *inputs.back());
      default:
        return unary(node, input);
    }
  }

  static std::vector<float> to_vector(const Map& map) {
    return {map.values.data(), map.values.data() + map.values.size()};
  }

  std::vector<Node> nodes_;
  std::vector<Matrix> patch_weights_;  // of conv2d nodes; empty for the others
  Shape input_;
  std::optional<int> last_map_source_;
  std::optional<Map> last_map_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_reference_engine(const std::vector<Node>& nodes,
                                                      const Shape& input) {
  return std::make_unique<ReferenceEngine>(nodes, input);
}

}  // namespace thoraxlite
