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

// The same JPEG in memory. Throws std::invalid_argument for a 16-bit image.
std::vector<std::uint8_t> encode_jpeg(const GreyImage& image);

}  // namespace thoraxlite
