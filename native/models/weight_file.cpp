#include "models/weight_file.h"

#include <torch/torch.h>

#include <cstring>
#include <stdexcept>

#include "core/model/safetensors.h"
#include "data/file_bytes.h"

namespace thoraxlite {
namespace {

torch::ScalarType type_of_dtype(const std::string& dtype) {
  if (dtype == "F32") return torch::kFloat32;
  if (dtype == "F16") return torch::kFloat16;
  if (dtype == "BF16") return torch::kBFloat16;
  if (dtype == "F64") return torch::kFloat64;
  if (dtype == "I64") return torch::kInt64;
  throw std::runtime_error("its dtype is " + dtype + "; expected F16, BF16, F32, F64 or I64");
}

}  // namespace

TensorsByName read_safetensors(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file);
  const Result<Safetensors> parsed = parse_safetensors(view(bytes));
  if (!parsed) throw std::runtime_error(file.string() + ": " + parsed.error().message);
  TensorsByName tensors;
  for (const auto& [name, stored] : parsed->tensors) {
    try {
      const torch::Tensor values = torch::empty(stored.shape, type_of_dtype(stored.dtype));
      // An empty tensor may have no address at all.
      if (values.numel() > 0) {
        std::memcpy(values.data_ptr(), stored.bytes.data, stored.bytes.size);
      }
      tensors[name] = values;
    } catch (const std::exception& error) {
      const std::string reason = error.what();
      throw std::runtime_error(file.string() + ": tensor \"" + name +
                               "\": " + reason.substr(0, reason.find('\n')));
    }
  }
  return tensors;
}

TensorsByName read_weights(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".safetensors") return read_safetensors(file);
  // model.pth.tar is an old habit; it never was an archive of tar.
  if (ending == ".pt" || ending == ".pth" || ending == ".ckpt" || ending == ".bin" ||
      ending == ".tar") {
    return read_state_dict(file);
  }
  throw std::runtime_error(file.string() + ": its ending is \"" + ending +
                           "\"; expected .safetensors, .pt, .pth, .ckpt, .bin or .pth.tar");
}

}  // namespace thoraxlite
