// Model files made in code.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/film_preparation.h"
#include "core/model/model.h"
#include "export/safetensors_writer.h"
#include "made_images.h"

namespace thoraxlite {

// The parts of a model file, to be changed before they are written.
struct ModelParts {
  nlohmann::json card;
  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> metadata{{"format", "thoraxlite.student.v1"}};

  NamedTensor& tensor(const std::string& name);
  void add(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values);
  void add_f16(const std::string& name, std::vector<std::int64_t> shape,
               const std::vector<float>& values);
  Bytes write() const;  // with the card as it is now
};

NamedTensor f32_tensor(const std::string& name, std::vector<std::int64_t> shape,
                       const std::vector<float>& values);

// A network on a size x size input, with random weights and a self-test that fits: conv, pool, conv
// with stride, global average, linear, linear; labels "alpha", "beta".
ModelParts made_model(int size = 20);

// The same in the manner of a DenseNet, with the operators that the other lacks: conv, padded pool,
// scale_shift, conv, concat, average pool, global average, linear.
ModelParts made_dense_model(int size = 20);

// The same in the manner of a network that draws an outline: two convs with stride, upsample2d,
// concat, conv, global average, linear.
ModelParts made_upsampling_model(int size = 20);

// The same in the manner of networks from elsewhere, with every operator that those alone have:
// groups, windows of two sides and four paddings, add, mul, activations.
ModelParts made_large_model(int size = 20);

// The same that the simd engine runs: two blocks of convolution and max-pool.
ModelParts made_block_model(int size = 20);

// Adds a lung network to a model, to which dark is lung, and a view of what it finds: of films of
// kMadeFilm pixels a side it reads kMadeLungInput, and its map has half of that. The self-test
// fits.
void add_lungs(ModelParts& parts);
inline constexpr int kMadeFilm = 40;
inline constexpr int kMadeLungInput = 20;

// The file of that lung network alone.
ModelParts made_lungs();

// What a model's lung network, in plain loops, finds in a film of film_side(card) pixels a side,
// and what its classifier then reads; the film itself where it has no view.
PreparedFilm naive_preparation(const Model& model, const std::vector<float>& film);

// Sets self_test.logits to what the plain loops of naive_network.h give.
void fit_self_test(ModelParts& parts);

// Statistics of novelty for the network as it is, with three random directions and a self-test that
// fits.
void add_novelty(ModelParts& parts, float threshold);

// Weights between -1 and 1, divided by the root of `fan_in`; the same on every machine.
std::vector<float> random_weights(std::size_t count, double fan_in, std::mt19937& random);

Result<Model> load(const Bytes& file);

// The error that loading gives once `change` was made to a sound model, or "no error".
std::string error_after(const std::function<void(ModelParts&)>& change,
                        ModelParts parts = made_model());

// The message of load_model for a sound file whose content does not fit.
std::string refusal(const std::string& what);

}  // namespace thoraxlite
