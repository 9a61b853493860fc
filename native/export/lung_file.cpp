#include "export/lung_file.h"

#include <torch/torch.h>

#include <stdexcept>

#include "data/file_bytes.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

std::vector<std::uint8_t> pack_lungs(const FoldedNetwork& network, int input_size,
                                     const Json& facts) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : network.tensors) {
    if (!tensor.isfinite().all().item<bool>()) {
      throw std::runtime_error(name + " holds a value that is not finite");
    }
    const torch::Tensor half = tensor.to(torch::kHalf).contiguous();
    const auto* first = static_cast<const std::uint8_t*>(half.data_ptr());
    tensors.push_back({"lungs." + name, "F16", half.sizes().vec(), {first, first + half.nbytes()}});
  }
  Json card = {{"size", input_size}, {"graph", network.graph}};
  card.update(facts);
  return write_safetensors(tensors, {{"format", "thoraxlite.lungs.v1"}, {"card", card.dump()}});
}

PackedLungs read_packed_lungs(const std::filesystem::path& file) {
  const auto bytes = require_file(file);
  Result<LungGraph> graph = load_lungs(view(bytes));
  if (!graph) throw std::runtime_error(file.string() + ": " + graph.error().message);
  const auto contents = parse_safetensors(view(bytes));
  PackedLungs lungs;
  lungs.graph = *std::move(graph);
  lungs.card = Json::parse(contents->metadata.at("card"));
  lungs.card["sha256"] = sha256_hex(view(bytes));
  for (const auto& [name, tensor] : contents->tensors) {
    lungs.tensors.push_back({name,
                             tensor.dtype,
                             tensor.shape,
                             {tensor.bytes.data, tensor.bytes.data + tensor.bytes.size}});
  }
  return lungs;
}

}  // namespace thoraxlite
