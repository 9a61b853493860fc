// The network as an XNNPACK subgraph, on one thread.
//
// Every node's output is an external value of the subgraph, so that any of them can be looked at.
#include <xnnpack.h>

#include <cstring>
#include <limits>
#include <utility>

#include "core/engine/engine.h"

namespace thoraxlite {
namespace {

struct DeleteSubgraph {
  void operator()(xnn_subgraph* subgraph) const { xnn_delete_subgraph(subgraph); }
};

struct DeleteRuntime {
  void operator()(xnn_runtime* runtime) const { xnn_delete_runtime(runtime); }
};

using Subgraph = std::unique_ptr<xnn_subgraph, DeleteSubgraph>;
using Runtime = std::unique_ptr<xnn_runtime, DeleteRuntime>;

tl::unexpected<Error> failed(const std::string& what, xnn_status status) {
  return fail("XNNPACK cannot " + what + " (status " + std::to_string(status) + ").");
}

std::vector<std::size_t> channels_last(const Shape& shape) {
  return {1, static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width),
          static_cast<std::size_t>(shape.channels)};
}

// XNNPACK may read a little past the end of a value.
std::vector<float> padded_values(const Shape& shape) {
  const std::size_t count = static_cast<std::size_t>(shape.channels) *
                            static_cast<std::size_t>(shape.height) *
                            static_cast<std::size_t>(shape.width);
  return std::vector<float>(count + XNN_EXTRA_BYTES / sizeof(float));
}

// [out, in, kernel, kernel] to [out, kernel, kernel, in]
std::vector<float> channels_last_weights(const Node& node, int input_channels) {
  const std::size_t out = static_cast<std::size_t>(node.output.channels);
  const std::size_t in = static_cast<std::size_t>(input_channels);
  const std::size_t window = static_cast<std::size_t>(node.kernel) * node.kernel;
  std::vector<float> weights(node.weight.size());
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t k = 0; k < window; ++k) {
        weights[(o * window + k) * in + i] = node.weight[(o * in + i) * window + k];
      }
    }
  }
  return weights;
}

