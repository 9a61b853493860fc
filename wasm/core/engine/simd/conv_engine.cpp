// A concat or an upsample2d computes nothing: it is a list of what convolutions gave, and each
// reader reads that. All maps lie dense, channels-last.
#include "core/engine/simd/conv_engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/engine/simd/arena.h"

namespace thoraxlite {
namespace {

constexpr int kMaxParts = 64;
constexpr std::size_t kMaxPatch = 65'536;

std::size_t round_up(std::size_t value, int multiple) {
  const auto step = static_cast<std::size_t>(multiple);
  return (value + step - 1) / step * step;
}

std::size_t count_of(const Shape& shape) {
  return static_cast<std::size_t>(shape.height) * shape.width * shape.channels;
}

// What the network's input or a node gives.
struct Step {
  std::string name;
  Shape shape;
  MapPart parts[kMaxParts];  // side by side
  int part_count = 0;
  // Of a conv2d; of all others without a kernel.
  PatchBlock block;
  Arena memory;
};

// The values of a convolution's window that come from one part, rounded up.
std::size_t values_in_window(const Node& node, const MapPart& part, const Kernels& kernels) {
  return round_up(static_cast<std::size_t>(node.kernel.height) * node.kernel.height * part.channels,
                  kernels.patch_panel);
}

// weight: [out, in, kernel, kernel]. packed: zeros, in the layout that kernels.h states.
void pack(const Node& node, const Step& input, const Kernels& kernels, std::size_t patch,
          float* packed) {
  const auto tile = static_cast<std::size_t>(kernels.channel_tile);
  const int window = node.kernel.height * node.kernel.height;
  const float* from = node.weight.data();
  for (std::size_t out = 0; out < node.bias.size(); ++out) {
    float* to = packed + out / tile * patch * tile + out % tile;
    for (const MapPart* part = input.parts; part != input.parts + input.part_count; ++part) {
      const auto row = static_cast<std::size_t>(part->channels) * tile;
      for (int channel = 0; channel < part->channels; ++channel) {
        for (int i = 0; i < window; ++i) to[i * row + channel * tile] = *from++;
      }
      to += values_in_window(node, *part, kernels) * tile;
    }
  }
}

std::vector<float> values_of(const Step& step) {
  std::vector<float> values(count_of(step.shape));
  float* to = values.data();
  for (int y = 0; y < step.shape.height; ++y) {
    for (int x = 0; x < step.shape.width; ++x) {
      for (const MapPart* part = step.parts; part != step.parts + step.part_count; ++part) {
        const std::size_t row = static_cast<std::size_t>(y >> part->shift) * part->width;
        const float* from = part->values + (row + (x >> part->shift)) * part->channels;
        for (int channel = 0; channel < part->channels; ++channel) *to++ = from[channel];
      }
    }
  }
  return values;
}

class ConvEngine final : public Engine {
 public:
  ConvEngine(std::size_t nodes, const Shape& shape, const Kernels& kernels)
      : kernels_(kernels), steps_(nodes + 1) {
    Step& input = steps_.front();
    input.shape = shape;
    input_ = input.memory.reserve(count_of(input.shape));
    input.memory.allocate();
    input.parts[0] = {input.memory.at(input_), shape.width, shape.channels, 0};
    input.part_count = 1;
  }

  // Of the nodes in their order. Why this engine does not run one; nothing where it does.
  const char* set(std::size_t index, const Node& node) {
    Step& step = steps_[index + 1];
    step.name = node.name;
    step.shape = node.output;
    if (node.op == Op::conv2d) return set_conv(step, node);
    int shift = 0;
    while (1 << shift < node.factor) ++shift;
    if (1 << shift != node.factor) return "it doubles maps, once or more often";
    for (const int source : node.inputs) {
      const Step& input = step_of(source);
      for (int i = 0; i < input.part_count; ++i) {
        if (step.part_count == kMaxParts) return "it joins too many maps";
        MapPart& part = step.parts[step.part_count++];
        part = input.parts[i];
        part.shift += shift;
      }
    }
    return nullptr;
  }

