// JPEG by our own decoder: headers (jpeg_headers.h), entropy coding (jpeg_scan.h), inverse DCT
// (inverse_dct.h). The planes of a file come as they are stored: no colour conversion and no
// upsampling. The tests hold it to libjpeg-turbo, bit by bit and refusal by refusal.
#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "core/image/decode.h"
#include "core/image/inverse_dct.h"
#include "core/image/jpeg_headers.h"
#include "core/image/jpeg_scan.h"

namespace thoraxlite {
namespace {

// Image rows first .. first + count - 1, which the planes hold now.
struct Rows {
  int first = 0;
  int count = 0;
};

// One image row of a plane: itself where the plane has the full width, else each sample as often as
// it stands for a pixel, in `scratch`.
const std::uint8_t* image_row(const JpegHeaders& headers, const std::vector<JpegPlane>& planes,
                              std::size_t c, int y, std::vector<std::uint8_t>& scratch) {
  const JpegComponent& component = headers.components[c];
  const std::uint8_t* row = planes[c].row(y * component.vertical / headers.most_vertical);
  if (component.horizontal == headers.most_horizontal) return row;
  scratch.resize(static_cast<std::size_t>(headers.width));
  for (std::size_t x = 0; x < scratch.size(); ++x) {
    scratch[x] = row[x * static_cast<std::size_t>(component.horizontal) /
                     static_cast<std::size_t>(headers.most_horizontal)];
  }
  return scratch.data();
}

// Sums (max(R, G, B) - min(R, G, B)) over the samples of a row of Cb, in units of 1/256. Y cancels
// out. cr_at(x) is the Cr that lies at sample x.
template <class Cr>
std::uint32_t chroma_spread(const std::uint8_t* cb_row, int width, const Cr& cr_at) {
  std::uint32_t sum = 0;  // below 16384 * 2^17
  for (int x = 0; x < width; ++x) {
    const int cb = cb_row[x] - 128;
    const int cr = cr_at(x) - 128;
    const int r = 359 * cr;             // 1.402
    const int g = -88 * cb - 183 * cr;  // -0.344, -0.714
    const int b = 454 * cb;             // 1.772
    sum += static_cast<std::uint32_t>(std::max(std::max(r, g), b) - std::min(std::min(r, g), b));
  }
  return sum;
}

class GreyWriter {
 public:
  GreyWriter(const JpegHeaders& headers, const std::vector<JpegPlane>& planes, RowSink& sink)
      : headers_(headers), planes_(planes), sink_(sink) {}

  void write(Rows rows) {
    if (headers_.is_rgb || headers_.components[0].horizontal != headers_.most_horizontal ||
        headers_.components[0].vertical != headers_.most_vertical) {
      for (int y = rows.first; y < rows.first + rows.count; ++y) {
        sink_.add_row(headers_.is_rgb ? luma(y) : image_row(headers_, planes_, 0, y, scratch_[0]));
      }
    } else {
      sink_.add_rows(planes_[0].row(rows.first), planes_[0].stride, rows.count);
    }
    if (planes_.size() == 3 && !headers_.is_rgb) add_chroma(rows);
  }

  float colourfulness() const {
    if (planes_.size() < 3) return 0;
    const JpegComponent& blue = headers_.components[1];
    const double count = headers_.is_rgb ? double{1} * headers_.width * headers_.height
                                         : double{1} * blue.width * blue.height;
    const double white = headers_.is_rgb ? 255 : 255 * 256;
    return static_cast<float>(std::min(1.0, static_cast<double>(spread_) / (count * white)));
  }

 private:
  void add_chroma(Rows rows) {
    // Where both are 128 throughout, as in a grey film that is stored in colour, there is none.
    if (!planes_[1].has_contrast && !planes_[2].has_contrast) return;
    const JpegComponent& blue = headers_.components[1];
    const JpegComponent& red = headers_.components[2];
    const int begin = rows.first / headers_.most_vertical * blue.vertical;
    const int end = std::min(begin + 8 * blue.vertical, blue.height);
    for (int y = begin; y < end; ++y) {
      const std::uint8_t* cb = planes_[1].row(y);
      const std::uint8_t* cr = planes_[2].row(y * red.vertical / blue.vertical);
      spread_ += red.horizontal == blue.horizontal
                     ? chroma_spread(cb, blue.width, [cr](int x) { return cr[x]; })
                     : chroma_spread(cb, blue.width, [&](int x) {
                         return cr[x * red.horizontal / blue.horizontal];
                       });
    }
  }

