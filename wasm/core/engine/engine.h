// The small interface behind which every way of running the network stands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

// What a node gave. Values are channels-last, [height, width, channels].
struct NodeOutput {
  std::string name;
  Shape shape;
  std::vector<float> values;
};

// A map that an engine keeps, channels-last, dense [height, width, channels].
struct MapView {
  Shape shape;
  const float* values = nullptr;
};

struct Kernels;

enum class EngineKind { automatic, simd, xnnpack, reference };

class Engine {
 public:
  virtual ~Engine() = default;

  // input: channels-last, [height, width, channels]; of a classifier [size, size], normalised.
  // Gives the values of the last node, channels-last: of a classifier the logits, one a label.
  // outputs, where given, receives what every node gave, in the order of the nodes.
  virtual Result<std::vector<float>> run(const std::vector<float>& input,
                                         std::vector<NodeOutput>* outputs = nullptr) = 0;

  // What the last global_average_pool of the network read in the newest run: the map that evidence
  // is drawn from. Valid until the next run; without values before the first one, and of a network
  // that has no such node.
  virtual MapView last_map() const = 0;

  virtual EngineKind kind() const = 0;  // never automatic
};

// "auto", "simd", "xnnpack" or "reference"
Result<EngineKind> parse_engine_kind(const std::string& name);
const char* to_string(EngineKind kind);

std::vector<EngineKind> engines_built_in();  // the fastest first

// The engine keeps what it needs of the nodes; they need not outlive it. input: the shape of what
// they read. automatic is the fastest one that is built in and can run these nodes. threads: of the
// simd engine with blocks of convolution and pool (simd/README.md), all others have one.
Result<std::unique_ptr<Engine>> make_engine(const std::vector<Node>& nodes, const Shape& input,
                                            EngineKind kind, int threads = 1);
// Of a network that reads one grey square of so many pixels a side.
inline Result<std::unique_ptr<Engine>> make_engine(const std::vector<Node>& nodes, int input_size,
                                                   EngineKind kind, int threads = 1) {
  return make_engine(nodes, square_input(input_size), kind, threads);
}
inline Result<std::unique_ptr<Engine>> make_engine(const Model& model, EngineKind kind,
                                                   int threads = 1) {
  return make_engine(model.nodes, square_input(model.card.input.size), kind, threads);
}

// The index of the node that the last global_average_pool reads, -1 being the network's input;
// nothing where there is no such node.
std::optional<int> source_of_last_map(const std::vector<Node>& nodes);

Result<std::unique_ptr<Engine>> make_simd_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 int threads);
Result<std::unique_ptr<Engine>> make_simd_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 int threads,
                                                 const Kernels& kernels);  // simd/targets.h
Result<std::unique_ptr<Engine>> make_xnnpack_engine(const std::vector<Node>& nodes,
                                                    const Shape& input);
Result<std::unique_ptr<Engine>> make_reference_engine(const std::vector<Node>& nodes,
                                                      const Shape& input);

}  // namespace thoraxlite
