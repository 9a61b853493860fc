// All floats of an engine in one piece of memory, zeros at first. Who needs some reserves them and
// keeps the offset; after allocate() that becomes an address.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace thoraxlite {

class Arena {
 public:
  // The offset of `count` floats, to be asked for before allocate().
  std::size_t reserve(std::size_t count) {
    const std::size_t offset = size_;
    size_ += (count + kAlignment / sizeof(float) - 1) / (kAlignment / sizeof(float)) *
             (kAlignment / sizeof(float));
    return offset;
  }

  void allocate() {
    floats_.reset(
        static_cast<float*>(::operator new(size_ * sizeof(float), std::align_val_t{kAlignment})));
    std::fill_n(floats_.get(), size_, 0.0f);
  }

  float* at(std::size_t offset) const { return floats_.get() + offset; }

 private:
  static constexpr std::size_t kAlignment = 64;  // bytes: of a cache line, and of the widest vector

  struct Delete {
    void operator()(float* floats) const {
      ::operator delete(floats, std::align_val_t{kAlignment});
    }
  };
  std::unique_ptr<float, Delete> floats_;
  std::size_t size_ = 0;
};

}  // namespace thoraxlite