  EngineKind kind() const override { return EngineKind::simd; }

  MapView last_map() const override { return {}; }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    const Step& first = steps_.front();
    const std::size_t expected = count_of(first.shape);
    if (input.size() != expected) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(expected) + ".");
    }
    std::copy(input.begin(), input.end(), first.memory.at(input_));
    for (const Step& step : steps_) {
      if (step.block.kernel != 0) run_block(step.block);
    }
    if (outputs != nullptr) {
      outputs->clear();
      for (std::size_t i = 1; i < steps_.size(); ++i) {
        outputs->push_back({steps_[i].name, steps_[i].shape, values_of(steps_[i])});
      }
    }
    return values_of(steps_.back());
  }

 private:
  const Step& step_of(int node) const { return steps_[static_cast<std::size_t>(node + 1)]; }

  const char* set_conv(Step& step, const Node& node) {
    const Step& input = step_of(node.inputs.front());
    std::size_t patch = 0;
    for (int i = 0; i < input.part_count; ++i) {
      patch += values_in_window(node, input.parts[i], kernels_);
    }
    if (patch > kMaxPatch) return "its window holds too many values";

    const std::size_t channels = round_up(node.output.channels, kernels_.channel_tile);
    Arena& memory = step.memory;
    const std::size_t weights = memory.reserve(patch * channels);
    const std::size_t bias = memory.reserve(channels);
    const std::size_t zeros = memory.reserve(static_cast<std::size_t>(input.shape.channels));
    const std::size_t output = memory.reserve(count_of(step.shape));
    memory.allocate();
    pack(node, input, kernels_, patch, memory.at(weights));
    std::copy(node.bias.begin(), node.bias.end(), memory.at(bias));

    PatchBlock& block = step.block;
    block.parts = input.parts;
    block.part_count = input.part_count;
    block.height = input.shape.height;
    block.width = input.shape.width;
    block.kernel = node.kernel.height;
    block.stride = node.stride.height;
    block.padding = node.padding.top;
    block.zeros = memory.at(zeros);
    block.patch = static_cast<int>(patch);
    block.weights = memory.at(weights);
    block.bias = memory.at(bias);
    block.least = node.relu ? 0 : -std::numeric_limits<float>::infinity();
    block.output = memory.at(output);
    block.output_height = node.output.height;
    block.output_width = node.output.width;
    block.channels = node.output.channels;
    step.parts[0] = {block.output, block.output_width, block.channels, 0};
    step.part_count = 1;
    make_scratch(kernels_.patch_scratch(block.patch));
    return nullptr;
  }

  void make_scratch(std::size_t floats) {
    if (floats <= scratch_floats_) return;
    scratch_floats_ = floats;
    scratch_ = {};
    scratch_.reserve(floats);
    scratch_.allocate();
  }

  void run_block(const PatchBlock& block) const {
    const int positions = block.output_height * block.output_width;
    const int groups = (positions + kernels_.patch_rows - 1) / kernels_.patch_rows;
    for (int group = 0; group < groups; group += kernels_.groups_at_once) {
      kernels_.run_patches(block, group, std::min(group + kernels_.groups_at_once, groups),
                           scratch_.at(0));
    }
  }

  const Kernels& kernels_;
  std::vector<Step> steps_;  // of the network's input, then of each node
  std::size_t input_ = 0;    // where the picture lies in the first one's memory
  Arena scratch_;
  std::size_t scratch_floats_ = 0;
};

}  // namespace

bool is_conv_network(const std::vector<Node>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) {
    return (node.op == Op::conv2d && is_square(node)) || node.op == Op::concat ||
           node.op == Op::upsample2d;
  });
}

Result<std::unique_ptr<Engine>> make_conv_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 const Kernels& kernels) {
  auto engine = std::make_unique<ConvEngine>(nodes.size(), input, kernels);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (const char* reason = engine->set(i, nodes[i])) {
      return fail("The simd engine cannot run node \"" + nodes[i].name + "\": " + reason + ".");
    }
  }
  return engine;
}

}  // namespace thoraxlite
