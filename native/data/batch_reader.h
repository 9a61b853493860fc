// The images of a set in a given order, a batch at a time, whether they lie in memory or on disk.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "data/image_set.h"

namespace thoraxlite {

struct Batch {
  torch::Tensor index;    // int64 [b]: which images of the set
  torch::Tensor pixels;   // uint8 [b, 1, side, side]
  torch::Tensor targets;  // float32 [b, labels]
};

// Of a set that streams, every core decodes ahead, a few batches deep; batches are the same as from
// memory, and come in the same order. An image that cannot be read is one line on standard error,
// and comes black with all targets kUnknown.
class BatchReader {
 public:
  // set: must outlive the reader. order: int64 [images], each in 0 .. set.size() - 1, repeats
  // allowed. batch: images, at least 1. Throws std::runtime_error if order or batch is not so.
  BatchReader(const ImageSet& set, const torch::Tensor& order, std::int64_t batch);
  ~BatchReader();  // stops reading at once

  // The next `batch` images of the order, the last time fewer; then nothing. Throws what went wrong
  // in reading: std::runtime_error if more than one in a hundred of the order cannot be read.
  std::optional<Batch> next();

 private:
  class Stream;

  const ImageSet& set_;
  torch::Tensor order_;
  std::int64_t batch_;
  std::int64_t done_ = 0;           // images
  std::unique_ptr<Stream> stream_;  // null where the set is in memory
};

}  // namespace thoraxlite
