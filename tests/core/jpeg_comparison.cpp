#include "jpeg_comparison.h"

#include "core/image/decode.h"

namespace thoraxlite {
namespace {

constexpr const char* kStrayBytes = "The JPEG is damaged: it holds bytes that belong to no pixel.";
constexpr const char* kBadCode = "The JPEG is damaged: its pixels are coded wrongly.";
constexpr const char* kContradiction =
    "The JPEG is damaged: its headers contradict each other or its pixels.";
constexpr const char* kNoPixels = "The JPEG is damaged: one of its components has no pixels.";

std::string first_difference(const JpegSamples& ours, const LibjpegResult& theirs) {
  const std::size_t count = theirs.components.size();
  const std::size_t pixels =
      static_cast<std::size_t>(theirs.width) * static_cast<std::size_t>(theirs.height);
  if (ours.components != static_cast<int>(count) || ours.values.size() != pixels * count) {
    return "other size or components";
  }
  for (std::size_t i = 0; i < ours.values.size(); ++i) {
    const int expected = theirs.components[i % count][i / count];
    if (ours.values[i] == expected) continue;
    const std::size_t at = i / count;
    const auto width = static_cast<std::size_t>(theirs.width);
    return "component " + std::to_string(i % count) + " at " + std::to_string(at % width) + ", " +
           std::to_string(at / width) + " is " + std::to_string(ours.values[i]) + ", expected " +
           std::to_string(expected);
  }
  return "";
}

}  // namespace

std::string compare_with_libjpeg(const std::uint8_t* bytes, std::size_t size, OracleDct dct,
                                 bool* was_stricter) {
  const auto ours = decode_jpeg_samples({bytes, size});
  const LibjpegResult theirs = decode_by_libjpeg(bytes, size, dct);
  if (ours && theirs.wrong.empty()) return first_difference(*ours, theirs);
  if (ours) return theirs.wrong == kStrayBytes ? "" : "libjpeg-turbo says: " + theirs.wrong;
  if (!theirs.wrong.empty()) return "";
  const std::string& wrong = ours.error().message;
  if (was_stricter != nullptr) *was_stricter = true;
  const bool may_be_stricter =
      wrong == kStrayBytes || wrong == kBadCode || wrong == kContradiction || wrong == kNoPixels;
  return may_be_stricter ? "" : "only the core says: " + wrong;
}

}  // namespace thoraxlite
