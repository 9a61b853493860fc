#include "data/file_bytes.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace thoraxlite {

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                            std::uintmax_t most) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail("There is no such file.");
  if (!std::filesystem::is_regular_file(status)) return fail("This is not a regular file.");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return fail("The file cannot be read: " + error.message() + ".");
  if (size > most) {
    return fail("The file has " + std::to_string(size >> 20) + " MB; expected at most " +
                std::to_string(most >> 20) + '.');
  }

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!file) return fail("The file cannot be read; is it permitted?");
  return bytes;
}

std::vector<std::uint8_t> require_file(const std::filesystem::path& path, std::uintmax_t most) {
  auto bytes = read_file(path, most);
  if (!bytes) throw std::runtime_error(path.string() + ": " + bytes.error().message);
  return std::move(*bytes);
}

std::string sha256_hex(ByteView bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data, bytes.size, digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace thoraxlite
