// The paper's student: three convolution blocks and linear layers.
//
//   conv 5x5 -> 64, conv 3x3 -> 64, conv 3x3 -> 128, each batch norm, ReLU, 2x2 max-pool;
//   global average; linear -> hidden, ReLU; linear -> labels.
//
// Kernels and channel counts are the paper's; pooling, norm, the hidden layer and the first stride
// are ours, since the paper leaves them open.
#pragma once

#include <array>

#include "models/network.h"

namespace thoraxlite {

struct StudentOptions {
  std::int64_t labels = 3;
  std::array<std::int64_t, 3> channels = {64, 64, 128};
  std::int64_t hidden = 64;  // width of fc1
  std::int64_t stride = 1;   // of conv1
  double dropout = 0.2;      // before fc2, in training
};

class Student : public Network {
 public:
  explicit Student(const StudentOptions& options);

  // Feature maps: conv1, pool1, conv2, pool2, conv3, pool3,
  // global_pool, fc1; a conv's map is the one behind its norm and ReLU, as in the model file.
  ModelOutput forward(const torch::Tensor& images) override;

  StudentOptions options;
  torch::nn::Conv2d conv1{nullptr}, conv2{nullptr}, conv3{nullptr};
  torch::nn::BatchNorm2d norm1{nullptr}, norm2{nullptr}, norm3{nullptr};
  torch::nn::Linear fc1{nullptr}, fc2{nullptr};
};

}  // namespace thoraxlite
