// The networks of torchvision and TorchXRayVision, out of the names and shapes of their tensors:
// what a state dict holds is weights alone, and which layers lie between them is known here.
#pragma once

#include <string>

#include "import/layers.h"
#include "models/state_dict.h"

namespace thoraxlite {

struct TorchNetwork {
  std::string architecture;  // as in "DenseNet", "ResNet", "EfficientNet", "MobileNetV2"
  ImportedLayers layers;
};

// DenseNet, ResNet (also ResNeXt and Wide ResNet), EfficientNet-B0 to B7, MobileNetV2 and
// MobileNetV3 small and large, of any width whose shapes say it; names as in models/weight_names.h.
// Strides, which stand in no tensor, are those of the published networks. `source` names the file
// in messages on standard error. size: pixels a side of the input. Throws std::runtime_error where
// the tensors are none of these networks', where one is missing, does not fit or is not finite, and
// where some are left over.
TorchNetwork read_torch_network(TensorsByName tensors, int size, const std::string& source);

}  // namespace thoraxlite
