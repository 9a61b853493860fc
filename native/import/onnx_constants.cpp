#include "import/onnx_constants.h"

#include <ATen/ExpandUtils.h>
#include <torch/torch.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "import/onnx_node.h"

namespace thoraxlite {
namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t kMostValues = std::int64_t{1} << 26;  // of a constant that is worked out
constexpr std::size_t kMostDims = 16;

[[noreturn]] void refuse(const OnnxNode& node, const std::string& what) {
  throw std::runtime_error(shown(node) + " " + what);
}

torch::Tensor to_torch(const OnnxTensor& tensor) {
  if (!tensor.floats.empty()) return torch::tensor(tensor.floats).reshape(tensor.dims);
  if (!tensor.integers.empty()) {
    return torch::tensor(tensor.integers, torch::kInt64).reshape(tensor.dims);
  }
  return torch::empty(tensor.dims, torch::kInt64);
}

std::int64_t attribute(const OnnxNode& node, const char* name, std::int64_t fallback) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? fallback : found->second.integer;
}

// Given as an attribute, or in later opsets as an operand.
std::optional<Dims> listed(const OnnxNode& node, const char* name,
                           const std::vector<const OnnxTensor*>& operands, std::size_t at) {
  const auto found = node.attributes.find(name);
  if (found != node.attributes.end()) return found->second.integers;
  if (at < operands.size() && operands[at]) return operands[at]->integers;
  return std::nullopt;
}

std::int64_t axis_of(const OnnxNode& node, std::int64_t axis, std::size_t dims) {
  const auto count = static_cast<std::int64_t>(dims);
  if (axis < -count || axis >= count) refuse(node, "has an axis that its operand lacks");
  return axis < 0 ? axis + count : axis;
}

Dims squeezed(const OnnxNode& node, Dims dims, std::optional<Dims> axes) {
  std::vector<bool> gone(dims.size());
  if (axes) {
    for (const std::int64_t axis : *axes) {
      gone[static_cast<std::size_t>(axis_of(node, axis, dims.size()))] = true;
    }
  } else {
    for (std::size_t i = 0; i < dims.size(); ++i) gone[i] = dims[i] == 1;
  }
  Dims result;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!gone[i]) result.push_back(dims[i]);
    if (gone[i] && dims[i] != 1) refuse(node, "squeezes a side that is longer than 1");
  }
  return result;
}

Dims unsqueezed(const OnnxNode& node, const Dims& dims, const std::optional<Dims>& axes) {
  if (!axes || dims.size() + axes->size() > kMostDims) refuse(node, "has no axes, or too many");
  const std::size_t size = dims.size() + axes->size();
  std::vector<bool> added(size);
  for (const std::int64_t axis : *axes) {
    const auto at = static_cast<std::size_t>(axis_of(node, axis, size));
    if (added[at]) refuse(node, "has an axis twice");
    added[at] = true;
  }
  Dims result;
  std::size_t next = 0;
  for (std::size_t i = 0; i < size; ++i) result.push_back(added[i] ? 1 : dims[next++]);
  return result;
}

std::int64_t count_of(const OnnxNode& node, const Dims& dims) {
  const auto count = elements_of(dims);
  if (!count) refuse(node, "gives the dims " + shown_dims(dims) + ", which are none");
  return *count;
}

// 0 is as before, -1 what is left.
Dims reshape_to(const OnnxNode& node, const Dims& dims, const Dims& wanted) {
  if (wanted.size() > kMostDims) refuse(node, "gives too many dims");
  const bool allow_zero = attribute(node, "allowzero", 0) != 0;
  Dims result = wanted;
  std::int64_t known = 1;
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == 0 && !allow_zero) {
      if (i >= dims.size()) refuse(node, "copies a side that its operand lacks");
      result[i] = dims[i];
    }
    if (result[i] == -1 && !open) {
      open = i;
    } else if (result[i] < 0 || (known = count_of(node, {known, result[i]})) < 0) {
      refuse(node, "gives the dims " + shown_dims(wanted) + ", which are none");
    }
  }
  const std::int64_t count = count_of(node, dims);
  if (open) result[*open] = known == 0 ? 0 : count / known;
  if (count_of(node, result) != count) {
    refuse(node, "makes " + shown_dims(wanted) + " of " + shown_dims(dims) +
                     ", which have other numbers of values");
  }
  return result;
}

