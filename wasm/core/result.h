// Errors as values: the only way anything in the core reports failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace thoraxlite {

// One sentence for a person: what was wrong and what was expected.
struct Error {
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

// So short that a std::string holds it without asking for memory.
inline constexpr const char* kOutOfMemory = "Out of memory.";

// Bytes that somebody else owns.
struct ByteView {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

}  // namespace thoraxlite
