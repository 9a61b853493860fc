// The network as an XNNPACK subgraph, on one thread.
//
// XNNPACK keeps what nodes give in one small area, where a value makes room for others as soon as
// nobody reads it any more. Whoever wants to see all of it gets a second plan of the same network,
// whose values all stay.
#include <xnnpack.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/engine/engine.h"
#include "core/engine/window.h"

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

// Each group reads one channel: for that XNNPACK has kernels of their own.
bool is_depthwise(const Node& node, int input_channels) {
  return node.op == Op::conv2d && node.groups > 1 && node.groups == input_channels;
}

// [out, in, height, width] to [out, height, width, in], and of a depthwise convolution to
// [height, width, out].
std::vector<float> channels_last_weights(const Node& node, int input_channels,
                                         const std::vector<float>& weight) {
  std::size_t out = static_cast<std::size_t>(node.output.channels);
  std::size_t in = static_cast<std::size_t>(input_channels / node.groups);
  if (is_depthwise(node, input_channels)) std::swap(in, out);
  const std::size_t window =
      static_cast<std::size_t>(node.kernel.height) * static_cast<std::size_t>(node.kernel.width);
  std::vector<float> weights(weight.size());
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t k = 0; k < window; ++k) {
        weights[(o * window + k) * in + i] = weight[(o * in + i) * window + k];
      }
    }
  }
  return weights;
}

// The padding that the windows of a node need, in XNNPACK's terms: it knows no windows that reach
// beyond the padding.
Margins needed_padding(const Node& node, const Shape& input) {
  Margins padding = node.padding;
  padding.bottom = std::max(window_rows(node, node.output.height - 1).to - input.height, 0);
  padding.right = std::max(window_columns(node, node.output.width - 1).to - input.width, 0);
  return padding;
}

// XNNPACK's average of a padded map divides by the kernel's positions, zeros among them: by what is
// to be multiplied then, [height, width]. Empty where every window is whole.
std::vector<float> shares_of_average(const Node& node, const Shape& input) {
  const int positions = node.kernel.height * node.kernel.width;
  std::vector<float> shares;
  bool are_whole = true;
  for (int y = 0; y < node.output.height; ++y) {
    for (int x = 0; x < node.output.width; ++x) {
      const int counted = counted_positions(node, input, y, x);
      are_whole = are_whole && counted == positions;
      shares.push_back(static_cast<float>(positions) / static_cast<float>(counted));
    }
  }
  return are_whole ? std::vector<float>{} : shares;
}

// A window as XNNPACK wants it.
struct Window {
  std::uint32_t top, right, bottom, left;
  std::uint32_t height, width;
  std::uint32_t down, along;  // strides

  Window(const Node& node, const Margins& padding)
      : top(static_cast<std::uint32_t>(padding.top)),
        right(static_cast<std::uint32_t>(padding.right)),
        bottom(static_cast<std::uint32_t>(padding.bottom)),
        left(static_cast<std::uint32_t>(padding.left)),
        height(static_cast<std::uint32_t>(node.kernel.height)),
        width(static_cast<std::uint32_t>(node.kernel.width)),
        down(static_cast<std::uint32_t>(node.stride.height)),
        along(static_cast<std::uint32_t>(node.stride.width)) {}
};

// Within these is what a node gives.
struct Bounds {
  float least;
  float most;
};

Bounds bounds_of(const Node& node) {
  return {node.relu ? 0.0f : node.low, node.high};
}

Bounds within(const Bounds& a, const Bounds& b) {
  return {std::max(a.least, b.least), std::min(a.most, b.most)};
}

// A network that is ready to run.
struct Plan {
  std::vector<std::vector<float>> outputs;  // of each node, padded; empty where it is not kept
  Runtime runtime;
};

// XNNPACK keeps pointers to these, in the layouts that it wants.
struct Constants {
  std::vector<float> weight;
  std::vector<float> bias;
};

