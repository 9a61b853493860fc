// A trained network to the one that the model file holds.
//
//   norm(conv(x)) = conv'(x),  w' = w s,  b' = t,  where norm(x) = x s + t,
//   s = g / sqrt(v + e),  t = beta - m s
//
// A norm that stands before its convolution stays as a scale_shift. Computed in double, from the
// running statistics of the norms; what it gives is what forward gives in evaluation mode.
#pragma once

#include "export/folded_network.h"
#include "models/lung_network.h"

namespace thoraxlite {

// A student's nodes are conv1, pool1, ..., pool3, global_pool, fc1, fc2; those of a DenseNet have
// torchvision's names, features.conv0 to classifier, and each dense layer has a node concat more:
// the block's input with what its layers have given so far.
// Throws std::runtime_error for any other network, and for one that reads more than one channel.
FoldedNetwork fold(const Network& network);

// The same of the lung field's network; its nodes are down1 to down4, deep1, deep2, up3 to up1,
// with their upsampled and joined maps, and lungs.
FoldedNetwork fold(const LungNetwork& network);

// Whether fold() takes networks of this kind.
bool can_fold(const Network& network);

}  // namespace thoraxlite