class XnnpackEngine final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> make(const Model& model) {
    if (const xnn_status status = xnn_initialize(nullptr); status != xnn_status_success) {
      return failed("start on this processor", status);
    }
    std::unique_ptr<XnnpackEngine> engine(new XnnpackEngine(model));
    if (auto built = engine->build(); !built) return tl::unexpected(built.error());
    return engine;
  }

  EngineKind kind() const override { return EngineKind::xnnpack; }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    const std::size_t expected = static_cast<std::size_t>(input_shape_.height) * input_shape_.width;
    if (input.size() != expected) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(expected) + ".");
    }
    std::memcpy(input_.data(), input.data(), input.size() * sizeof(float));
    if (const xnn_status status = xnn_invoke_runtime(runtime_.get());
        status != xnn_status_success) {
      return failed("run the network", status);
    }
    if (outputs != nullptr) {
      outputs->clear();
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        outputs->push_back({nodes_[i].name, nodes_[i].output, values_of_node(i)});
      }
    }
    return values_of_node(nodes_.size() - 1);
  }

 private:
  explicit XnnpackEngine(const Model& model)
      : nodes_(model.nodes),
        input_shape_{1, model.card.input.size, model.card.input.size},
        input_(padded_values(input_shape_)) {}

  // External values: 0 is the network's input, i + 1 is what node i gives.
  Result<void> build() {
    xnn_subgraph* raw_subgraph = nullptr;
    const auto external_values = static_cast<std::uint32_t>(nodes_.size() + 1);
    if (const xnn_status status = xnn_create_subgraph(external_values, 0, &raw_subgraph);
        status != xnn_status_success) {
      return failed("make a network", status);
    }
    const Subgraph subgraph(raw_subgraph);

    xnn_status status =
        define_external(raw_subgraph, input_shape_, 0, XNN_VALUE_FLAG_EXTERNAL_INPUT);
    for (std::uint32_t i = 0; i < nodes_.size() && status == xnn_status_success; ++i) {
      status =
          define_external(raw_subgraph, nodes_[i].output, i + 1, XNN_VALUE_FLAG_EXTERNAL_OUTPUT);
      outputs_.push_back(padded_values(nodes_[i].output));
    }
    if (status != xnn_status_success) return failed("make the network's values", status);

    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      if (status = define_node(raw_subgraph, i); status != xnn_status_success) {
        return failed("run node \"" + nodes_[i].name + '"', status);
      }
    }

    xnn_runtime* raw_runtime = nullptr;
    status = xnn_create_runtime_v2(raw_subgraph, /*threadpool=*/nullptr, 0, &raw_runtime);
    runtime_.reset(raw_runtime);
    if (status == xnn_status_success) status = xnn_reshape_runtime(raw_runtime);
    if (status != xnn_status_success) return failed("plan the network", status);

    std::vector<xnn_external_value> values{{0, input_.data()}};
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) values.push_back({i + 1, outputs_[i].data()});
    status = xnn_setup_runtime_v2(raw_runtime, values.size(), values.data());
    if (status != xnn_status_success) return failed("lay out the network's memory", status);
    return {};
  }

  static std::uint32_t id_of(int node) { return static_cast<std::uint32_t>(node + 1); }

  const Shape& shape_of(int node) const {
    return node < 0 ? input_shape_ : nodes_[static_cast<std::size_t>(node)].output;
  }

  static xnn_status define_external(xnn_subgraph* subgraph, const Shape& shape, std::uint32_t id,
                                    std::uint32_t flag) {
    const std::vector<std::size_t> dims = channels_last(shape);
    std::uint32_t id_out = 0;
    return xnn_define_tensor_value(subgraph, xnn_datatype_fp32, dims.size(), dims.data(), nullptr,
                                   id, flag, &id_out);
  }

  // XNNPACK keeps a pointer to the values, so they live as long as the engine.
  xnn_status define_constant(xnn_subgraph* subgraph, const std::vector<std::size_t>& dims,
                             std::vector<float> values, std::uint32_t& id) {
    constants_.push_back(std::move(values));
    return xnn_define_tensor_value(subgraph, xnn_datatype_fp32, dims.size(), dims.data(),
                                   constants_.back().data(), XNN_INVALID_VALUE_ID, 0, &id);
  }

  xnn_status define_node(xnn_subgraph* subgraph, std::uint32_t index) {
    Node& node = nodes_[index];
    const Shape& input = shape_of(node.inputs.front());
    const std::uint32_t input_id = id_of(node.inputs.front());
    const std::uint32_t output_id = index + 1;
    const auto in = static_cast<std::size_t>(input.channels);
    const auto out = static_cast<std::size_t>(node.output.channels);
    const auto kernel = static_cast<std::uint32_t>(node.kernel);
    const auto stride = static_cast<std::uint32_t>(node.stride);
    const auto padding = static_cast<std::uint32_t>(node.padding);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const float least = node.relu ? 0.0f : -kInfinity;

    std::uint32_t weight_id = 0;
    std::uint32_t bias_id = 0;
    xnn_status status = xnn_status_success;
    switch (node.op) {
      case Op::conv2d:
        status = define_constant(subgraph, {out, kernel, kernel, in},
                                 channels_last_weights(node, input.channels), weight_id);
        if (status != xnn_status_success) return status;
        node.weight = {};
        status = define_constant(subgraph, {out}, std::move(node.bias), bias_id);
        if (status != xnn_status_success) return status;
        return xnn_define_convolution_2d(subgraph, padding, padding, padding, padding, kernel,
                                         kernel, stride, stride, 1, 1, 1, in, out, least, kInfinity,
                                         input_id, weight_id, bias_id, output_id, 0);
      case Op::scale_shift:
        // A depthwise convolution of one pixel, for which XNNPACK has a kernel of its own.
        status = define_constant(subgraph, {1, 1, 1, in}, std::move(node.weight), weight_id);
        if (status != xnn_status_success) return status;
        status = define_constant(subgraph, {in}, std::move(node.bias), bias_id);
        if (status != xnn_status_success) return status;
        return xnn_define_depthwise_convolution_2d(subgraph, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, in,
                                                   least, kInfinity, input_id, weight_id, bias_id,
                                                   output_id, 0);
      case Op::max_pool2d:
        return xnn_define_max_pooling_2d(subgraph, padding, padding, padding, padding, kernel,
                                         kernel, stride, stride, 1, 1, -kInfinity, kInfinity,
                                         input_id, output_id, 0);
      case Op::average_pool2d:
        return xnn_define_average_pooling_2d(subgraph, 0, 0, 0, 0, kernel, kernel, stride, stride,
                                             -kInfinity, kInfinity, input_id, output_id, 0);
      case Op::global_average_pool: {
        const std::size_t axes[] = {1, 2};
        return xnn_define_static_reduce(subgraph, xnn_reduce_mean, 2, axes, input_id, output_id,
                                        XNN_FLAG_KEEP_DIMS);
      }
      case Op::concat:
        return define_concat(subgraph, node, output_id);
      case Op::linear:
        status = define_constant(subgraph, {out, in}, std::move(node.weight), weight_id);
        if (status != xnn_status_success) return status;
        status = define_constant(subgraph, {out}, std::move(node.bias), bias_id);
        if (status != xnn_status_success) return status;
        return xnn_define_fully_connected(subgraph, least, kInfinity, input_id, weight_id, bias_id,
                                          output_id, 0);
    }
    return xnn_status_unsupported_parameter;
  }

  // Two at a time; of more, what came together so far is a value of XNNPACK's own.
  xnn_status define_concat(xnn_subgraph* subgraph, const Node& node, std::uint32_t output_id) {
    constexpr std::int32_t kChannelAxis = 3;
    Shape so_far = shape_of(node.inputs.front());
    std::uint32_t so_far_id = id_of(node.inputs.front());
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      so_far.channels += shape_of(node.inputs[i]).channels;
      std::uint32_t joined_id = output_id;
      if (i + 1 < node.inputs.size()) {
        const std::vector<std::size_t> dims = channels_last(so_far);
        const xnn_status status =
            xnn_define_tensor_value(subgraph, xnn_datatype_fp32, dims.size(), dims.data(), nullptr,
                                    XNN_INVALID_VALUE_ID, 0, &joined_id);
        if (status != xnn_status_success) return status;
      }
      const xnn_status status = xnn_define_concatenate2(subgraph, kChannelAxis, so_far_id,
                                                        id_of(node.inputs[i]), joined_id, 0);
      if (status != xnn_status_success) return status;
      so_far_id = joined_id;
    }
    return xnn_status_success;
  }

  std::vector<float> values_of_node(std::size_t index) const {
    const std::vector<float>& padded = outputs_[index];
    return {padded.begin(), padded.end() - XNN_EXTRA_BYTES / sizeof(float)};
  }

  std::vector<Node> nodes_;
  Shape input_shape_;
  std::vector<std::vector<float>> constants_;  // in the layouts that XNNPACK wants
  std::vector<float> input_;                   // padded
  std::vector<std::vector<float>> outputs_;    // of each node, padded
  Runtime runtime_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_xnnpack_engine(const Model& model) {
  return XnnpackEngine::make(model);
}

}  // namespace thoraxlite