Dims permutation(const OnnxNode& node, std::size_t size) {
  Dims perm(size);
  std::iota(perm.rbegin(), perm.rend(), 0);
  const auto found = node.attributes.find("perm");
  if (found != node.attributes.end()) perm = found->second.integers;
  Dims sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < size; ++i) {
    if (sorted.size() != size || sorted[i] != static_cast<std::int64_t>(i)) {
      refuse(node, "has a permutation that is none");
    }
  }
  return perm;
}

// From start down to what lies behind end; a negative place counts from the side's end.
torch::Tensor backwards(const torch::Tensor& x, std::int64_t axis, std::int64_t start,
                        std::int64_t end, std::int64_t step) {
  const std::int64_t side = x.size(axis);
  const auto place = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + side : at, -1, side - 1);
  };
  std::vector<std::int64_t> kept;
  for (std::int64_t at = place(start); at > place(end); at += std::max(step, -side - 1)) {
    kept.push_back(at);
  }
  return x.index_select(axis, torch::tensor(kept, torch::kInt64));
}

torch::Tensor slice(const OnnxNode& node, torch::Tensor x,
                    const std::vector<const OnnxTensor*>& operands) {
  const auto starts = listed(node, "starts", operands, 1), ends = listed(node, "ends", operands, 2);
  const auto axes = listed(node, "axes", operands, 3), steps = listed(node, "steps", operands, 4);
  if (!starts || !ends || starts->size() != ends->size() ||
      (axes && axes->size() != starts->size()) || (steps && steps->size() != starts->size())) {
    refuse(node, "lacks its starts or ends");
  }
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const std::int64_t axis = axes ? (*axes)[i] : static_cast<std::int64_t>(i);
    const std::int64_t step = steps ? (*steps)[i] : 1;
    if (step == 0) refuse(node, "goes nowhere");
    if (step < 0) {
      x = backwards(x, axis_of(node, axis, static_cast<std::size_t>(x.dim())), (*starts)[i],
                    (*ends)[i], step);
      continue;
    }
    x = x.slice(axis_of(node, axis, static_cast<std::size_t>(x.dim())), (*starts)[i], (*ends)[i],
                step);
  }
  return x;
}

torch::Tensor gather(const OnnxNode& node, const torch::Tensor& x, const torch::Tensor& indices) {
  const std::int64_t axis =
      axis_of(node, attribute(node, "axis", 0), static_cast<std::size_t>(x.dim()));
  const std::int64_t side = x.size(axis);
  torch::Tensor at = indices.to(torch::kInt64).flatten();
  at = torch::where(at < 0, at + side, at);
  if (side == 0 || ((at < 0) | (at >= side)).any().item<bool>()) {
    refuse(node, "takes an element that its operand lacks");
  }
  if (at.numel() > 0 && x.numel() / side > kMostValues / at.numel()) {
    refuse(node, "works out a constant that is too large");
  }
  Dims dims = x.sizes().vec();
  const Dims in_place = indices.sizes().vec();
  dims.erase(dims.begin() + axis);
  dims.insert(dims.begin() + axis, in_place.begin(), in_place.end());
  return x.index_select(axis, at).reshape(dims);
}

// Of what two operands make together, each repeated along the sides of 1.
Dims broadcast(const OnnxNode& node, const Dims& a, const Dims& b) {
  const auto sizes = at::infer_size(a, b);
  const Dims dims(sizes.begin(), sizes.end());
  if (count_of(node, dims) > kMostValues) refuse(node, "works out a constant that is too large");
  return dims;
}

torch::Tensor binary(const OnnxNode& node, const torch::Tensor& a, const torch::Tensor& b) {
  broadcast(node, a.sizes().vec(), b.sizes().vec());
  if (node.op == "Add") return a + b;
  if (node.op == "Sub") return a - b;
  if (node.op == "Mul") return a * b;
  if (node.op == "Equal") return (a == b).to(torch::kInt64);
  if (a.is_floating_point()) return a / b;
  if ((b == 0).any().item<bool>()) refuse(node, "divides by 0");
  // The one quotient that int64 lacks, for which processors stop the program.
  const bool overflows = (a == std::numeric_limits<std::int64_t>::min()).any().item<bool>() &&
                         (b == -1).any().item<bool>();
  if (overflows) refuse(node, "divides the least whole number by -1");
  return torch::div(a, b, "trunc");
}

