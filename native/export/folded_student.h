// The student as the model file holds it: batch norm folded into the convolution before it.
//
//   norm(conv(x)) = conv'(x),  w' = w g / sqrt(v + e),  b' = beta - m g / sqrt(v + e)
#pragma once

#include <map>
#include <string>

#include "models/student.h"

namespace thoraxlite {

struct FoldedStudent {
  std::int64_t stride = 1;                       // of conv1
  std::map<std::string, torch::Tensor> tensors;  // conv1.weight, conv1.bias, ..., fc2.bias; float32
};

// Computed in double, from the running statistics of the norms.
FoldedStudent fold(const Student& student);

// What Student::forward gives in evaluation mode, from the folded tensors. images: [B, 1, H, W].
ModelOutput forward(const FoldedStudent& student, const torch::Tensor& images);

}  // namespace thoraxlite
