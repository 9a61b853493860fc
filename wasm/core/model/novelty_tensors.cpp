#include "core/model/novelty_tensors.h"

#include <algorithm>
#include <cmath>

#include "core/model/json_fields.h"

namespace thoraxlite {
namespace {

// The values of a tensor of exactly this shape, all finite; a missing one is refused too.
Result<std::vector<float>> take(const std::string& name, const std::vector<std::int64_t>& shape,
                                std::map<std::string, TensorView>& tensors) {
  const auto tensor = tensors.extract(name);
  if (tensor.empty()) return fail("the tensor " + name + " is missing");
  if (tensor.mapped().shape != shape)
    return fail(name + " has another shape than the network asks");
  Result<std::vector<float>> values = to_float32(tensor.mapped());
  if (!values) return fail(name + " is neither F32 nor F16");
  if (!std::all_of(values->begin(), values->end(), [](float v) { return std::isfinite(v); })) {
    return fail(name + " holds a number that is not finite");
  }
  return values;
}

}  // namespace

Result<Novelty> take_novelty(const Json& card_novelty, std::size_t features,
                             std::map<std::string, TensorView>& tensors) {
  JsonFields fields(card_novelty, "the card's novelty");
  Novelty novelty;
  novelty.threshold = static_cast<float>(fields.number("threshold", -1e6, 1e6));
  const int directions = fields.integer("directions", 1, kMaxNoveltyDirections);
  const int cases = fields.integer("cases", 0, 1'000'000'000);
  fields.integer("refused", 0, cases);
  if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);

  const auto wide = static_cast<std::int64_t>(features);
  const struct {
    const char* name;
    std::vector<std::int64_t> shape;
    std::vector<float>* values;
  } parts[] = {{"novelty.mean", {wide}, &novelty.mean},
               {"novelty.directions", {directions, wide}, &novelty.directions},
               {"novelty.background_mean", {directions}, &novelty.background_mean},
               {"novelty.background_variance", {directions}, &novelty.background_variance}};
  for (const auto& part : parts) {
    Result<std::vector<float>> values = take(part.name, part.shape, tensors);
    if (!values) return tl::unexpected(values.error());
    *part.values = std::move(*values);
  }
  for (const float variance : novelty.background_variance) {
    if (variance < 1e-6f) return fail("novelty.background_variance holds a number below 0.000001");
  }
  const Result<std::vector<float>> expected = take("self_test.novelty", {1}, tensors);
  if (!expected) return tl::unexpected(expected.error());
  novelty.self_test = expected->front();
  return novelty;
}

}  // namespace thoraxlite
