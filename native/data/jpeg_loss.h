// What saving an image as JPEG takes from it, for a batch of images on whatever device holds it.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// Each image as it comes back from grey JPEG of its quality: the standard's transform of 8x8
// blocks, and its example table for luminance (ITU-T T.81, A.3.3 and K.1) scaled as libjpeg does.
// images: float32 [B, 1, H, W] in [0, 1]; the same shape and range come back, in 255ths. quality:
// float32 [B] on the CPU, 1 .. 100, of which whole numbers are taken. Borders are repeated up to
// whole blocks.
torch::Tensor jpeg_loss(const torch::Tensor& images, const torch::Tensor& quality);

}  // namespace thoraxlite
