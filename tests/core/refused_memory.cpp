#include "refused_memory.h"

#include <cstdlib>
#include <new>
#include <utility>

namespace {

thoraxlite::Refuse refused = thoraxlite::Refuse::none;
long left = 0;
thoraxlite::Requests noted;

bool is_refused() {
  if (refused == thoraxlite::Refuse::none) return false;
  if (left > 0) {
    --left;
    return false;
  }
  if (refused == thoraxlite::Refuse::one) refused = thoraxlite::Refuse::none;
  return true;
}

}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __wrap_malloc(std::size_t size) {
  ++noted.count;
  noted.bytes += static_cast<long>(size);
  return is_refused() ? nullptr : __real_malloc(size);
}
}

void* operator new(std::size_t size) {
  if (void* memory = __wrap_malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return __wrap_malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept {
  return operator new(size, nothrow);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace thoraxlite {

void refuse_memory(Refuse kind, long granted) {
  left = granted;
  refused = kind;
}

Requests requests() {
  return std::exchange(noted, {});
}

long grant_memory() {
  refused = Refuse::none;
  return left;
}

}  // namespace thoraxlite
