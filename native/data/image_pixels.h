// An image file as the bytes that a network is given, by the very code that prepares a film for
// screening.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/image/grey_image.h"
#include "core/result.h"

namespace thoraxlite {

// Resized to size x size (core/image/prepare.h): size * size bytes, row by row, 0 black .. 255.
void store_pixels(const GreyImage& image, int size, std::uint8_t* pixels);

// The same of a JPEG or PNG file. Errors, with pixels untouched: unreadable, or not an image.
Result<void> read_pixels(const std::filesystem::path& file, int size, std::uint8_t* pixels);

}  // namespace thoraxlite
