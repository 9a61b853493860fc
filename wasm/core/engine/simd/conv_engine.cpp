// A concat or an upsample2d computes nothing: it is a list of what convolutions gave, and each
// reader reads that. All maps lie dense, channels-last, in one arena, so that the last one is the
// result.
#include "core/engine/simd/conv_engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/engine/simd/arena.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxParts = 64;
constexpr std::size_t kMaxPatch = 65'536;

// What a node gives, as a list of what convolutions and the network's input give.
struct Part {
  int source = -1;  // index of a conv2d, -1 the input
  int shift = 0;    // upsampled by 2^shift
};
using Parts = std::vector<Part>;

std::size_t round_up(std::size_t value, int multiple) {
  const auto step = static_cast<std::size_t>(multiple);
  return (value + step - 1) / step * step;
}

Error cannot_run(const Node& node, const char* why) {
  return {"The simd engine cannot run node \"" + node.name + "\": " + why + "."};
}

class ConvEngine final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> make(const std::vector<Node>& nodes, int input_size,
                                              const Kernels& kernels) {
    std::unique_ptr<ConvEngine> engine(new ConvEngine(nodes, input_size, kernels));
    if (auto error = engine->find_parts(nodes)) return tl::unexpected(std::move(*error));
    engine->lay_out(nodes);
    return engine;
  }

  EngineKind kind() const override { return EngineKind::simd; }

  MapView last_map() const override { return {}; }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    const std::size_t expected = count_of(input_shape_);
    if (input.size() != expected) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(expected) + ".");
    }
    std::copy(input.begin(), input.end(), arena_.at(maps_.front()));
    for (const PatchBlock& block : blocks_) {
      const int positions = block.output_height * block.output_width;
      const int groups = (positions + kernels_.patch_rows - 1) / kernels_.patch_rows;
      for (int group = 0; group < groups; group += kernels_.groups_at_once) {
        kernels_.run_patches(block, group, std::min(group + kernels_.groups_at_once, groups),
                             arena_.at(scratch_));
      }
    }
    if (outputs != nullptr) {
      outputs->clear();
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        outputs->push_back({nodes_[i].name, nodes_[i].output, values_of(i)});
      }
    }
    return values_of(nodes_.size() - 1);
  }

 private:
  struct NodeShape {
    std::string name;
    Shape output;
  };

  ConvEngine(const std::vector<Node>& nodes, int input_size, const Kernels& kernels)
      : kernels_(kernels), input_shape_{1, input_size, input_size} {
    for (const Node& node : nodes) nodes_.push_back({node.name, node.output});
  }

  static std::size_t count_of(const Shape& shape) {
    return static_cast<std::size_t>(shape.height) * shape.width * shape.channels;
  }

  const Shape& shape_of(int node) const {
    return node < 0 ? input_shape_ : nodes_[static_cast<std::size_t>(node)].output;
  }

  std::optional<Error> find_parts(const std::vector<Node>& nodes) {
    parts_.push_back({Part{}});
    for (const Node& node : nodes) {
      Parts parts;
      int shift = 0;
      while (1 << shift < node.factor) ++shift;
      if (1 << shift != node.factor) {
        return cannot_run(node, "it doubles maps, once or more often");
      }
      if (node.op == Op::conv2d) {
        parts = {{static_cast<int>(parts_.size()) - 1, 0}};
        if (patch_of(node) > kMaxPatch) {
          return cannot_run(node, "its window holds too many values");
        }
      } else {
        for (const int input : node.inputs) {
          for (const Part& part : parts_of(input)) {
            parts.push_back({part.source, part.shift + shift});
          }
          if (parts.size() > kMaxParts) return cannot_run(node, "it joins too many maps");
        }
      }
      parts_.push_back(std::move(parts));
    }
    return std::nullopt;
  }

  const Parts& parts_of(int node) const { return parts_[static_cast<std::size_t>(node + 1)]; }

  // Values of a part of a window; rounded up.
  std::size_t values_in_window(const Node& node, const Part& part) const {
    return round_up(
        static_cast<std::size_t>(node.kernel) * node.kernel * shape_of(part.source).channels,
        kernels_.patch_panel);
  }

  std::size_t patch_of(const Node& node) const {
    std::size_t patch = 0;
    for (const Part& part : parts_of(node.inputs.front())) patch += values_in_window(node, part);
    return patch;
  }

  void lay_out(const std::vector<Node>& nodes) {
    maps_ = {arena_.reserve(count_of(input_shape_))};
    std::vector<std::size_t> weights;
    std::vector<std::size_t> biases;
    std::size_t scratch = 0;
    std::size_t most_channels = 1;
    for (const Node& node : nodes) {
      const bool is_conv = node.op == Op::conv2d;
      maps_.push_back(is_conv ? arena_.reserve(count_of(node.output)) : 0);
      if (!is_conv) continue;
      const std::size_t patch = patch_of(node);
      const std::size_t channels = round_up(node.output.channels, kernels_.channel_tile);
      weights.push_back(arena_.reserve(patch * channels));
      biases.push_back(arena_.reserve(channels));
      scratch = std::max(scratch, kernels_.patch_scratch(static_cast<int>(patch)));
      most_channels = std::max(most_channels, channels);
    }
    scratch_ = arena_.reserve(scratch);
    const std::size_t zeros = arena_.reserve(most_channels);
    arena_.allocate();

    // All lists first: blocks keep pointers into them.
    for (const Parts& parts : parts_) {
      std::vector<MapPart> map_parts;
      for (const Part& part : parts) {
        const Shape& shape = shape_of(part.source);
        map_parts.push_back({arena_.at(maps_[static_cast<std::size_t>(part.source + 1)]),
                             shape.width, shape.channels, part.shift});
      }
      map_parts_.push_back(std::move(map_parts));
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      if (node.op != Op::conv2d) continue;
      const std::size_t input = static_cast<std::size_t>(node.inputs.front() + 1);
      float* packed = arena_.at(weights[blocks_.size()]);
      float* bias = arena_.at(biases[blocks_.size()]);
      pack(node, packed);
      std::copy(node.bias.begin(), node.bias.end(), bias);

      PatchBlock block;
      block.parts = map_parts_[input].data();
      block.part_count = static_cast<int>(map_parts_[input].size());
      block.height = shape_of(node.inputs.front()).height;
      block.width = shape_of(node.inputs.front()).width;
      block.kernel = node.kernel;
      block.stride = node.stride;
      block.padding = node.padding;
      block.zeros = arena_.at(zeros);
      block.patch = static_cast<int>(patch_of(node));
      block.weights = packed;
      block.bias = bias;
      block.least = node.relu ? 0 : -std::numeric_limits<float>::infinity();
      block.output = arena_.at(maps_[i + 1]);
      block.output_height = node.output.height;
      block.output_width = node.output.width;
      block.channels = node.output.channels;
      blocks_.push_back(block);
    }
  }

  // [out, in, kernel, kernel] to the layout that kernels.h states.
  void pack(const Node& node, float* packed) const {
    const auto tile = static_cast<std::size_t>(kernels_.channel_tile);
    const std::size_t window = static_cast<std::size_t>(node.kernel) * node.kernel;
    const std::size_t patch = patch_of(node);
    const float* from = node.weight.data();
    for (std::size_t out = 0; out < node.bias.size(); ++out) {
      float* to = packed + out / tile * patch * tile + out % tile;
      for (const Part& part : parts_of(node.inputs.front())) {
        const auto channels = static_cast<std::size_t>(shape_of(part.source).channels);
        for (std::size_t channel = 0; channel < channels; ++channel) {
          for (std::size_t i = 0; i < window; ++i) to[(i * channels + channel) * tile] = *from++;
        }
        to += values_in_window(node, part) * tile;
      }
    }
  }

  std::vector<float> values_of(std::size_t node) const {
    const Shape& shape = nodes_[node].output;
    std::vector<float> values(count_of(shape));
    float* to = values.data();
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        for (const MapPart& part : map_parts_[node + 1]) {
          const std::size_t row = static_cast<std::size_t>(y >> part.shift) * part.width;
          const float* from = part.values + (row + (x >> part.shift)) * part.channels;
          to = std::copy_n(from, part.channels, to);
        }
      }
    }
    return values;
  }

  const Kernels& kernels_;
  const Shape input_shape_;
  std::vector<NodeShape> nodes_;
  // Of the network's input, then of each node.
  std::vector<Parts> parts_;
  std::vector<std::vector<MapPart>> map_parts_;
  std::vector<std::size_t> maps_;  // offsets into the arena; 0 where a node has no map of its own
  std::vector<PatchBlock> blocks_;
  std::size_t scratch_ = 0;
  Arena arena_;
};

}  // namespace

bool is_conv_network(const std::vector<Node>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) {
    return node.op == Op::conv2d || node.op == Op::concat || node.op == Op::upsample2d;
  });
}

Result<std::unique_ptr<Engine>> make_conv_engine(const std::vector<Node>& nodes, int input_size,
                                                 const Kernels& kernels) {
  return ConvEngine::make(nodes, input_size, kernels);
}

}  // namespace thoraxlite
