// A model file: what it is, how its outputs are to be read, its network, and its self-test.
//
// Format "thoraxlite.student.v1": safetensors whose __metadata__ holds "format" and "card". The
// card is one JSON document; wasm/README.md describes every key.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "core/lung_view.h"
#include "core/model/safetensors.h"
#include "core/result.h"

namespace thoraxlite {

enum class Op {
  conv2d,
  scale_shift,
  max_pool2d,
  average_pool2d,
  global_average_pool,
  concat,
  upsample2d,
  linear,
  // What networks from elsewhere have; the module with the simd engine alone does not read these.
  add,
  mul,
  sigmoid,
  silu,
  hard_swish,
  hard_sigmoid,
  leaky_relu,
  clip
};

struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;
};

// Of a network that reads one grey square.
inline Shape square_input(int size) {
  return {1, size, size};
}

// Of a window, or of the steps that it goes.
struct Extent {
  int height = 1;
  int width = 1;
};

struct Margins {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
};

// One operator. Nodes stand in order of execution; the last one's output is the logits.
struct Node {
  std::string name;  // also the stem of its tensors: conv1.weight, conv1.bias
  Op op = Op::conv2d;
  // Indices of the earlier nodes whose outputs it reads; -1 is the network's input. One, except for
  // add and mul, which have two, and concat, which has two or more; each of them once.
  std::vector<int> inputs;
  Extent kernel{0, 0};  // conv2d and the pools with a window
  Extent stride;
  // Zeros for conv2d, nothing to choose from for max_pool2d. A pool's windows may reach beyond it.
  Margins padding;
  bool count_padding = false;  // average_pool2d: padding counts as zeros, and not as nothing
  int groups = 1;              // conv2d: each reads its own share of the channels, in order
  int factor = 1;              // upsample2d: every position becomes factor x factor equal ones
  bool relu = false;           // applied to its output; conv2d, scale_shift, linear and add
  float alpha = 0;             // hard_sigmoid, alpha x + beta within 0 and 1
  float beta = 0;
  float slope = 0;                                      // leaky_relu, of what is below 0
  float low = -std::numeric_limits<float>::infinity();  // clip
  float high = std::numeric_limits<float>::infinity();
  Shape output;  // derived when the file is loaded
  // conv2d [out, in / groups, height, width], linear [out, in], scale_shift [channels]
  std::vector<float> weight;
  std::vector<float> bias;  // [out]
};

// One group, square windows and steps, the same padding on every side.
inline bool is_square(const Node& node) {
  return node.groups == 1 && node.kernel.height == node.kernel.width &&
         node.stride.height == node.stride.width && node.padding.top == node.padding.left &&
         node.padding.top == node.padding.bottom && node.padding.top == node.padding.right;
}

// Where a threshold might lie as well.
struct ThresholdRange {
  float low = 0;
  float high = 1;
};

// A finding's operating point: the score at or above which it counts as positive.
struct OperatingPoint {
  float threshold = 0.5f;    // of the calibrated score
  float sensitivity = 0.0f;  // measured at export, on `cases` validation images
  float specificity = 0.0f;
  int positives = 0;
  int cases = 0;
  // Nothing in files that were made before these were written.
  std::optional<ThresholdRange> threshold_95 = std::nullopt;  // over resampled validation patients
  std::optional<float> evidence_inside_5 =
      std::nullopt;  // of positive test films 5 % have less in the lungs

  // Without both sides a threshold is nobody's choice.
  bool is_measured() const { return positives > 0 && positives < cases; }
};

enum class Activation { sigmoid, softmax };

struct Card {
  std::string name;
  std::string version;                 // empty: not said
  std::vector<std::string> labels;     // in the order of the logits
  std::optional<std::size_t> neither;  // the label that means none of the others; no finding
  Activation activation = Activation::sigmoid;
  InputSpec input;
  std::optional<LungView> view;                  // nothing where the network sees films whole
  float minimum_age = 0;                         // years; the model was not made for younger
  float temperature = 1.0f;                      // score = activation(logit / temperature)
  std::vector<OperatingPoint> operating_points;  // one a label
  std::string json;                              // the whole document, for whoever shows it
};

struct SelfTest {
  GreyImage image;            // tensor self_test.image, U8 [height, width]
  std::vector<float> logits;  // tensor self_test.logits, F32 [labels]
};

// What tells training films from other images; core/novelty.h has the equation.
struct Novelty {
  std::vector<float> mean;                 // [features]
  std::vector<float> directions;           // [directions, features]
  std::vector<float> background_mean;      // [directions]
  std::vector<float> background_variance;  // [directions], above 0
  float threshold = 0;                     // of the distance; above it an image is refused
  float self_test = 0;                     // the distance of the self-test's image
};

// The network that finds the lungs: from a film's lung_input (core/lung_view.h) to one map of
// logits.
struct LungGraph {
  int size = 0;             // of its input, pixels a side
  std::vector<Node> nodes;  // the last gives [side, side]
};

struct Model {
  Card card;
  std::optional<LungGraph> lungs;  // not every file has one; where the card has a view
  std::optional<Novelty> novelty;  // not every file has one
  std::vector<Node> nodes;
  SelfTest self_test;
};

// Refuses, with the reason, a file that does not say what it is, whose tensors do not fit its
// graph, whose card lacks something, or that holds a number which is not finite.
Result<Model> load_model(ByteView file);

// A file of a lung network alone, format "thoraxlite.lungs.v1": its card is what a model's card has
// under "lungs", and its tensors are those that a model file has of it. Refuses like load_model.
Result<LungGraph> load_lungs(ByteView file);

}  // namespace thoraxlite
