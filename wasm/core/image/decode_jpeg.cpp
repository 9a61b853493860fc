// JPEG by libjpeg-turbo, which gives the planes of a file as they are stored: no colour conversion
// and no upsampling. Whatever the library warns of is an error here: it would go on with pixels of
// its own invention.
#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <vector>

#include "core/image/container.h"
#include "core/image/decode.h"

extern "C" {
#include <jerror.h>
#include <jpeglib.h>
}

namespace thoraxlite {
namespace {

struct Decompressor {
  jpeg_decompress_struct jpeg;
  jpeg_error_mgr errors;
  std::jmp_buf escape;
  int failure = 0;          // the library's message code
  std::size_t padding = 0;  // bytes of 0 before the end-of-image marker
};

[[noreturn]] void escape_from(j_common_ptr jpeg) {
  auto* self = static_cast<Decompressor*>(jpeg->client_data);
  self->failure = jpeg->err->msg_code;
  std::longjmp(self->escape, 1);
}

// The first two say something of metadata only.
bool is_harmless(j_common_ptr jpeg) {
  const int warning = jpeg->err->msg_code;
  if (warning == JWRN_ADOBE_XFORM || warning == JWRN_JFIF_MAJOR) return true;
  auto& self = *static_cast<Decompressor*>(jpeg->client_data);
  const bool is_whole =
      self.jpeg.output_height > 0 && self.jpeg.output_scanline >= self.jpeg.output_height;
  if (warning != JWRN_EXTRANEOUS_DATA || !is_whole) return false;
  const auto skipped = static_cast<std::size_t>(jpeg->err->msg_parm.i[0]);
  // The library reads ahead by a word, of 32 bits in WebAssembly, and does not say what it holds:
  // so few bytes are told of on one machine and not on the other.
  if (skipped <= sizeof(std::uint64_t)) return true;
  // Nothing but zeros behind whole pixels takes nothing from them. Other bytes may be what is left
  // of pixels that were decoded wrongly.
  return skipped <= self.padding;
}

void on_message(j_common_ptr jpeg, int level) {
  if (level < 0 && !is_harmless(jpeg)) escape_from(jpeg);
}

void say_nothing(j_common_ptr) {}
void format_nothing(j_common_ptr, char* text) {
  *text = '\0';
}

// Runs what may call the library's error_exit; false if it did. Nothing in `step` may need a
// destructor, since longjmp calls none.
template <class Step>
bool runs(Decompressor& self, const Step& step) {
  if (setjmp(self.escape) != 0) return false;
  step();
  return true;
}

const char* reason(int message_code) {
  switch (message_code) {
    case JWRN_HIT_MARKER:
    case JWRN_JPEG_EOF:
      return "its pixels end too early";
    case JWRN_EXTRANEOUS_DATA:
      return "it holds bytes that belong to no pixel";
    case JWRN_HUFF_BAD_CODE:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_BOGUS_PROGRESSION:
      return "its pixels are coded wrongly";
    case JWRN_MUST_RESYNC:
      return "a restart marker is missing";
    default:
      return "its headers contradict each other or its pixels";
  }
}

tl::unexpected<Error> failed(const Decompressor& self) {
  if (self.failure == JERR_OUT_OF_MEMORY) return fail(kOutOfMemory);
  return fail("The JPEG is damaged: " + std::string(reason(self.failure)) + ".");
}

// The rows of one component that belong to one row of MCUs.
struct Plane {
  std::vector<std::uint8_t> samples;  // [rows, stride]
  std::vector<JSAMPROW> rows;
  int width = 0;       // samples within the image
  int height = 0;      // in the whole image
  int horizontal = 1;  // sampling factors
  int vertical = 1;
};

std::vector<Plane> make_planes(const jpeg_decompress_struct& jpeg) {
  std::vector<Plane> planes(static_cast<std::size_t>(jpeg.num_components));
  for (std::size_t c = 0; c < planes.size(); ++c) {
    const jpeg_component_info& component = jpeg.comp_info[c];
    Plane& plane = planes[c];
    plane.width = static_cast<int>(component.downsampled_width);
    plane.height = static_cast<int>(component.downsampled_height);
    plane.horizontal = component.h_samp_factor;
    plane.vertical = component.v_samp_factor;
    // Whole MCUs at the right edge.
    const std::size_t stride =
        (component.width_in_blocks + static_cast<std::size_t>(component.h_samp_factor)) * DCTSIZE;
    plane.rows.resize(static_cast<std::size_t>(component.v_samp_factor) * DCTSIZE);
    plane.samples.resize(plane.rows.size() * stride);
    for (std::size_t y = 0; y < plane.rows.size(); ++y) {
      plane.rows[y] = plane.samples.data() + y * stride;
    }
  }
  return planes;
}

// One image row of a plane: itself where the plane has the full width, else each sample as often as
// it stands for a pixel, in `scratch`.
const std::uint8_t* image_row(const Plane& plane, int y, const jpeg_decompress_struct& jpeg,
                              std::vector<std::uint8_t>& scratch) {
  const std::uint8_t* row =
      plane.rows[static_cast<std::size_t>(y * plane.vertical / jpeg.max_v_samp_factor)];
  if (plane.horizontal == jpeg.max_h_samp_factor) return row;
  scratch.resize(jpeg.image_width);
  for (std::size_t x = 0; x < scratch.size(); ++x) {
    scratch[x] = row[x * static_cast<std::size_t>(plane.horizontal) /
                     static_cast<std::size_t>(jpeg.max_h_samp_factor)];
  }
  return scratch.data();
}

// Sums (max(R, G, B) - min(R, G, B)) over the samples of Cb, in units of 1/256. Y cancels out.
std::uint64_t chroma_spread(const std::vector<Plane>& planes, int rows) {
  const Plane& blue = planes[1];
  const Plane& red = planes[2];
  std::uint64_t sum = 0;
  for (int y = 0; y < rows; ++y) {
    const std::uint8_t* cb_row = blue.rows[static_cast<std::size_t>(y)];
    const std::uint8_t* cr_row =
        red.rows[static_cast<std::size_t>(y * red.vertical / blue.vertical)];
    std::uint32_t row_sum = 0;  // below 16384 * 2^17
    for (int x = 0; x < blue.width; ++x) {
      const int cb = cb_row[x] - 128;
      const int cr = cr_row[x * red.horizontal / blue.horizontal] - 128;
      const int r = 359 * cr;             // 1.402
      const int g = -88 * cb - 183 * cr;  // -0.344, -0.714
      const int b = 454 * cb;             // 1.772
      row_sum += static_cast<std::uint32_t>(std::max({r, g, b}) - std::min({r, g, b}));
    }
    sum += row_sum;
  }
  return sum;
}

class RowWriter {
 public:
  RowWriter(const jpeg_decompress_struct& jpeg, std::vector<Plane>& planes, RowSink& sink)
      : jpeg_(jpeg), planes_(planes), sink_(sink) {}

