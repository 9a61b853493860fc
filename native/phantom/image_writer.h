// Grey images to files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

// Grey PNG at the image's bit depth. Throws std::runtime_error naming the file.
void write_png(const std::filesystem::path& file, const GreyImage& image);

// JPEG of an 8-bit image, quality 88. Throws std::runtime_error naming the file, and
// std::invalid_argument for a 16-bit image.
void write_jpeg(const std::filesystem::path& file, const GreyImage& image);

inline constexpr int kJpegQuality = 88;

// The same JPEG in memory, or of another quality, 1 .. 100. Throws std::invalid_argument for a
// 16-bit image.
std::vector<std::uint8_t> encode_jpeg(const GreyImage& image, int quality = kJpegQuality);

}  // namespace thoraxlite