torch::Tensor product_over(const OnnxNode& node, torch::Tensor x, const std::optional<Dims>& said) {
  const bool keep = attribute(node, "keepdims", 1) != 0;
  Dims axes = said.value_or(Dims{});
  if (axes.empty()) {
    if (attribute(node, "noop_with_empty_axes", 0) != 0) return x;
    axes.resize(static_cast<std::size_t>(x.dim()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  for (std::int64_t& axis : axes) axis = axis_of(node, axis, static_cast<std::size_t>(x.dim()));
  std::sort(axes.rbegin(), axes.rend());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) {
    refuse(node, "has an axis twice");
  }
  for (const std::int64_t axis : axes) x = x.prod(axis, keep);
  return x;
}

using Operands = std::vector<torch::Tensor>;

torch::Tensor folded(const OnnxNode& node, const Operands& x,
                     const std::vector<const OnnxTensor*>& operands) {
  const std::string& op = node.op;
  const auto need = [&](std::size_t count) {
    if (x.size() < count) refuse(node, "lacks an operand");
    for (std::size_t i = 0; i < count; ++i) {
      if (!x[i].defined()) refuse(node, "lacks an operand");
    }
  };
  if (op == "ConstantOfShape") {
    need(1);
    if (count_of(node, operands[0]->integers) > kMostValues) refuse(node, "is too large");
    const auto value = node.attributes.find("value");
    if (value == node.attributes.end()) return torch::zeros(operands[0]->integers);
    return to_torch(value->second.tensor).flatten()[0].expand(operands[0]->integers).contiguous();
  }
  need(1);
  if (op == "Identity" || op == "Dropout") return x[0];
  if (op == "Cast") {
    // Whole numbers are cut towards 0, as C does.
    constexpr std::int64_t kFloats[] = {1, 10, 11, 16};
    const bool floats =
        std::count(std::begin(kFloats), std::end(kFloats), attribute(node, "to", 1)) > 0;
    return x[0].to(floats ? torch::kFloat32 : torch::kInt64);
  }
  if (op == "Reshape" || op == "Flatten" || op == "Squeeze" || op == "Unsqueeze") {
    std::vector<const OnnxTensor*> rest(operands.begin() + 1, operands.end());
    return x[0].reshape(reshaped_dims(node, x[0].sizes().vec(), rest));
  }
  if (op == "Transpose") {
    return x[0].permute(permutation(node, static_cast<std::size_t>(x[0].dim())));
  }
  if (op == "Concat") {
    need(x.size());
    std::int64_t values = 0;
    for (const torch::Tensor& part : x) values += part.numel();
    if (values > kMostValues) refuse(node, "works out a constant that is too large");
    return torch::cat(
        x, axis_of(node, attribute(node, "axis", 0), static_cast<std::size_t>(x[0].dim())));
  }
  if (op == "Slice") return slice(node, x[0], operands);
  if (op == "Neg") return -x[0];
  if (op == "Sqrt") return x[0].sqrt();
  if (op == "Reciprocal") return 1 / x[0];
  if (op == "Floor") return x[0].is_floating_point() ? x[0].floor() : x[0];
  if (op == "Ceil") return x[0].is_floating_point() ? x[0].ceil() : x[0];
  if (op == "ReduceProd") return product_over(node, x[0], listed(node, "axes", operands, 1));
  need(2);
  if (op == "Gather") return gather(node, x[0], x[1]);
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div" || op == "Equal") {
    return binary(node, x[0], x[1]);
  }
  need(3);
  if (op == "Where") {
    const Dims chosen = broadcast(node, x[1].sizes().vec(), x[2].sizes().vec());
    broadcast(node, x[0].sizes().vec(), chosen);
    return torch::where(x[0].to(torch::kBool), x[1], x[2]);
  }
  refuse(node, "is no operator that works on constants here");
}

// Of any type, as float32 or int64; the constant's dims stay.
void set_values(OnnxTensor& constant, const torch::Tensor& values) {
  constant.floats.clear();
  constant.integers.clear();
  const torch::Tensor flat = values.flatten();
  if (values.is_floating_point()) {
    const torch::Tensor floats = flat.to(torch::kFloat32).contiguous();
    const auto* first = floats.data_ptr<float>();
    constant.floats.assign(first, first + floats.numel());
    constant.type = "float32";
  } else {
    const torch::Tensor integers = flat.to(torch::kInt64).contiguous();
    const auto* first = integers.data_ptr<std::int64_t>();
    constant.integers.assign(first, first + integers.numel());
    constant.type = "int64";
  }
}

}  // namespace