  // The rows that jpeg_read_raw_data has just filled in; `first` is the image's row of the first.
  void write(int first) {
    const int height = static_cast<int>(jpeg_.image_height);
    const int rows = std::min(jpeg_.max_v_samp_factor * DCTSIZE, height - first);
    const bool is_rgb = jpeg_.jpeg_color_space == JCS_RGB;
    for (int y = 0; y < rows; ++y) {
      const std::uint8_t* row = image_row(planes_[0], y, jpeg_, scratch_[0]);
      sink_.add_row(is_rgb ? luma(row, y) : row);
    }
    if (jpeg_.jpeg_color_space == JCS_YCbCr) {
      const Plane& blue = planes_[1];
      const int first_sample =
          first / (jpeg_.max_v_samp_factor * DCTSIZE) * blue.vertical * DCTSIZE;
      const int samples = std::min(blue.vertical * DCTSIZE, blue.height - first_sample);
      spread_ += chroma_spread(planes_, samples);
    }
  }

  float colourfulness() const {
    if (planes_.size() < 3) return 0;
    const bool is_rgb = jpeg_.jpeg_color_space == JCS_RGB;
    const double count = is_rgb ? double{1} * jpeg_.image_width * jpeg_.image_height
                                : double{1} * planes_[1].width * planes_[1].height;
    const double white = is_rgb ? 255 : 255 * 256;
    return static_cast<float>(std::min(1.0, static_cast<double>(spread_) / (count * white)));
  }

 private:
  const std::uint8_t* luma(const std::uint8_t* red, int y) {
    const std::uint8_t* green = image_row(planes_[1], y, jpeg_, scratch_[1]);
    const std::uint8_t* blue = image_row(planes_[2], y, jpeg_, scratch_[2]);
    luma_.resize(jpeg_.image_width);
    for (std::size_t x = 0; x < luma_.size(); ++x) {
      const auto [low, high] = std::minmax({red[x], green[x], blue[x]});
      spread_ += static_cast<std::uint64_t>(high - low);
      luma_[x] = static_cast<std::uint8_t>((77 * red[x] + 150 * green[x] + 29 * blue[x]) >> 8);
    }
    return luma_.data();
  }

