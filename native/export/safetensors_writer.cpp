#include "export/safetensors_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace thoraxlite {
namespace {

int element_rank(const NamedTensor& tensor) {
  const std::string& dtype = tensor.dtype;
  if (dtype.find("64") != std::string::npos) return 0;
  if (dtype.find("32") != std::string::npos) return 1;
  if (dtype.find("16") != std::string::npos) return 2;
  return 3;
}

}  // namespace

std::vector<std::uint8_t> write_safetensors(const std::vector<NamedTensor>& tensors,
                                            const std::map<std::string, std::string>& metadata) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return std::pair(element_rank(*a), a->name) < std::pair(element_rank(*b), b->name);
  });

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t end = 0;
  for (const NamedTensor* tensor : order) {
    const std::size_t begin = end;
    end += tensor->bytes.size();
    header[tensor->name] = {
        {"dtype", tensor->dtype}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
  }

  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::vector<std::uint8_t> file;
  file.reserve(8 + text.size() + end);
  for (int byte = 0; byte < 8; ++byte) {
    file.push_back(static_cast<std::uint8_t>(std::uint64_t{text.size()} >> (8 * byte)));
  }
  file.insert(file.end(), text.begin(), text.end());
  for (const NamedTensor* tensor : order) {
    file.insert(file.end(), tensor->bytes.begin(), tensor->bytes.end());
  }
  return file;
}

}  // namespace thoraxlite
