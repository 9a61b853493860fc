// An ONNX file of any bytes: it is read, and each of its nodes mapped by what the file says of the
// values that it reads, or there is a sentence.
#include <cstdlib>

#include "import/onnx_node.h"

using namespace thoraxlite;

namespace {

void check(const Result<MappedNode>& mapped, const std::vector<OnnxOperand>& operands) {
  if (!mapped) {
    if (mapped.error().message.empty()) std::abort();
    return;
  }
  for (const std::size_t index : mapped->reads) {
    if (index >= operands.size() || operands[index].constant != nullptr) std::abort();
  }
  for (const auto& [name, tensor] : mapped->tensors) {
    const auto count = elements_of(tensor.shape);
    if (!count || static_cast<std::size_t>(*count) != tensor.values.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = read_onnx({data, size});
  if (!file) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  std::map<std::string, std::vector<std::int64_t>> dims;
  for (const OnnxValue& input : file->inputs) {
    if (input.dims) dims[input.name] = *input.dims;
  }
  for (const OnnxNode& node : file->nodes) {
    std::vector<OnnxOperand> operands;
    for (const std::string& name : node.inputs) {
      const auto constant = file->constants.find(name);
      if (constant != file->constants.end()) {
        operands.push_back({constant->second.dims, &constant->second});
      } else {
        operands.push_back(
            {dims.count(name) > 0 ? dims[name] : std::vector<std::int64_t>{1, 8, 8, 8}, nullptr});
      }
    }
    check(map_onnx_node(node, file->opsets.count("") > 0 ? file->opsets.at("") : 13, operands),
          operands);
  }
  return 0;
}
