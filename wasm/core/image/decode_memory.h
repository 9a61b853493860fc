// The memory that decoding asks for by the size of an image, kept from one file to the next: the
// films of a folder mostly are of one size, and memory that is given back is not always found again
// in one piece.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace thoraxlite {

class DecodeMemory {
 public:
  static constexpr std::size_t kPieces = 6;

  // So many bytes of anything, for decoders; valid until the same piece is asked for again. nullptr
  // where there is no memory: a header of a few bytes may state half a gigabyte.
  std::uint8_t* piece(std::size_t index, std::size_t size) {
    Piece& piece = pieces_[index];
    if (size > piece.size) {
      piece = {};  // first, since there may not be room for both
      piece.bytes.reset(static_cast<std::uint8_t*>(std::malloc(size)));
      if (piece.bytes != nullptr) piece.size = size;
    }
    return piece.bytes.get();
  }

  // Gives back what few films need.
  void end_film() {
    for (Piece& piece : pieces_) {
      if (piece.size > kMostKept) piece = {};
    }
  }
  static constexpr std::size_t kMostKept = 32 << 20;  // bytes: a PNG of 4000x4000 in 16 bits

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const { std::free(bytes); }
  };
  struct Piece {
    std::unique_ptr<std::uint8_t, Free> bytes;
    std::size_t size = 0;
  };
  std::array<Piece, kPieces> pieces_;
};

}  // namespace thoraxlite