class XnnpackEngine final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> make(const std::vector<Node>& nodes, const Shape& input) {
    if (const xnn_status status = xnn_initialize(nullptr); status != xnn_status_success) {
      return failed("start on this processor", status);
    }
    std::unique_ptr<XnnpackEngine> engine(new XnnpackEngine(nodes, input));
    Result<Plan> plan = engine->make_plan(/*keeps_all=*/false);
    if (!plan) return tl::unexpected(plan.error());
    engine->plan_ = std::move(*plan);
    return engine;
  }

  EngineKind kind() const override { return EngineKind::xnnpack; }

  MapView last_map() const override {
    if (newest_plan_ == nullptr || !last_map_source_) return {};
    const int source = *last_map_source_;
    return {shape_of(source), source < 0
                                  ? input_.data()
                                  : newest_plan_->outputs[static_cast<std::size_t>(source)].data()};
  }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    const std::size_t expected = input_.size() - XNN_EXTRA_BYTES / sizeof(float);
    if (input.size() != expected) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(expected) + ".");
    }
    std::memcpy(input_.data(), input.data(), input.size() * sizeof(float));
    newest_plan_ = &plan_;
    if (outputs == nullptr) return run_plan(plan_);

    if (!whole_plan_.runtime) {
      Result<Plan> plan = make_plan(/*keeps_all=*/true);
      if (!plan) return tl::unexpected(plan.error());
      whole_plan_ = std::move(*plan);
    }
    newest_plan_ = &whole_plan_;
    Result<std::vector<float>> logits = run_plan(whole_plan_);
    if (!logits) return logits;
    outputs->clear();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      outputs->push_back(
          {nodes_[i].name, nodes_[i].output, without_padding(whole_plan_.outputs[i])});
    }
    return logits;
  }

 private:
  // Of each node's output its value in the subgraph.
  using Ids = std::vector<std::uint32_t>;

  static constexpr std::uint32_t kInputId = 0;

  XnnpackEngine(const std::vector<Node>& nodes, const Shape& input)
      : nodes_(nodes),
        input_shape_(input),
        last_map_source_(source_of_last_map(nodes_)),
        input_(padded_values(input_shape_)) {
    for (Node& node : nodes_) {
      Constants constants{std::move(node.weight), std::move(node.bias)};
      const int in = shape_of(node.inputs.front()).channels;
      if (node.op == Op::conv2d) {
        constants.weight = channels_last_weights(node, in, constants.weight);
      }
      if (node.op == Op::hard_sigmoid || node.op == Op::clip) {
        const bool is_clip = node.op == Op::clip;
        constants.weight.assign(static_cast<std::size_t>(in), is_clip ? 1 : node.alpha);
        constants.bias.assign(static_cast<std::size_t>(in), is_clip ? 0 : node.beta);
      }
      if (node.op == Op::average_pool2d) {
        constants.weight = shares_of_average(node, shape_of(node.inputs.front()));
      }
      constants_.push_back(std::move(constants));
    }
  }

  static std::vector<float> without_padding(const std::vector<float>& padded) {
    return {padded.begin(), padded.end() - XNN_EXTRA_BYTES / sizeof(float)};
  }

  static Result<std::vector<float>> run_plan(const Plan& plan) {
    if (const xnn_status status = xnn_invoke_runtime(plan.runtime.get());
        status != xnn_status_success) {
      return failed("run the network", status);
    }
    return without_padding(plan.outputs.back());
  }

  const Shape& shape_of(int node) const {
    return node < 0 ? input_shape_ : nodes_[static_cast<std::size_t>(node)].output;
  }

  static std::uint32_t id_of(const Ids& ids, int node) {
    return node < 0 ? kInputId : ids[static_cast<std::size_t>(node)];
  }

  Result<Plan> make_plan(bool keeps_all) {
    Plan plan;
    plan.outputs.resize(nodes_.size());
    std::uint32_t external_values = 1;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!keeps_all && i + 1 < nodes_.size() && last_map_source_ != static_cast<int>(i)) continue;
      plan.outputs[i] = padded_values(nodes_[i].output);
      ++external_values;
    }
    xnn_subgraph* raw_subgraph = nullptr;
    xnn_status status = xnn_create_subgraph(external_values, 0, &raw_subgraph);
    if (status != xnn_status_success) return failed("make a network", status);
    const Subgraph subgraph(raw_subgraph);

    std::vector<xnn_external_value> external{{kInputId, input_.data()}};
    std::uint32_t input_id = kInputId;
    const std::vector<int> clips = keeps_all ? std::vector<int>(nodes_.size(), -1) : fused_clips();
    status =
        define_value(raw_subgraph, input_shape_, kInputId, XNN_VALUE_FLAG_EXTERNAL_INPUT, input_id);
    Ids ids(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size() && status == xnn_status_success; ++i) {
      if (clips[i] >= 0) continue;
      if (plan.outputs[i].empty()) {
        status = define_value(raw_subgraph, nodes_[i].output, XNN_INVALID_VALUE_ID, 0, ids[i]);
        continue;
      }
      const auto id = static_cast<std::uint32_t>(external.size());
      status =
          define_value(raw_subgraph, nodes_[i].output, id, XNN_VALUE_FLAG_EXTERNAL_OUTPUT, ids[i]);
      external.push_back({id, plan.outputs[i].data()});
    }
    if (status != xnn_status_success) return failed("make the network's values", status);

    std::vector<bool> is_done(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (is_done[i]) continue;
      Bounds bounds = bounds_of(nodes_[i]);
      if (clips[i] >= 0) {
        const auto clip = static_cast<std::size_t>(clips[i]);
        bounds = within(bounds, bounds_of(nodes_[clip]));
        ids[i] = ids[clip];
        is_done[clip] = true;
      }
      if (status = define_node(raw_subgraph, i, ids, bounds); status != xnn_status_success) {
        return failed("run node \"" + nodes_[i].name + '"', status);
      }
    }

    xnn_runtime* raw_runtime = nullptr;
    status = xnn_create_runtime_v2(raw_subgraph, /*threadpool=*/nullptr, 0, &raw_runtime);
    plan.runtime.reset(raw_runtime);
    if (status == xnn_status_success) status = xnn_reshape_runtime(raw_runtime);
    if (status != xnn_status_success) return failed("plan the network", status);
    status = xnn_setup_runtime_v2(raw_runtime, external.size(), external.data());
    if (status != xnn_status_success) return failed("lay out the network's memory", status);
    return plan;
  }

  // wanted_id: of an external value; XNN_INVALID_VALUE_ID for one that XNNPACK keeps itself.
  static xnn_status define_value(xnn_subgraph* subgraph, const Shape& shape,
                                 std::uint32_t wanted_id, std::uint32_t flags, std::uint32_t& id) {
    const std::vector<std::size_t> dims = channels_last(shape);
    return xnn_define_tensor_value(subgraph, xnn_datatype_fp32, dims.size(), dims.data(), nullptr,
                                   wanted_id, flags, &id);
  }

  static xnn_status define_constant(xnn_subgraph* subgraph, const std::vector<std::size_t>& dims,
                                    const std::vector<float>& values, std::uint32_t& id) {
    return xnn_define_tensor_value(subgraph, xnn_datatype_fp32, dims.size(), dims.data(),
                                   values.data(), XNN_INVALID_VALUE_ID, 0, &id);
  }

  // Of each node the clip that it does itself, since nobody else reads what it gives; -1 of most.
  std::vector<int> fused_clips() const {
    std::vector<int> readers(nodes_.size(), 0);
    for (const Node& node : nodes_) {
      for (const int input : node.inputs) {
        if (input >= 0) ++readers[static_cast<std::size_t>(input)];
      }
    }
    std::vector<int> clips(nodes_.size(), -1);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const int input = nodes_[i].inputs.front();
      if (nodes_[i].op != Op::clip || input < 0 || last_map_source_ == input) continue;
      const auto source = static_cast<std::size_t>(input);
      const Op op = nodes_[source].op;
      const Bounds both = within(bounds_of(nodes_[source]), bounds_of(nodes_[i]));
      if ((op == Op::conv2d || op == Op::scale_shift || op == Op::linear) && readers[source] == 1 &&
          both.least < both.most) {
        clips[source] = static_cast<int>(i);
      }
    }
    return clips;
  }

  xnn_status define_node(xnn_subgraph* subgraph, std::size_t index, const Ids& ids,
                         const Bounds& bounds) const {
    const Node& node = nodes_[index];
    const Constants& constants = constants_[index];
    const std::uint32_t input_id = id_of(ids, node.inputs.front());
    const std::uint32_t output_id = ids[index];
    const auto in = static_cast<std::size_t>(shape_of(node.inputs.front()).channels);
    const auto out = static_cast<std::size_t>(node.output.channels);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const auto [least, most] = bounds;

    std::uint32_t weight_id = 0;
    std::uint32_t bias_id = 0;
    const auto define_constants = [&](const std::vector<std::size_t>& weight_dims) {
      const xnn_status status = define_constant(subgraph, weight_dims, constants.weight, weight_id);
      if (status != xnn_status_success) return status;
      return define_constant(subgraph, {out}, constants.bias, bias_id);
    };
    const auto define_unary = [&](xnn_unary_operator op, const xnn_unary_params& params = {}) {
      return xnn_define_unary(subgraph, op, &params, input_id, output_id, 0);
    };
    // A depthwise convolution of one pixel, for which XNNPACK has a kernel of its own.
    const auto define_scale_shift = [&](float low, float high) {
      const xnn_status status = define_constants({1, 1, 1, in});
      if (status != xnn_status_success) return status;
      return xnn_define_depthwise_convolution_2d(subgraph, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, in, low,
                                                 high, input_id, weight_id, bias_id, output_id, 0);
    };
    xnn_status status = xnn_status_success;
    switch (node.op) {
      case Op::conv2d: {
        const Window window(node, needed_padding(node, shape_of(node.inputs.front())));
        if (is_depthwise(node, static_cast<int>(in))) {
          status = define_constants({1, window.height, window.width, out});
          if (status != xnn_status_success) return status;
          return xnn_define_depthwise_convolution_2d(
              subgraph, window.top, window.right, window.bottom, window.left, window.height,
              window.width, window.down, window.along, 1, 1, static_cast<std::uint32_t>(out / in),
              in, least, most, input_id, weight_id, bias_id, output_id, 0);
        }
        const auto groups = static_cast<std::uint32_t>(node.groups);
        status = define_constants({out, window.height, window.width, in / groups});
        if (status != xnn_status_success) return status;
        return xnn_define_convolution_2d(subgraph, window.top, window.right, window.bottom,
                                         window.left, window.height, window.width, window.down,
                                         window.along, 1, 1, groups, in / groups, out / groups,
                                         least, most, input_id, weight_id, bias_id, output_id, 0);
      }
      case Op::scale_shift:
        return define_scale_shift(least, most);
      case Op::max_pool2d: {
        const Window window(node, needed_padding(node, shape_of(node.inputs.front())));
        return xnn_define_max_pooling_2d(subgraph, window.top, window.right, window.bottom,
                                         window.left, window.height, window.width, window.down,
                                         window.along, 1, 1, -kInfinity, kInfinity, input_id,
                                         output_id, 0);
      }
      case Op::average_pool2d:
        return define_average(subgraph, index, input_id, output_id);
      case Op::global_average_pool: {
        const std::size_t axes[] = {1, 2};
        return xnn_define_static_reduce(subgraph, xnn_reduce_mean, 2, axes, input_id, output_id,
                                        XNN_FLAG_KEEP_DIMS);
      }
      case Op::concat:
        return define_concat(subgraph, index, ids, output_id);
      case Op::upsample2d:
        return define_upsampling(subgraph, shape_of(node.inputs.front()), node.factor, input_id,
                                 output_id);
      case Op::linear:
        status = define_constants({out, in});
        if (status != xnn_status_success) return status;
        return xnn_define_fully_connected(subgraph, least, most, input_id, weight_id, bias_id,
                                          output_id, 0);
      case Op::add:
      case Op::mul: {
        const xnn_binary_params limits{least, most};
        return xnn_define_binary(subgraph,
                                 node.op == Op::add ? xnn_binary_add : xnn_binary_multiply, &limits,
                                 input_id, id_of(ids, node.inputs.back()), output_id, 0);
      }
      case Op::sigmoid:
        return define_unary(xnn_unary_sigmoid);
      case Op::silu: {
        std::uint32_t share_id = 0;
        status = define_value(subgraph, node.output, XNN_INVALID_VALUE_ID, 0, share_id);
        if (status != xnn_status_success) return status;
        status = xnn_define_unary(subgraph, xnn_unary_sigmoid, nullptr, input_id, share_id, 0);
        if (status != xnn_status_success) return status;
        return xnn_define_binary(subgraph, xnn_binary_multiply, nullptr, input_id, share_id,
                                 output_id, 0);
      }
      case Op::hard_swish:
        return define_unary(xnn_unary_hardswish);
      case Op::hard_sigmoid:
        return define_scale_shift(0, 1);
      case Op::leaky_relu: {
        xnn_unary_params params;
        params.leaky_relu.negative_slope = node.slope;
        return define_unary(xnn_unary_leaky_relu, params);
      }
      case Op::clip:
        // No clamp of XNNPACK's: it would make it a part of the convolution before, and spoil that
        // one's padding (xnn_subgraph_fusion writes into a union).
        return define_scale_shift(least, most);
    }
    return xnn_status_unsupported_parameter;
  }

  // XNNPACK's own average of padded maps divides by what lies in a window, but gives wrong values
  // for maps that are small beside their padding. So the padding becomes a part of the map, and
  // what it did to the average is multiplied away.
  xnn_status define_average(xnn_subgraph* subgraph, std::size_t index, std::uint32_t input_id,
                            std::uint32_t output_id) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const Node& node = nodes_[index];
    const std::vector<float>& shares = constants_[index].weight;
    Shape map = shape_of(node.inputs.front());
    const Margins padding = needed_padding(node, map);
    xnn_status status = xnn_status_success;
    std::uint32_t padded_id = input_id;
    if ((padding.top | padding.left | padding.bottom | padding.right) != 0) {
      const auto count = [](int positions) { return static_cast<std::size_t>(positions); };
      const std::size_t before[] = {0, count(padding.top), count(padding.left), 0};
      const std::size_t after[] = {0, count(padding.bottom), count(padding.right), 0};
      map.height += padding.top + padding.bottom;
      map.width += padding.left + padding.right;
      status = define_value(subgraph, map, XNN_INVALID_VALUE_ID, 0, padded_id);
      if (status != xnn_status_success) return status;
      status = xnn_define_static_constant_pad(subgraph, before, after, 0, input_id, padded_id, 0);
      if (status != xnn_status_success) return status;
    }
    std::uint32_t average_id = output_id;
    if (!shares.empty()) {
      status = define_value(subgraph, node.output, XNN_INVALID_VALUE_ID, 0, average_id);
      if (status != xnn_status_success) return status;
    }
    const Window window(node, {});
    status = xnn_define_average_pooling_2d(subgraph, 0, 0, 0, 0, window.height, window.width,
                                           window.down, window.along, -kInfinity, kInfinity,
                                           padded_id, average_id, 0);
    if (status != xnn_status_success || shares.empty()) return status;
    std::uint32_t shares_id = 0;
    const auto height = static_cast<std::size_t>(node.output.height);
    const auto width = static_cast<std::size_t>(node.output.width);
    status = define_constant(subgraph, {1, height, width, 1}, shares, shares_id);
    if (status != xnn_status_success) return status;
    return xnn_define_binary(subgraph, xnn_binary_multiply, nullptr, average_id, shares_id,
                             output_id, 0);
  }

  // A value that is to be joined with others, and its length along the axis of that.
  struct Part {
    std::uint32_t id;
    int length;
  };

  // Of what an earlier node has joined already, it takes that: in a DenseNet every layer joins all
  // that came before it, and two at a time that would be copied again and again.
  xnn_status define_concat(xnn_subgraph* subgraph, std::size_t index, const Ids& ids,
                           std::uint32_t output_id) const {
    const Node& node = nodes_[index];
    std::vector<Part> parts;
    std::size_t joined = 0;  // of its inputs
    for (std::size_t i = index; i-- > 0 && joined == 0;) {
      const std::vector<int>& start = nodes_[i].inputs;
      if (nodes_[i].op != Op::concat || start.size() >= node.inputs.size() ||
          !std::equal(start.begin(), start.end(), node.inputs.begin())) {
        continue;
      }
      joined = start.size();
      parts.push_back({ids[i], nodes_[i].output.channels});
    }
    for (; joined < node.inputs.size(); ++joined) {
      const int input = node.inputs[joined];
      parts.push_back({id_of(ids, input), shape_of(input).channels});
    }
    return define_joined(subgraph, node.output, &Shape::channels, parts, output_id);
  }

  // Nothing of XNNPACK's own repeats values. Channels-last, a map joined with itself along the
  // channels is one whose columns are repeated, and along the columns one whose rows are.
  static xnn_status define_upsampling(xnn_subgraph* subgraph, const Shape& input, int factor,
                                      std::uint32_t input_id, std::uint32_t output_id) {
    const auto repeat = [&](Shape shape, int Shape::* axis, std::uint32_t from, Shape seen_as,
                            std::uint32_t to) {
      const std::vector<Part> parts(static_cast<std::size_t>(factor), {from, shape.*axis});
      shape.*axis *= factor;
      std::uint32_t joined_id = 0;
      xnn_status status = define_value(subgraph, shape, XNN_INVALID_VALUE_ID, 0, joined_id);
      if (status != xnn_status_success) return status;
      status = define_joined(subgraph, shape, axis, parts, joined_id);
      if (status != xnn_status_success) return status;
      const std::vector<std::size_t> dims = channels_last(seen_as);
      return xnn_define_static_reshape(subgraph, dims.size(), dims.data(), joined_id, to, 0);
    };
    const Shape wide{input.channels, input.height, input.width * factor};
    const Shape output{input.channels, input.height * factor, input.width * factor};
    std::uint32_t wide_id = 0;
    xnn_status status = define_value(subgraph, wide, XNN_INVALID_VALUE_ID, 0, wide_id);
    if (status != xnn_status_success) return status;
    status = repeat(input, &Shape::channels, input_id, wide, wide_id);
    if (status != xnn_status_success) return status;
    return repeat(wide, &Shape::width, wide_id, output, output_id);
  }

  // Two at a time; of more, what came together so far is a value of XNNPACK's own.
  // shape: of all of it. axis: &Shape::channels or &Shape::width.
  static xnn_status define_joined(xnn_subgraph* subgraph, Shape shape, int Shape::* axis,
                                  const std::vector<Part>& parts, std::uint32_t output_id) {
    const std::int32_t dimension = axis == &Shape::channels ? 3 : 2;
    Part so_far = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
      Part joined{output_id, so_far.length + parts[i].length};
      if (i + 1 < parts.size()) {
        shape.*axis = joined.length;
        const xnn_status status = define_value(subgraph, shape, XNN_INVALID_VALUE_ID, 0, joined.id);
        if (status != xnn_status_success) return status;
      }
      const xnn_status status =
          xnn_define_concatenate2(subgraph, dimension, so_far.id, parts[i].id, joined.id, 0);
      if (status != xnn_status_success) return status;
      so_far = joined;
    }
    return xnn_status_success;
  }

  std::vector<Node> nodes_;  // without their weights
  Shape input_shape_;
  std::optional<int> last_map_source_;
  std::vector<Constants> constants_;  // of each node
  std::vector<float> input_;          // padded
  Plan plan_;
  Plan whole_plan_;  // keeps all; made when first asked for
  const Plan* newest_plan_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_xnnpack_engine(const std::vector<Node>& nodes,
                                                    const Shape& input) {
  return XnnpackEngine::make(nodes, input);
}

}  // namespace thoraxlite
