// The engine that is written to be read; the others are measured against it.
//
// Maps are channels-last, so that a map is a matrix [height * width, channels] and a convolution is
// a matrix product with the patches around each position (im2col), one output row at a time.
#include <Eigen/Dense>
#include <algorithm>
#include <limits>
#include <utility>

#include "core/engine/engine.h"

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

// weight: [out, in, kernel, kernel] to [kernel * kernel * in, out], the order of a patch.
Matrix patch_weights(const Node& node) {
  const Index out = node.output.channels;
  const Index window = Index{node.kernel} * node.kernel;
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

Map conv2d(const Node& node, const Matrix& weights, const Map& input) {
  const Index in = input.shape.channels;
  Map output(node.output);
  Matrix patches(node.output.width, weights.rows());
  for (int y = 0; y < node.output.height; ++y) {
    patches.setZero();
    for (int ky = 0; ky < node.kernel; ++ky) {
      const int input_y = y * node.stride + ky - node.padding;
      if (input_y < 0 || input_y >= input.shape.height) continue;
      for (int x = 0; x < node.output.width; ++x) {
        for (int kx = 0; kx < node.kernel; ++kx) {
          const int input_x = x * node.stride + kx - node.padding;
          if (input_x < 0 || input_x >= input.shape.width) continue;
          patches.row(x).segment((Index{ky} * node.kernel + kx) * in, in) =
              input.at(input_y, input_x);
        }
      }
    }
    output.values.middleRows(Index{y} * node.output.width, node.output.width).noalias() =
        patches * weights;
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
    for (int x = 0; x < node.output.width; ++x) {
      const int top = y * node.stride - node.padding;
      const int left = x * node.stride - node.padding;
      for (int iy = std::max(top, 0); iy < std::min(top + node.kernel, input.height); ++iy) {
        for (int ix = std::max(left, 0); ix < std::min(left + node.kernel, input.width); ++ix) {
          visit(y, x, iy, ix);
        }
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
  output.values /= static_cast<float>(node.kernel * node.kernel);
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

class ReferenceEngine final : public Engine {
 public:
  ReferenceEngine(const std::vector<Node>& nodes, int input_size)
      : nodes_(nodes), size_(input_size), last_map_source_(source_of_last_map(nodes_)) {
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
    Map network_input({1, size_, size_});
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
        break;
    }
    return linear(node, input);
  }

  static std::vector<float> to_vector(const Map& map) {
    return {map.values.data(), map.values.data() + map.values.size()};
  }

  std::vector<Node> nodes_;
  std::vector<Matrix> patch_weights_;  // of conv2d nodes; empty for the others
  int size_;
  std::optional<int> last_map_source_;
  std::optional<Map> last_map_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_reference_engine(const std::vector<Node>& nodes,
                                                      int input_size) {
  return std::make_unique<ReferenceEngine>(nodes, input_size);
}

}  // namespace thoraxlite
