// What torch.save wrote, of any bytes: a file of before PyTorch 1.6, or one pickle, as it lies in a
// zip archive. Every tensor that is found lies in its storage, or there is a sentence.
#include <cstdlib>
#include <exception>

#include "models/saved_tensors.h"

using namespace thoraxlite;

namespace {

void check(const SavedTensor& tensor, ByteView storage) {
  const ByteView bytes = elements_of(tensor, storage);
  if (bytes.data < storage.data || bytes.size > storage.size) std::abort();
  if (bytes.data + bytes.size > storage.data + storage.size) std::abort();
  std::size_t needed = bytes_of(tensor.type);
  for (const std::int64_t size : tensor.sizes) needed *= static_cast<std::size_t>(size);
  if (needed > storage.size) std::abort();
}

void read(ByteView bytes) {
  has_compressed_entry(bytes);
  has_constants(bytes);
  if (is_saved_stream(bytes)) {
    const SavedStream stream = read_saved_stream(bytes);
    for (const auto& [name, tensor] : stream.saved.tensors) {
      const auto storage = stream.storages.find(tensor.storage);
      if (storage != stream.storages.end()) check(tensor, storage->second);
    }
    return;
  }
  const ByteView whole = bytes;
  const SavedTensors saved = find_tensors(read_pickle(bytes));
  if (saved.tensors.empty() && saved.notes.empty()) return;
  for (const auto& [name, tensor] : saved.tensors) check(tensor, whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read({data, size});
  } catch (const std::exception& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