OnnxTensor fold_onnx_constants(const OnnxNode& node,
                               const std::vector<const OnnxTensor*>& operands) {
  OnnxTensor result;
  if (node.op == "Constant") {
    for (const auto& [name, value] : node.attributes) {
      if (name == "value") return value.tensor;
      if (name == "value_float" || name == "value_floats") {
        result.type = "float32";
        result.floats = name == "value_float" ? std::vector<float>{value.number} : value.numbers;
        if (name == "value_floats") result.dims = {static_cast<std::int64_t>(result.floats.size())};
        return result;
      }
      if (name == "value_int" || name == "value_ints") {
        result.type = "int64";
        result.integers = name == "value_int" ? Dims{value.integer} : value.integers;
        if (name == "value_ints") result.dims = {static_cast<std::int64_t>(result.integers.size())};
        return result;
      }
    }
    refuse(node, "holds no numbers");
  }
  Operands tensors;
  for (const OnnxTensor* operand : operands) {
    if (operand && !operand->has_values() && count_of(node, operand->dims) > 0) {
      refuse(node, "reads constants of " + operand->type);
    }
    tensors.push_back(operand ? to_torch(*operand) : torch::Tensor());
  }
  try {
    const torch::Tensor values = folded(node, tensors, operands);
    result.dims = values.sizes().vec();
    set_values(result, values);
    return result;
  } catch (const c10::Error& error) {
    const std::string reason = error.what_without_backtrace();
    refuse(node, "has operands that do not fit: " + reason.substr(0, reason.find('\n')));
  }
}

std::vector<std::int64_t> reshaped_dims(const OnnxNode& node, const Dims& dims,
                                        const std::vector<const OnnxTensor*>& rest) {
  const std::string& op = node.op;
  if (op == "Identity" || op == "Dropout" || op == "Cast") {
    if (op == "Dropout" && rest.size() > 1 && rest[1] && !rest[1]->integers.empty() &&
        rest[1]->integers[0] != 0) {
      refuse(node, "drops values as in training");
    }
    return dims;
  }
  if (op == "Flatten") {
    const std::int64_t axis = attribute(node, "axis", 1);
    const auto at = axis < 0 ? axis + static_cast<std::int64_t>(dims.size()) : axis;
    if (at < 0 || at > static_cast<std::int64_t>(dims.size())) refuse(node, "has a wrong axis");
    return {count_of(node, {dims.begin(), dims.begin() + at}),
            count_of(node, {dims.begin() + at, dims.end()})};
  }
  if (op == "Squeeze") return squeezed(node, dims, listed(node, "axes", rest, 0));
  if (op == "Unsqueeze") return unsqueezed(node, dims, listed(node, "axes", rest, 0));
  if (op == "Reshape") {
    const auto wanted = listed(node, "shape", rest, 0);
    if (!wanted) refuse(node, "lacks its shape");
    return reshape_to(node, dims, *wanted);
  }
  if (op == "Expand") {
    const auto wanted = listed(node, "shape", rest, 0);
    if (!wanted || wanted->size() > dims.size()) refuse(node, "repeats values");
    for (std::size_t i = 0; i < wanted->size(); ++i) {
      const std::int64_t side = dims[dims.size() - wanted->size() + i];
      if ((*wanted)[i] != 1 && (*wanted)[i] != side) refuse(node, "repeats values");
    }
    return dims;
  }
  // Transpose: sides of 1 may go anywhere.
  const Dims perm = permutation(node, dims.size());
  Dims result;
  std::int64_t last = -1;
  for (const std::int64_t from : perm) {
    const std::int64_t side = dims[static_cast<std::size_t>(from)];
    result.push_back(side);
    if (side == 1) continue;
    if (from < last) {
      refuse(node, "puts the values " + shown_dims(dims) + " into another order, " +
                       shown_dims(perm) + "; expected one that model files have, channels first");
    }
    last = from;
  }
  return result;
}

}  // namespace thoraxlite