  const jpeg_decompress_struct& jpeg_;
  std::vector<Plane>& planes_;
  RowSink& sink_;
  std::vector<std::uint8_t> scratch_[3];
  std::vector<std::uint8_t> luma_;
  std::uint64_t spread_ = 0;
};

// A progressive file may stop after any scan, and then shows less than it was made of.
bool is_complete(const jpeg_decompress_struct& jpeg) {
  if (jpeg.coef_bits == nullptr) return true;  // sequential: the container has counted its scans
  for (int c = 0; c < jpeg.num_components; ++c) {
    if (jpeg.coef_bits[c][0] != 0) return false;
    for (int k = 1; k < DCTSIZE2; ++k) {
      if (jpeg.coef_bits[c][k] > 0) return false;
    }
  }
  return true;
}

// Up to where rows can be read, as they are stored.
Result<void> start(Decompressor& self, ByteView file, ImageSize size) {
  jpeg_decompress_struct& jpeg = self.jpeg;
  const bool started = runs(self, [&] {
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file.data, static_cast<unsigned long>(file.size));
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.jpeg_color_space;
    jpeg.raw_data_out = TRUE;
    jpeg_start_decompress(&jpeg);
  });
  if (!started) return failed(self);
  const bool is_known = jpeg.num_components == 1 ||
                        (jpeg.num_components == 3 &&
                         (jpeg.jpeg_color_space == JCS_YCbCr || jpeg.jpeg_color_space == JCS_RGB));
  // Two readers that disagree about a file are a sign of a crafted one.
  if (!is_known || static_cast<int>(jpeg.image_width) != size.width ||
      static_cast<int>(jpeg.image_height) != size.height) {
    return fail("The JPEG is damaged: it states its size or its colours in two ways.");
  }
  if (!is_complete(jpeg)) return fail("The JPEG is truncated: some of its scans are missing.");
  return {};
}

// Calls use(first) for each row of MCUs that it has filled the planes with; `first` is the image's
// row of the first of them.
template <class Use>
Result<void> read_rows(Decompressor& self, std::vector<Plane>& planes, Use use) {
  jpeg_decompress_struct& jpeg = self.jpeg;
  JSAMPARRAY rows[3] = {};
  for (std::size_t c = 0; c < planes.size(); ++c) rows[c] = planes[c].rows.data();
  while (jpeg.output_scanline < jpeg.output_height) {
    const auto first = static_cast<int>(jpeg.output_scanline);
    const bool read = runs(self, [&] {
      jpeg_read_raw_data(&jpeg, rows, static_cast<JDIMENSION>(jpeg.max_v_samp_factor * DCTSIZE));
    });
    if (!read) return failed(self);
    use(first);
  }
  if (!runs(self, [&] { jpeg_finish_decompress(&jpeg); })) return failed(self);
  return {};
}

// Runs work(decompressor, size) and lets go what the library has allocated on every way out.
template <class Work>
auto with_decompressor(ByteView file, Work work)
    -> decltype(work(std::declval<Decompressor&>(), ImageSize{})) {
  const Result<ImageSize> size = read_jpeg_container(file);
  if (!size) return tl::unexpected(size.error());
  const Result<void> accepted = check_size(size->width, size->height);
  if (!accepted) return tl::unexpected(accepted.error());

  Decompressor self{};
  self.errors.error_exit = escape_from;
  self.errors.emit_message = on_message;
  self.errors.output_message = say_nothing;
  self.errors.format_message = format_nothing;
  self.errors.reset_error_mgr = say_nothing;
  self.jpeg.err = &self.errors;
  self.jpeg.client_data = &self;
  self.padding = size->padding;

  struct Destroy {
    jpeg_decompress_struct& jpeg;
    ~Destroy() { jpeg_destroy_decompress(&jpeg); }
  } const destroy{self.jpeg};
  const Result<void> started = start(self, file, *size);
  if (!started) return tl::unexpected(started.error());
  return work(self, *size);
}

}  // namespace

Result<DecodedRows> decode_jpeg(ByteView file, RowSink& sink) {
  return with_decompressor(file, [&](Decompressor& self, ImageSize size) -> Result<DecodedRows> {
    sink.begin(size.width, size.height, 255);
    std::vector<Plane> planes = make_planes(self.jpeg);
    RowWriter writer(self.jpeg, planes, sink);
    const Result<void> read = read_rows(self, planes, [&](int first) { writer.write(first); });
    if (!read) return tl::unexpected(read.error());
    return DecodedRows{writer.colourfulness(), size.orientation};
  });
}

Result<JpegSamples> decode_jpeg_samples(ByteView file) {
  return with_decompressor(file, [&](Decompressor& self, ImageSize size) -> Result<JpegSamples> {
    const auto width = static_cast<std::size_t>(size.width);
    JpegSamples image;
    std::vector<Plane> planes = make_planes(self.jpeg);
    image.components = static_cast<int>(planes.size());
    image.values.resize(width * static_cast<std::size_t>(size.height) * planes.size());
    std::vector<std::uint8_t> scratch;
    const Result<void> read = read_rows(self, planes, [&](int first) {
      const int rows = std::min(self.jpeg.max_v_samp_factor * DCTSIZE, size.height - first);
      for (int y = 0; y < rows; ++y) {
        const std::size_t start = static_cast<std::size_t>(first + y) * width * planes.size();
        for (std::size_t c = 0; c < planes.size(); ++c) {
          const std::uint8_t* row = image_row(planes[c], y, self.jpeg, scratch);
          std::uint16_t* value = image.values.data() + start + c;
          for (std::size_t x = 0; x < width; ++x, value += planes.size()) *value = row[x];
        }
      }
    });
    if (!read) return tl::unexpected(read.error());
    return image;
  });
}

}  // namespace thoraxlite