  const std::uint8_t* luma(int y) {
    const std::uint8_t* red = image_row(headers_, planes_, 0, y, scratch_[0]);
    const std::uint8_t* green = image_row(headers_, planes_, 1, y, scratch_[1]);
    const std::uint8_t* blue = image_row(headers_, planes_, 2, y, scratch_[2]);
    luma_.resize(static_cast<std::size_t>(headers_.width));
    for (std::size_t x = 0; x < luma_.size(); ++x) {
      const auto [low, high] = std::minmax({red[x], green[x], blue[x]});
      spread_ += static_cast<std::uint64_t>(high - low);
      luma_[x] = static_cast<std::uint8_t>((77 * red[x] + 150 * green[x] + 29 * blue[x]) >> 8);
    }
    return luma_.data();
  }

  const JpegHeaders& headers_;
  const std::vector<JpegPlane>& planes_;
  RowSink& sink_;
  std::vector<std::uint8_t> scratch_[3];
  std::vector<std::uint8_t> luma_;
  std::uint64_t spread_ = 0;
};

// A progressive file may stop after any scan, and then shows less than it was made of.
bool is_complete(const JpegHeaders& headers) {
  return std::all_of(
      headers.components.begin(), headers.components.end(), [](const JpegComponent& component) {
        const auto& lowest = component.lowest_bit;
        return lowest[0] == 0 &&
               std::all_of(lowest.begin(), lowest.end(), [](int bit) { return bit <= 0; });
      });
}

class Decoder {
 public:
  Decoder(ByteView file, DecodeMemory& memory) : file_(file), memory_(memory) {}

  // Calls begin(headers, planes) before any row, then use(rows) for each strip of them that the
  // planes hold, from the top.
  template <class Begin, class Use>
  Result<Orientation> run(const Begin& begin, const Use& use) {
    const Result<JpegContainer> container = read_jpeg_container(file_);
    if (!container) return tl::unexpected(container.error());
    const Result<void> accepted = check_size(container->width, container->height);
    if (!accepted) return tl::unexpected(accepted.error());

    bool is_first = true;
    std::size_t scans = 0;
    std::size_t position = 2;  // after the start-of-image marker
    while (true) {
      const Result<JpegMarker> marker = read_jpeg_marker(file_, position);
      if (!marker) return tl::unexpected(marker.error());
      if (marker->code == jpeg_marker::kEndOfImage) break;
      position = marker->end;
      if (marker->code != jpeg_marker::kStartOfScan) {
        const Result<void> taken = headers_.take(marker->code, marker->segment);
        if (!taken) return tl::unexpected(taken.error());
        continue;
      }
      Result<JpegScan> scan = headers_.begin_scan(marker->segment);
      if (!scan) return tl::unexpected(scan.error());
      const std::size_t end = container->scan_ends[scans++];
      const ByteView bytes{file_.data + position, end - position};
      position = end;
      if (is_first) {
        is_only_ =
            !headers_.is_progressive && scan->components.size() == headers_.components.size();
        if (!headers_.is_progressive && !make_planes(!is_only_)) return fail(kOutOfMemory);
        if (is_only_) begin(headers_, planes_);
        is_first = false;
      }
      if (headers_.is_progressive && coefficients_.empty() && !make_coefficients()) {
        return fail(kOutOfMemory);
      }
      const char* wrong = headers_.is_progressive ? read_progressive(std::move(*scan), bytes)
                                                  : read_sequential(std::move(*scan), bytes, use);
      if (wrong != nullptr) return jpeg_damaged(wrong);
    }
    if (is_only_) return container->orientation;
    for (const JpegComponent& component : headers_.components) {
      if (!component.has_scan) return jpeg_damaged(jpeg_damage::kComponentWithout);
    }
    if (headers_.is_progressive) {
      if (!is_complete(headers_)) {
        return fail("The JPEG is truncated: some of its scans are missing.");
      }
      if (!make_planes(false)) return fail(kOutOfMemory);
    }
    begin(headers_, planes_);
    const int height = 8 * headers_.most_vertical;
    for (int first = 0; first < headers_.height; first += height) {
      if (headers_.is_progressive) transform(first / height);
      use(Rows{first, std::min(height, headers_.height - first)});
    }
    return container->orientation;
  }

 private:
  std::uint8_t* zeros(std::size_t piece, std::size_t size) {
    std::uint8_t* const bytes = memory_.piece(piece, size);
    if (bytes != nullptr) std::memset(bytes, 0, size);
    return bytes;
  }

  // is_whole: of all rows, else of one row of MCUs.
  bool make_planes(bool is_whole) {
    planes_.resize(headers_.components.size());
    for (std::size_t c = 0; c < planes_.size(); ++c) {
      const JpegComponent& component = headers_.components[c];
      planes_[c].stride = 8 * static_cast<std::size_t>(component.blocks_wide);
      const int blocks = is_whole ? component.blocks_high : component.vertical;
      const std::size_t size = planes_[c].stride * 8 * static_cast<std::size_t>(blocks);
      planes_[c].samples = zeros(c, size);
      if (planes_[c].samples == nullptr) return false;
    }
    return true;
  }

