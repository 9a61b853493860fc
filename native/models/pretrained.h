// Weights from elsewhere, such as ImageNet's, as the start of a network's training.
//
// A network for grey images takes weights for colour by adding up the first convolution over its
// three input channels: grey images repeated in three channels would give just this sum, borders
// included. Torchvision's networks expect (x - mean) / std with x in 0..1 and, for red, green and
// blue, means 0.485, 0.456, 0.406 and deviations 0.229, 0.224, 0.225. One mean and deviation for
// grey, 0.449 and 0.226, differ from these by at most 0.2 deviations, which the norm behind the
// first convolution takes up in training. Torchvision's Inception-V3 is the exception: with its
// weights it turns its input (transform_input) into (x - 0.5) / 0.5, so its mean and deviation are
// 0.5; InceptionV3 here expects the images so normalised.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/network.h"

namespace thoraxlite {

// files: one whose tensors are named as the network's parameters and buffers, in any format of
// weight_file.h; or, for an Ensemble, one for each member, in order. Names may have words of a
// wrapper in front of them all ("module.", "model.net."), be timm's, torchvision's of before 2018,
// or have the last layer by another usual name.
//
// Says on standard error what is not loaded as it stands: the linear layers that give the labels
// where their number differs or they are missing, and an auxiliary head that is missing (they are
// newly drawn); tensors outside the wrapper's words; TorchXRayVision's op_threshs; and a first
// convolution summed for grey. num_batches_tracked may be missing. Throws std::runtime_error naming
// the file and the tensor if anything else is missing, unexpected, of another shape or not finite;
// the network is then as before.
void load_pretrained(Network& network, const std::vector<std::filesystem::path>& files);

// The same from a network of this architecture, which may have other labels; `source` names it.
void load_pretrained(Network& network, const Network& other, const std::string& source);

}  // namespace thoraxlite
