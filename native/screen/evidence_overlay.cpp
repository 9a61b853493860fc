#include "evidence_overlay.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxSide = 1024;
constexpr float kMaxOpacity = 0.65f;
constexpr int kMaxNames = 10'000;

using Colour = std::array<float, 3>;

// Viridis at ten even steps, 0 .. 255.
constexpr Colour kViridis[] = {{68, 1, 84},    {72, 40, 120},  {62, 74, 137},  {49, 104, 142},
                               {38, 130, 142}, {31, 158, 137}, {53, 183, 121}, {109, 205, 89},
                               {180, 222, 44}, {253, 231, 37}};

// value in [0, 1]
Colour viridis(float value) {
  const float at = value * (std::size(kViridis) - 1);
  const auto low = std::min(static_cast<std::size_t>(at), std::size(kViridis) - 2);
  const float share = at - static_cast<float>(low);
  Colour colour;
  for (std::size_t c = 0; c < colour.size(); ++c) {
    colour[c] = (1 - share) * kViridis[low][c] + share * kViridis[low + 1][c];
  }
  return colour;
}

struct Map {
  const std::vector<float>& values;
  int width;
  int height;

  float at(int x, int y) const {
    const int column = std::clamp(x, 0, width - 1);
    const int row = std::clamp(y, 0, height - 1);
    return values[static_cast<std::size_t>(row) * width + column];
  }

  // Between the middles of its positions; x and y in [0, 1].
  float between(float x, float y) const {
    const float column = x * static_cast<float>(width) - 0.5f;
    const float row = y * static_cast<float>(height) - 0.5f;
    const int left = static_cast<int>(std::floor(column));
    const int top = static_cast<int>(std::floor(row));
    const float right_share = column - static_cast<float>(left);
    const float lower_share = row - static_cast<float>(top);
    const float upper = (1 - right_share) * at(left, top) + right_share * at(left + 1, top);
    const float lower = (1 - right_share) * at(left, top + 1) + right_share * at(left + 1, top + 1);
    return (1 - lower_share) * upper + lower_share * lower;
  }
};

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

// most: the value of the last colour.
Picture overlay(const GreyImage& image, const Map& map, float most) {
  const float shrink =
      std::min(1.0f, static_cast<float>(kMaxSide) / std::max(image.width, image.height));
  Picture picture;
  picture.width = std::max(1, static_cast<int>(shrink * static_cast<float>(image.width)));
  picture.height = std::max(1, static_cast<int>(shrink * static_cast<float>(image.height)));
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const float across = (static_cast<float>(x) + 0.5f) / static_cast<float>(picture.width);
      const float down = (static_cast<float>(y) + 0.5f) / static_cast<float>(picture.height);
      const auto column = static_cast<std::size_t>(across * static_cast<float>(image.width));
      const auto row = static_cast<std::size_t>(down * static_cast<float>(image.height));
      const float grey = 255.0f * image.pixels[row * image.width + column] / image.max_value;
      const float value = most > 0 ? std::clamp(map.between(across, down) / most, 0.0f, 1.0f) : 0;
      const float opacity = kMaxOpacity * value;
      for (const float channel : viridis(value)) {
        picture.rgb.push_back(
            static_cast<std::uint8_t>((1 - opacity) * grey + opacity * channel + 0.5f));
      }
    }
  }
  return picture;
}

std::string safe_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name += plain ? c : '_';
  }
  return name;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// A new file; one that was there already is never written over, not even between look and touch.
File create(const fs::path& folder, const std::string& name, fs::path& path) {
  for (int number = 1; number < kMaxNames; ++number) {
    path = folder / (name + (number > 1 ? "-" + std::to_string(number) : "") + ".png");
    File file(std::fopen(path.c_str(), "wbx"), &std::fclose);
    if (file || errno != EEXIST) return file;
  }
  return {nullptr, &std::fclose};
}

void write(const fs::path& folder, const std::string& name, const Picture& picture) {
  fs::path path;
  const File file = create(folder, name, path);
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(picture.width);
  header.height = static_cast<png_uint_32>(picture.height);
  header.format = PNG_FORMAT_RGB;
  if (!file ||
      png_image_write_to_stdio(&header, file.get(), 0, picture.rgb.data(), 0, nullptr) == 0) {
    throw std::runtime_error(path.string() + " cannot be written");
  }
}

}  // namespace

void write_overlays(const fs::path& folder, const Screening& screening, const GreyImage& image) {
  if (!screening.evidence) return;
  fs::create_directories(folder);
  const EvidenceMaps& evidence = *screening.evidence;
  const float most = evidence.most();
  const std::string stem = fs::path(screening.file).filename().string();
  for (std::size_t i = 0; i < screening.findings.size(); ++i) {
    write(folder, safe_name(stem + "-" + screening.findings[i].label),
          overlay(image, {evidence.maps[i], evidence.width, evidence.height}, most));
  }
}

}  // namespace thoraxlite