  bool make_coefficients() {
    for (const JpegComponent& component : headers_.components) {
      const std::size_t piece = kMostComponents + coefficients_.size();
      JpegCoefficients& made = coefficients_.emplace_back(component);
      made.values = reinterpret_cast<std::int16_t*>(zeros(piece, made.bytes()));
      if (made.values == nullptr) return false;
    }
    return true;
  }

  template <class Use>
  const char* read_sequential(JpegScan scan, ByteView bytes, const Use& use) {
    SequentialScan reader(headers_, std::move(scan), bytes);
    if (const char* wrong = reader.begin()) return wrong;
    // A single component has no more than one row of blocks in an MCU.
    const bool is_single = headers_.components.size() == 1;
    const int height = is_single ? 8 : 8 * headers_.most_vertical;
    for (int row = 0; row < reader.rows(); ++row) {
      const int first = row * height;
      if (is_only_) {
        for (std::size_t c = 0; c < planes_.size(); ++c) {
          planes_[c].first = 8 * row * (is_single ? 1 : headers_.components[c].vertical);
          planes_[c].has_contrast = false;
        }
      }
      if (const char* wrong = reader.read_row(planes_)) return wrong;
      if (is_only_) use(Rows{first, std::min(height, headers_.height - first)});
    }
    return reader.finish(is_only_);
  }

  const char* read_progressive(JpegScan scan, ByteView bytes) {
    ProgressiveScan reader(headers_, std::move(scan), bytes);
    const char* wrong = reader.read(headers_.components, coefficients_);
    return wrong != nullptr ? wrong : reader.finish(false);
  }

  // One row of MCUs of all components.
  void transform(int row) {
    for (std::size_t c = 0; c < planes_.size(); ++c) {
      const JpegComponent& component = headers_.components[c];
      JpegPlane& plane = planes_[c];
      plane.first = 8 * row * component.vertical;
      plane.has_contrast = false;
      const int end = std::min((row + 1) * component.vertical, component.blocks_high);
      for (int y = row * component.vertical; y < end; ++y) {
        std::uint8_t* pixels =
            plane.samples + static_cast<std::size_t>(8 * y - plane.first) * plane.stride;
        for (int x = 0; x < component.blocks_wide; ++x, pixels += 8) {
          std::int16_t* block = coefficients_[c].block(x, y);
          const DctReach reach = dct_reach(block);
          if (reach != DctReach::mean || block[0] != 0) plane.has_contrast = true;
          inverse_dct(block, component.steps.data(), reach, pixels, plane.stride);
        }
      }
    }
  }

  // Pieces of memory: of each component its plane, then of each its coefficients.
  static constexpr std::size_t kMostComponents = 3;
  static_assert(2 * kMostComponents <= DecodeMemory::kPieces);

  ByteView file_;
  DecodeMemory& memory_;
  JpegHeaders headers_;
  std::vector<JpegPlane> planes_;
  std::vector<JpegCoefficients> coefficients_;
  bool is_only_ = false;  // the first scan brings all
};

}  // namespace

Result<DecodedRows> decode_jpeg(ByteView file, RowSink& sink, DecodeMemory& memory) {
  std::optional<GreyWriter> writer;
  Decoder decoder(file, memory);
  const Result<Orientation> decoded = decoder.run(
      [&](const JpegHeaders& headers, const std::vector<JpegPlane>& planes) {
        sink.begin(headers.width, headers.height, 255);
        writer.emplace(headers, planes, sink);
      },
      [&](Rows rows) { writer->write(rows); });
  if (!decoded) return tl::unexpected(decoded.error());
  return DecodedRows{writer->colourfulness(), *decoded};
}

Result<JpegSamples> decode_jpeg_samples(ByteView file) {
  JpegSamples image;
  const JpegHeaders* headers = nullptr;
  const std::vector<JpegPlane>* planes = nullptr;
  std::vector<std::uint8_t> scratch;
  DecodeMemory memory;
  Decoder decoder(file, memory);
  const Result<Orientation> decoded = decoder.run(
      [&](const JpegHeaders& all, const std::vector<JpegPlane>& made) {
        headers = &all;
        planes = &made;
        image.components = static_cast<int>(made.size());
        image.values.resize(static_cast<std::size_t>(all.width) *
                            static_cast<std::size_t>(all.height) * made.size());
      },
      [&](Rows rows) {
        const auto width = static_cast<std::size_t>(headers->width);
        for (int y = rows.first; y < rows.first + rows.count; ++y) {
          for (std::size_t c = 0; c < planes->size(); ++c) {
            const std::uint8_t* row = image_row(*headers, *planes, c, y, scratch);
            std::uint16_t* value =
                image.values.data() + static_cast<std::size_t>(y) * width * planes->size() + c;
            for (std::size_t x = 0; x < width; ++x, value += planes->size()) *value = row[x];
          }
        }
      });
  if (!decoded) return tl::unexpected(decoded.error());
  return image;
}

}  // namespace thoraxlite
