// The engine for the student: fused Winograd kernels, see simd/kernels.h. What consists of nothing
// but convolutions, joined and upsampled, has an engine of its own, simd/conv_engine.h.
//
// All memory is one arena, laid out when the engine is made: weights, every block's padded input,
// the last map, and each thread's scratch. The zeros around the maps are written once and stay.
#include <algorithm>
#include <cstring>
#include <utility>

#include "core/engine/engine.h"
#include "core/engine/simd/arena.h"
#include "core/engine/simd/block_network.h"
#include "core/engine/simd/conv_engine.h"
#include "core/engine/simd/packed_weights.h"
#include "core/engine/simd/targets.h"
#include "core/engine/simd/workers.h"

namespace thoraxlite {
namespace {

constexpr int kStemKernel = 5;
constexpr int kStemPadding = 2;

int round_up(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

std::size_t count_of(const Shape& shape) {
  return static_cast<std::size_t>(shape.height) * shape.width * shape.channels;
}

class SimdEngine final : public Engine {
 public:
  SimdEngine(const std::vector<Node>& nodes, const Shape& input, BlockNetwork network,
             const Kernels& kernels, int threads)
      : kernels_(kernels),
        network_(std::move(network)),
        workers_(Workers::make(threads)),
        size_(input.height) {
    for (const Node& node : nodes) {
      nodes_.push_back({node.name, node.output, node.relu});
    }
    stem_.stride = nodes.front().stride.height;
    lay_out();
    fill(nodes);
  }

  EngineKind kind() const override { return EngineKind::simd; }

  MapView last_map() const override {
    if (!has_run_) return {};
    return {last_map_shape(), arena_.at(maps_.back().first)};
  }

  Result<std::vector<float>> run(const std::vector<float>& input,
                                 std::vector<NodeOutput>* outputs) override {
    const std::size_t expected = static_cast<std::size_t>(size_) * size_;
    if (input.size() != expected) {
      return fail("The input has " + std::to_string(input.size()) + " values; expected " +
                  std::to_string(expected) + ".");
    }
    if (outputs != nullptr) make_room(*outputs);
    show_unpooled(outputs);
    run_stem(input);
    for (const WinogradBlock& block : blocks_) run_block(block);
    has_run_ = true;
    average();
    run_linear_layers();
    if (outputs != nullptr) copy_small_maps(*outputs);
    const float* logits = arena_.at(vectors_.back());
    return std::vector<float>(logits, logits + nodes_.back().output.channels);
  }

 private:
  struct NodeShape {
    std::string name;
    Shape output;
    bool relu = false;
  };

  // A pooled map: with zeros around it, which the next convolution reads, but for the last one.
  struct PooledMap {
    std::size_t first = 0;  // offset of position (0, 0)
    std::size_t row = 0;    // floats from one row to the next
  };

  // Offsets of a convolution's or linear layer's constants.
  struct Constants {
    std::size_t weight = 0;
    std::size_t bias = 0;
  };

  const Shape& convolved(std::size_t block) const {
    return nodes_[network_.convolutions[block]].output;
  }
  const Shape& pooled(std::size_t block) const {
    return nodes_[network_.convolutions[block] + 1].output;
  }
  const Shape& last_map_shape() const { return pooled(network_.convolutions.size() - 1); }

  void lay_out() {
    lay_out_stem();
    std::size_t scratch = kernels_.stem_scratch();
    for (std::size_t block = 1; block < network_.convolutions.size(); ++block) {
      lay_out_block(block);
      scratch = std::max(scratch, kernels_.winograd_scratch(pooled(block - 1).channels));
    }
    const Shape& last = last_map_shape();
    maps_.push_back(
        {arena_.reserve(count_of(last)), static_cast<std::size_t>(last.width) * last.channels});
    vectors_.push_back(arena_.reserve(static_cast<std::size_t>(last.channels)));
    int in = last.channels;
    for (const std::size_t index : network_.linear_layers) {
      const int out = nodes_[index].output.channels;
      constants_.push_back({arena_.reserve(static_cast<std::size_t>(in) * out),
                            arena_.reserve(static_cast<std::size_t>(out))});
      vectors_.push_back(arena_.reserve(static_cast<std::size_t>(out)));
      in = out;
    }
    for (int thread = 0; thread < workers_->threads(); ++thread) {
      scratch_.push_back(arena_.reserve(scratch));
    }
    arena_.allocate();
  }

  void lay_out_stem() {
    const Shape& output = convolved(0);
    const ToomCook matrices = toom_cook_stem(stem_.stride);
    stem_.tile_columns = round_up((output.width + 3) / 4, kernels_.stem_tiles);
    stem_pairs_ = (output.height + 1) / 2;
    const int rows_read = (2 * stem_pairs_ - 1) * stem_.stride + kStemKernel;
    const int columns_read = stem_.stride * (4 * (stem_.tile_columns - 1) + matrices.points);
    stem_.rows = round_up(std::max(rows_read, size_ + 2 * kStemPadding), kernels_.lanes);
    stem_.row = static_cast<std::size_t>(std::max(columns_read, size_ + 2 * kStemPadding));
    const auto values = static_cast<std::size_t>(matrices.points) * stem_.stride;
    picture_ = arena_.reserve(stem_.rows * stem_.row);
    stem_matrix_ = arena_.reserve(matrices.inputs.size());
    transformed_ = arena_.reserve(values * stem_.tile_columns * stem_.rows);
    constants_.push_back({arena_.reserve(values * kStemKernel * output.channels),
                          arena_.reserve(static_cast<std::size_t>(output.channels))});
  }

  void lay_out_block(std::size_t index) {
    const Shape& input = pooled(index - 1);
    const Shape& output = convolved(index);
    WinogradBlock block;
    block.in_channels = input.channels;
    block.tile_rows = (output.height + 3) / 4;
    block.tile_columns = (output.width + 3) / 4;
    block.row = static_cast<std::size_t>(4 * block.tile_columns + 2) * input.channels;
    const std::size_t corner = arena_.reserve((4 * block.tile_rows + 2) * block.row);
    corners_.push_back(corner);
    maps_.push_back({corner + block.row + input.channels, block.row});
    constants_.push_back({arena_.reserve(std::size_t{36} * input.channels * output.channels),
                          arena_.reserve(static_cast<std::size_t>(output.channels))});
    blocks_.push_back(block);
  }

  void fill(const std::vector<Node>& nodes) {
    const auto copy = [this](const std::vector<float>& values, std::size_t offset) {
      std::copy(values.begin(), values.end(), arena_.at(offset));
    };
    const std::vector<double> matrix = toom_cook_stem(stem_.stride).inputs;
    copy({matrix.begin(), matrix.end()}, stem_matrix_);
    std::size_t next = 0;
    for (const std::size_t index : network_.convolutions) {
      const Node& node = nodes[index];
      const std::vector<float> packed =
          next == 0
              ? pack_stem(node.weight, node.output.channels, stem_.stride, kernels_.channel_tile)
              : pack_winograd(node.weight, pooled(next - 1).channels, node.output.channels,
                              kernels_.channel_tile);
      copy(packed, constants_[next].weight);
      copy(node.bias, constants_[next].bias);
      ++next;
    }
    for (const std::size_t index : network_.linear_layers) {
      copy(nodes[index].weight, constants_[next].weight);
      copy(nodes[index].bias, constants_[next].bias);
      ++next;
    }

    stem_.input = arena_.at(picture_);
    stem_.input_transform = arena_.at(stem_matrix_);
    stem_.transformed = arena_.at(transformed_);
    stem_.weights = arena_.at(constants_[0].weight);
    stem_.output = output_of(0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      blocks_[i].input = arena_.at(corners_[i]);
      blocks_[i].weights = arena_.at(constants_[i + 1].weight);
      blocks_[i].output = output_of(i + 1);
    }
  }

  BlockOutput output_of(std::size_t block) const {
    BlockOutput output;
    output.pooled = arena_.at(maps_[block].first);
    output.pooled_row = maps_[block].row;
    output.pooled_height = pooled(block).height;
    output.pooled_width = pooled(block).width;
    output.height = convolved(block).height;
    output.width = convolved(block).width;
    output.channels = convolved(block).channels;
    output.bias = arena_.at(constants_[block].bias);
    return output;
  }

  void run_stem(const std::vector<float>& input) {
    float* picture = arena_.at(picture_) + kStemPadding * stem_.row + kStemPadding;
    const auto size = static_cast<std::size_t>(size_);
    for (std::size_t y = 0; y < size; ++y) {
      std::memcpy(picture + y * stem_.row, input.data() + y * size, size * sizeof(float));
    }
    workers_->for_each(stem_.tile_columns,
                       [&](int column, int) { kernels_.transform_stem(stem_, column); });
    workers_->for_each(stem_pairs_, [&](int pair, int thread) {
      kernels_.run_stem(stem_, pair, arena_.at(scratch_[static_cast<std::size_t>(thread)]));
    });
  }

  // As even items as there are threads to share them, none larger than the cache likes.
  void run_block(const WinogradBlock& block) {
    const int groups =
        (block.tile_rows * block.tile_columns + kernels_.group_tiles - 1) / kernels_.group_tiles;
    const int items = round_up((groups + kernels_.groups_at_once - 1) / kernels_.groups_at_once,
                               workers_->threads());
    workers_->for_each(items, [&](int item, int thread) {
      kernels_.run_winograd(block, item * groups / items, (item + 1) * groups / items,
                            arena_.at(scratch_[static_cast<std::size_t>(thread)]));
    });
  }

  void average() {
    const Shape& shape = last_map_shape();
    const float* map = arena_.at(maps_.back().first);
    float* sums = arena_.at(vectors_.front());
    std::fill_n(sums, shape.channels, 0.0f);
    const int positions = shape.height * shape.width;
    for (int position = 0; position < positions; ++position, map += shape.channels) {
      for (int channel = 0; channel < shape.channels; ++channel) sums[channel] += map[channel];
    }
    for (int channel = 0; channel < shape.channels; ++channel) {
      sums[channel] /= static_cast<float>(positions);
    }
  }

  void run_linear_layers() {
    int in = last_map_shape().channels;
    for (std::size_t layer = 0; layer < network_.linear_layers.size(); ++layer) {
      const NodeShape& node = nodes_[network_.linear_layers[layer]];
      const Constants& constants = constants_[network_.convolutions.size() + layer];
      const float* weights = arena_.at(constants.weight);
      const float* bias = arena_.at(constants.bias);
      const float* input = arena_.at(vectors_[layer]);
      float* output = arena_.at(vectors_[layer + 1]);
      for (int o = 0; o < node.output.channels; ++o, weights += in) {
        float sum = bias[o];
        for (int i = 0; i < in; ++i) sum += weights[i] * input[i];
        output[o] = node.relu ? std::max(sum, 0.0f) : sum;
      }
      in = node.output.channels;
    }
  }

  void make_room(std::vector<NodeOutput>& outputs) const {
    outputs.clear();
    for (const NodeShape& node : nodes_) {
      outputs.push_back({node.name, node.output, std::vector<float>(count_of(node.output))});
    }
  }

  // The kernels that pool write what they pooled, too, where somebody wants to see it.
  void show_unpooled(std::vector<NodeOutput>* outputs) {
    for (std::size_t block = 0; block < network_.convolutions.size(); ++block) {
      BlockOutput& output = block == 0 ? stem_.output : blocks_[block - 1].output;
      output.unpooled =
          outputs == nullptr ? nullptr : (*outputs)[network_.convolutions[block]].values.data();
    }
  }

  void copy_small_maps(std::vector<NodeOutput>& outputs) const {
    for (std::size_t block = 0; block < network_.convolutions.size(); ++block) {
      const Shape& shape = pooled(block);
      const std::size_t row = static_cast<std::size_t>(shape.width) * shape.channels;
      float* to = outputs[network_.convolutions[block] + 1].values.data();
      for (int y = 0; y < shape.height; ++y) {
        std::copy_n(arena_.at(maps_[block].first + y * maps_[block].row), row, to + y * row);
      }
    }
    const std::size_t first = network_.linear_layers.front() - 1;
    for (std::size_t i = 0; i < vectors_.size(); ++i) {
      std::vector<float>& values = outputs[first + i].values;
      std::copy_n(arena_.at(vectors_[i]), values.size(), values.begin());
    }
  }

  const Kernels& kernels_;
  const BlockNetwork network_;
  const std::unique_ptr<Workers> workers_;
  const int size_;
  std::vector<NodeShape> nodes_;
  bool has_run_ = false;

  Arena arena_;
  StemBlock stem_;
  int stem_pairs_ = 0;  // of rows of its convolution, to be pooled
  std::vector<WinogradBlock> blocks_;

  // Offsets into the arena.
  std::size_t picture_ = 0;
  std::size_t stem_matrix_ = 0;
  std::size_t transformed_ = 0;
  std::vector<std::size_t> corners_;  // of what each of blocks_ reads
  std::vector<PooledMap> maps_;       // of each convolution
  std::vector<Constants> constants_;  // of convolutions, then of linear layers
  std::vector<std::size_t> vectors_;  // the average, then each linear layer's output
  std::vector<std::size_t> scratch_;  // of each thread
};

}  // namespace

Result<std::unique_ptr<Engine>> make_simd_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 int threads) {
  // The widest vectors whose tile divides the channels.
  Error reason;
  for (const Kernels* kernels : kernels_of_this_processor()) {
    Result<std::unique_ptr<Engine>> engine = make_simd_engine(nodes, input, threads, *kernels);
    if (engine) return engine;
    reason = std::move(engine.error());
  }
  return tl::unexpected(std::move(reason));
}

Result<std::unique_ptr<Engine>> make_simd_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 int threads, const Kernels& kernels) {
  if (is_conv_network(nodes)) return make_conv_engine(nodes, input, kernels);
  Result<BlockNetwork> network = recognise_blocks(nodes, kernels.channel_tile);
  if (!network) return tl::unexpected(std::move(network.error()));
  if (input.height != input.width) return fail("The simd engine reads squares.");
  return std::make_unique<SimdEngine>(nodes, input, std::move(*network), kernels, threads);
}

}  // namespace thoraxlite
