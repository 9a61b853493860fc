#include "data/batch_reader.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "data/image_pixels.h"

namespace thoraxlite {
namespace {

// What slow files hold up in one batch, the next ones make up for; where batches are small, threads
// must find work beyond the next one.
constexpr std::int64_t kBatchesAhead = 8;

}  // namespace

// Batches are filled image by image in a ring of slots: threads take the next image of the order
// while its batch has a slot, and the batch that is handed out gives its slot to a later one.
class BatchReader::Stream {
 public:
  Stream(const ImageSet& set, const torch::Tensor& order, std::int64_t batch, std::int64_t threads)
      : set_(set),
        order_(order),
        batch_(batch),
        images_(order.numel()),
        batches_((images_ + batch - 1) / batch),
        slots_(static_cast<std::size_t>(std::max(kBatchesAhead, 2 + 2 * threads / batch))) {
    for (std::int64_t i = 0; i < std::min(batches_, ring()); ++i) open(i);
  }

  ~Stream() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // Apart from the constructor, so that the destructor joins whatever was started.
  void start(std::int64_t threads) {
    for (std::int64_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { read_images(); });
    }
  }

  // Only while there is one more batch.
  Batch next() {
    Slot& slot = slot_of(delivered_);
    {
      std::unique_lock<std::mutex> lock(mutex_);
      ready_.wait(lock, [&] { return failure_ || slot.left == 0; });
      if (failure_) std::rethrow_exception(failure_);
    }
    Batch batch = std::move(slot.batch);
    // No thread takes an image of this slot before delivered_ says that it is free.
    if (delivered_ + ring() < batches_) open(delivered_ + ring());
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++delivered_;
    }
    room_.notify_all();
    return batch;
  }

 private:
  struct Slot {
    Batch batch;
    std::int64_t left = 0;  // images still to be read
  };

  std::int64_t ring() const { return static_cast<std::int64_t>(slots_.size()); }

  Slot& slot_of(std::int64_t number) { return slots_[static_cast<std::size_t>(number % ring())]; }

  void open(std::int64_t number) {
    const std::int64_t begin = number * batch_;
    Slot& slot = slot_of(number);
    slot.left = std::min(batch_, images_ - begin);
    slot.batch.index = order_.narrow(0, begin, slot.left);
    slot.batch.pixels = torch::zeros({slot.left, 1, set_.side, set_.side}, torch::kUInt8);
    slot.batch.targets = set_.targets.index_select(0, slot.batch.index);
  }

  bool has_room() const { return taken_ < (delivered_ + ring()) * batch_; }

  void read_images() {
    // Outside of what may throw: from what went wrong until that is stored, no other thread may
    // count an image of its own.
    std::unique_lock<std::mutex> lock(mutex_);
    try {
      for (;;) {
        room_.wait(lock, [&] { return stop_ || taken_ == images_ || has_room(); });
        if (stop_ || taken_ == images_) return;
        const std::int64_t i = taken_++;
        Slot& slot = slot_of(i / batch_);
        const auto image = static_cast<std::size_t>(order_.data_ptr<std::int64_t>()[i]);
        auto* pixels =
            slot.batch.pixels.data_ptr<std::uint8_t>() + i % batch_ * set_.side * set_.side;

        lock.unlock();
        const Result<void> read = read_pixels(set_.files[image], set_.side, pixels);
        lock.lock();
        if (stop_) return;
        if (!read) {
          std::cerr << set_.files[image].string() << ": " << read.error().message
                    << " Not counted.\n";
          slot.batch.targets[i % batch_].fill_(kUnknown);
          if (++unreadable_ * 100 > images_) {
            throw std::runtime_error("at least " + std::to_string(unreadable_) + " of " +
                                     std::to_string(images_) +
                                     " images cannot be read; expected at most one in a hundred");
          }
        }
        if (--slot.left == 0) ready_.notify_one();
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      if (!failure_) failure_ = std::current_exception();
      stop_ = true;
      room_.notify_all();
      ready_.notify_one();
    }
  }

  const ImageSet& set_;
  const torch::Tensor order_;
  const std::int64_t batch_;
  const std::int64_t images_;
  const std::int64_t batches_;

  std::mutex mutex_;               // for what follows, but not for pixels of images that were taken
  std::condition_variable room_;   // a slot became free, or it is time to stop
  std::condition_variable ready_;  // a batch became full, or something went wrong
  std::vector<Slot> slots_;
  std::int64_t taken_ = 0;      // images
  std::int64_t delivered_ = 0;  // batches; written by next() alone
  std::int64_t unreadable_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

BatchReader::BatchReader(const ImageSet& set, const torch::Tensor& order, std::int64_t batch)
    : set_(set), order_(order.contiguous()), batch_(batch) {
  const bool fits = order_.dim() == 1 && order_.scalar_type() == torch::kInt64 && batch >= 1 &&
                    (order_.numel() == 0 || (order_.min().item<std::int64_t>() >= 0 &&
                                             order_.max().item<std::int64_t>() < set.size()));
  if (!fits) {
    throw std::runtime_error(
        "the order of batches does not fit; expected int64 indices from 0 to " +
        std::to_string(set.size() - 1) + ", and at least 1 image a batch");
  }
  if (!set.streams()) return;
  // The process's share of the cores (use_all_cores), where several work on one machine.
  const std::int64_t threads = at::get_num_threads();
  stream_ = std::make_unique<Stream>(set_, order_, batch_, threads);
  stream_->start(threads);
}

BatchReader::~BatchReader() = default;

std::optional<Batch> BatchReader::next() {
  const std::int64_t count = std::min(batch_, order_.numel() - done_);
  if (count == 0) return std::nullopt;
  Batch batch;
  if (stream_) {
    batch = stream_->next();
  } else {
    batch.index = order_.narrow(0, done_, count);
    batch.pixels = set_.pixels.index_select(0, batch.index);
    batch.targets = set_.targets.index_select(0, batch.index);
  }
  done_ += count;
  return batch;
}

}  // namespace thoraxlite
