#include "core/image/container.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace thoraxlite {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  const char* name;
};

constexpr auto kPngSignature = "\x89PNG\r\n\x1a\n"sv;
constexpr auto kJpegSignature = "\xff\xd8"sv;  // what must follow is the container's business

constexpr std::array kForeign{
    Signature{0, "GIF8"sv, "a GIF image"},
    Signature{8, "WEBP"sv, "a WebP image"},
    Signature{0, "II*\0"sv, "a TIFF image"},
    Signature{0, "MM\0*"sv, "a TIFF image"},
    Signature{0, "II+\0"sv, "a TIFF image"},
    Signature{0, "MM\0+"sv, "a TIFF image"},
    Signature{4, "ftypavif"sv, "an AVIF image"},
    Signature{4, "ftyphei"sv, "an HEIC image"},
    Signature{4, "ftyphev"sv, "an HEIC image"},
    Signature{4, "ftypmif1"sv, "an HEIC image"},
    Signature{4, "ftypmsf1"sv, "an HEIC image"},
    Signature{4, "ftyp"sv, "a video"},
    Signature{0, "\0\0\0\x0cjP  "sv, "a JPEG 2000 image"},
    Signature{0, "\xff\x4f\xff\x51"sv, "a JPEG 2000 image"},
    Signature{0, "\0\0\0\x0cJXL "sv, "a JPEG XL image"},
    Signature{0, "\xff\x0a"sv, "a JPEG XL image"},
    Signature{0, "8BPS"sv, "a Photoshop file"},
    Signature{0, "%PDF"sv, "a PDF document"},
    Signature{0, "PK\3\4"sv, "a ZIP archive"},
    Signature{0, "PK\5\6"sv, "a ZIP archive"},
    Signature{0, "\x1f\x8b"sv, "a gzip archive"},
    Signature{0, "BM"sv, "a BMP image"},
};

bool has(std::string_view file, const Signature& signature) {
  return file.size() > signature.offset &&
         file.substr(signature.offset, signature.bytes.size()) == signature.bytes;
}

bool looks_like_text(std::string_view file) {
  const auto is_text = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f : c == '\n' || c == '\r' || c == '\t';
  };
  const std::string_view start = file.substr(0, 512);
  return std::all_of(start.begin(), start.end(), is_text);
}

// What the programs around the core take is expected; they read DICOM before it comes here.
tl::unexpected<Error> unexpected(std::string what) {
  return fail(what + "; expected a JPEG, PNG or DICOM image.");
}

}  // namespace

Result<ImageFormat> read_format(ByteView file) {
  if (file.size == 0) return unexpected("The file is empty");

  const std::string_view bytes(reinterpret_cast<const char*>(file.data), file.size);
  if (has(bytes, {0, kPngSignature, ""})) return ImageFormat::png;
  if (has(bytes, {0, kJpegSignature, ""})) return ImageFormat::jpeg;

  if (has(bytes, {128, "DICM"sv, ""})) {
    return fail(
        "This is a DICOM file, which DICOM's reader takes; expected a JPEG or PNG image here.");
  }
  for (const Signature& signature : kForeign) {
    if (!has(bytes, signature)) continue;
    Error error = unexpected(std::string("This is ").append(signature.name)).value();
    const std::string_view name = signature.name;
    if (name.substr(name.size() - 5) == "image") {
      error.message += " Save it as PNG, which loses nothing.";
    }
    return tl::unexpected(std::move(error));
  }
  if (kPngSignature.substr(0, bytes.size()) == bytes ||
      kJpegSignature.substr(0, bytes.size()) == bytes) {
    return unexpected("The file ends after " + std::to_string(bytes.size()) + " bytes");
  }
  if (looks_like_text(bytes)) return unexpected("This is a text file");
  return unexpected("The file is of no known format");
}

}  // namespace thoraxlite
