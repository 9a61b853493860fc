#include "core/dicom/frames.h"

#include <algorithm>
#include <string_view>

#include "core/dicom/codestream.h"
#include "core/dicom/jpeg_huffman.h"
#include "core/dicom/rle.h"
#include "core/image/decode.h"

namespace thoraxlite {
namespace {

const DicomElement& pixels_of(const DicomFile& file) {
  return *file.data.find(kPixelData.tag);
}

// Where YBR_FULL_422 is said and three samples a pixel are there, it is not packed.
bool is_packed(const DicomElement& pixels, const PixelFormat& format) {
  const std::size_t whole = format.pixels() * 3 * format.bytes_per_sample();
  return format.photometric == Photometric::ybr_full_422 &&
         pixels.value.size / std::size_t(format.frames) < whole;
}

std::size_t native_frame_size(const DicomElement& pixels, const PixelFormat& format) {
  const std::size_t samples = is_packed(pixels, format) ? 2 : std::size_t(format.samples);
  return format.pixels() * samples * format.bytes_per_sample();
}

tl::unexpected<Error> cannot_tell_apart(const DicomElement& pixels, int frames) {
  return fail("The DICOM file says that it has " + std::to_string(frames) +
              " frames, but its compressed pixels are " + std::to_string(pixels.fragments.size()) +
              " fragments that cannot be told apart.");
}

std::uint64_t little_endian(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{bytes.data[at + i]} << (8 * i);
  return value;
}

// The index of the fragment in which each frame begins. By the Basic or the Extended Offset Table
// (A.4; C.7.6.3.1.8), or else where a stream begins.
std::vector<std::size_t> first_fragments(const DicomFile& file, int frames) {
  const DicomElement& pixels = pixels_of(file);
  const auto by_table = [&](ByteView table, std::size_t size) {
    std::vector<std::size_t> first;
    if (table.size != size * std::size_t(frames)) return first;
    std::size_t fragment = 0;
    std::uint64_t position = 0;
    for (int frame = 0; frame < frames; ++frame) {
      const std::uint64_t wanted = little_endian(table, std::size_t(frame) * size, size);
      while (fragment < pixels.fragments.size() && position < wanted) {
        position += 8 + pixels.fragments[fragment++].size;
      }
      if (fragment == pixels.fragments.size() || position != wanted)
        return std::vector<std::size_t>();
      first.push_back(fragment);
    }
    return first;
  };
  std::vector<std::size_t> first = by_table(pixels.offset_table, 4);
  if (first.empty()) first = by_table(bytes_of(file.data, kExtendedOffsetTable), 8);
  if (!first.empty()) return first;
  // A.4.2 has a fragment a frame for RLE, which has no marker to be known by.
  const bool is_one_each =
      pixels.fragments.size() == std::size_t(frames) ||
      (file.syntax.coding == Coding::rle && pixels.fragments.size() < std::size_t(frames));
  if (is_one_each) {
    for (std::size_t i = 0; i < pixels.fragments.size(); ++i) first.push_back(i);
    return first;
  }
  for (std::size_t i = 0; i < pixels.fragments.size(); ++i) {
    if (coding_of(pixels.fragments[i]) && file.syntax.coding != Coding::rle) first.push_back(i);
  }
  return first;
}

Result<Samples> decode_jpeg_frame(ByteView bytes, const PixelFormat& format) {
  const auto header = read_codestream(Coding::jpeg, bytes, format);
  if (!header) return tl::unexpected(header.error());
  const bool is_as_in_pictures = header->precision == 8 && header->process <= 0xc2;
  if (!is_as_in_pictures) return decode_jpeg_by_huffman(bytes, *header);
  auto decoded = decode_jpeg_samples(bytes);
  if (!decoded) {
    // Of the frame, not of a file.
    constexpr std::string_view kStart = "The JPEG ";
    const std::string& message = decoded.error().message;
    if (message.compare(0, kStart.size(), kStart) != 0) return tl::unexpected(decoded.error());
    return fail("The JPEG image inside the DICOM file " + message.substr(kStart.size()));
  }
  Samples samples;
  samples.values = std::move(decoded->values);
  samples.has_bytes_left = header->size + 1 < bytes.size;
  return samples;
}

}  // namespace

Result<int> count_frames(const DicomFile& file, const PixelFormat& format) {
  const DicomElement& pixels = pixels_of(file);
  if (!pixels.is_encapsulated) {
    if (file.syntax.coding != Coding::native) {
      return fail("The DICOM file has no compressed pixels; expected some, as " +
                  std::string(file.syntax.name) + '.');
    }
    const std::size_t size = native_frame_size(pixels, format);
    const std::size_t there = pixels.value.size / size;
    if (there == 0 || pixels.is_cut) {
      return fail("The DICOM file is truncated: its image has " +
                  std::to_string(pixels.value.size) + " bytes; expected " +
                  std::to_string(size * std::size_t(format.frames)) + '.');
    }
    return static_cast<int>(std::min<std::size_t>(there, std::size_t(format.frames)));
  }
  if (file.syntax.coding == Coding::native) {
    if (!file.is_syntax_said) {
      return fail(
          "The pixels of this DICOM file are compressed, and it lacks the meta information that "
          "would say how (its transfer syntax).");
    }
    return fail("The DICOM file has compressed pixels, and says that they are not.");
  }
  if (pixels.is_cut) {
    return fail("The DICOM file is truncated: it ends within its compressed pixels.");
  }
  if (pixels.fragments.empty()) {
    return fail("The DICOM file has no compressed pixels; expected some, as " +
                std::string(file.syntax.name) + '.');
  }
  if (format.frames == 1) return 1;
  const auto first = first_fragments(file, format.frames);
  if (first.empty() || first.front() != 0) return cannot_tell_apart(pixels, format.frames);
  return static_cast<int>(std::min<std::size_t>(first.size(), std::size_t(format.frames)));
}

Result<FrameBytes> read_frame_bytes(const DicomFile& file, const PixelFormat& format, int frame) {
  const std::vector<ByteView>& fragments = pixels_of(file).fragments;
  std::size_t begin = 0;
  std::size_t end = fragments.size();
  if (format.frames > 1) {
    const auto first = first_fragments(file, format.frames);
    const auto index = static_cast<std::size_t>(frame);
    if (index >= first.size()) return cannot_tell_apart(pixels_of(file), format.frames);
    begin = first[index];
    if (index + 1 < first.size()) end = first[index + 1];
  }
  FrameBytes found;
  found.coding = file.syntax.coding;
  found.bytes = fragments[begin];
  if (end - begin > 1) {
    for (std::size_t i = begin; i < end; ++i) {
      found.joined.insert(found.joined.end(), fragments[i].data,
                          fragments[i].data + fragments[i].size);
    }
    found.bytes = {found.joined.data(), found.joined.size()};
  }
  const auto shown = coding_of(found.bytes);
  if (found.coding != Coding::rle && shown && *shown != found.coding) {
    return fail("The DICOM file says that its pixels are " + std::string(name_of(found.coding)) +
                ", but they are " + name_of(*shown) + '.');
  }
  return found;
}

Result<Samples> read_native_frame(const DicomFile& file, const PixelFormat& format, int frame) {
  const DicomElement& pixels = pixels_of(file);
  const std::size_t size = native_frame_size(pixels, format);
  const std::size_t start = std::size_t(frame) * size;
  const ByteView all = pixels.value;
  Samples samples;
  samples.is_planar = format.is_planar;
  samples.is_packed_422 = is_packed(pixels, format);
  samples.values.resize(size / format.bytes_per_sample());
  const bool is_big_endian = file.data.is_big_endian;
  if (format.bits_allocated == 16) {
    for (std::size_t i = 0; i < samples.values.size(); ++i) {
      const int first = all.data[start + 2 * i];
      const int second = all.data[start + 2 * i + 1];
      samples.values[i] =
          static_cast<std::uint16_t>(is_big_endian ? first << 8 | second : second << 8 | first);
    }
    return samples;
  }
  // PS3.5 8.1.1: two pixels share a big-endian word, the first in its less significant byte.
  const std::size_t swap = is_big_endian && pixels.is_of_words ? 1 : 0;
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    const std::size_t at = (start + i) ^ swap;
    samples.values[i] = at < all.size ? all.data[at] : 0;
  }
  return samples;
}

Result<Samples> decode_frame(const FrameBytes& frame, const PixelFormat& format) {
  if (frame.coding == Coding::rle) return decode_rle(frame.bytes, format);
  return decode_jpeg_frame(frame.bytes, format);
}

}  // namespace thoraxlite
