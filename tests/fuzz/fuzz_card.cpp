// The input is the card of an otherwise sound file, so that the fuzzer gets past safetensors.
#include "made_models.h"
#include "run_loaded.h"

using namespace thoraxlite;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ModelParts sound = [] {
    ModelParts parts = made_model();
    parts.card = nullptr;
    return parts;
  }();

  ModelParts parts = sound;
  parts.metadata["card"].assign(data, data + size);
  Bytes file;
  try {
    file = parts.write();
  } catch (const nlohmann::json::exception&) {
    return -1;  // not UTF-8: the writer cannot make such a file
  }
  load_and_run({file.data(), file.size()});
  return 0;
}
