// Which tensors lie where in what torch.save wrote, before any is read. Nothing here needs
// LibTorch, so that it is fuzzed on its own (tests/fuzz/fuzz_weights.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "models/pickle.h"

namespace thoraxlite {

enum class ElementType {
  float16,
  bfloat16,
  float32,
  float64,
  int64,
  int32,
  int16,
  int8,
  uint8,
  boolean
};

std::size_t bytes_of(ElementType type);

// Elements of a storage, in the order of C where strides fall.
struct SavedTensor {
  std::string storage;
  ElementType type;
  std::int64_t offset;  // elements
  std::vector<std::int64_t> sizes, strides;
};

struct SavedTensors {
  std::map<std::string, SavedTensor> tensors;  // by name
  // How they were come by, where the file is more than a state_dict: sentences without the file.
  std::vector<std::string> notes;
  std::string module;  // class of a whole module, as package.Class; else empty
  std::vector<std::string>
      labels;  // of the network's outputs, where the file says; some may be empty
};

// A state_dict; a dict that has one under a usual name ("state_dict", "model_state_dict", "model",
// ...) or as its only one beside an optimizer and numbers, as Lightning, timm and most scripts
// write; or a whole module, read as its parameters and buffers. Throws std::runtime_error: none of
// these, several to choose from, an unknown element type, deeper or larger than any network.
SavedTensors find_tensors(const Pickle& pickle);

// The part of `storage` that the tensor reaches, from its offset on. Throws std::runtime_error
// where it leaves the storage, or repeats elements of it.
ByteView elements_of(const SavedTensor& tensor, ByteView storage);

// The stream from before PyTorch 1.6, in which many published weights still come.
struct SavedStream {
  SavedTensors saved;
  std::map<std::string, ByteView> storages;  // by key; views into the file's bytes
};

bool is_saved_stream(ByteView bytes);

// Throws std::runtime_error as above, and for bytes that end early or are big-endian.
SavedStream read_saved_stream(ByteView bytes);

// Whether an entry of a zip archive is compressed. torch.save compresses none, so that an archive
// which would unpack to more than it is was made to. false also for what is no sound archive.
bool has_compressed_entry(ByteView zip);

// Whether a zip archive has a "constants.pkl", as TorchScript's alone have. Unpacks nothing.
bool has_constants(ByteView zip);

}  // namespace thoraxlite
