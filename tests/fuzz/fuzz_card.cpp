// The input is the card of six otherwise sound files, so that the fuzzer gets past safetensors
// and meets every operator.
#include "made_models.h"
#include "run_loaded.h"

using namespace thoraxlite;

namespace {

ModelParts made_with_novelty() {
  ModelParts parts = made_model();
  add_novelty(parts, 0);
  return parts;
}

ModelParts made_with_lungs() {
  ModelParts parts = made_model();
  add_lungs(parts);
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ModelParts sound[] = {
      made_model(),        made_dense_model(), made_upsampling_model(),
      made_with_novelty(), made_with_lungs(),  made_lungs()};
  for (ModelParts parts : sound) {
    parts.card = nullptr;
    parts.metadata["card"].assign(data, data + size);
    Bytes file;
    try {
      file = parts.write();
    } catch (const nlohmann::json::exception&) {
      return -1;  // not UTF-8: the writer cannot make such a file
    }
    load_and_run({file.data(), file.size()});
  }
  return 0;
}
