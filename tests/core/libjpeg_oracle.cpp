#include "libjpeg_oracle.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "core/image/decode.h"
#include "core/image/inverse_dct.h"
#include "core/image/jpeg_container.h"

extern "C" {
#define JPEG_INTERNALS
#include <jinclude.h>
#include <jpeglib.h>
// After jpeglib.h
#include <jdct.h>
#include <jerror.h>
}

namespace thoraxlite {
namespace {

struct Decompressor {
  jpeg_decompress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg_source_mgr source;
  std::jmp_buf escape;
  OracleDct dct;
  const std::uint8_t* at;
  std::size_t left;
  std::size_t padding;  // bytes of 0 before the end-of-image marker
  int failure;
};

Decompressor& self_of(j_common_ptr jpeg) {
  return *static_cast<Decompressor*>(jpeg->client_data);
}

[[noreturn]] void escape_from(j_common_ptr jpeg) {
  self_of(jpeg).failure = jpeg->err->msg_code;
  std::longjmp(self_of(jpeg).escape, 1);
}

bool is_harmless(j_common_ptr jpeg) {
  const int warning = jpeg->err->msg_code;
  if (warning == JWRN_ADOBE_XFORM || warning == JWRN_JFIF_MAJOR) return true;
  const Decompressor& self = self_of(jpeg);
  const bool is_whole =
      self.jpeg.output_height > 0 && self.jpeg.output_scanline >= self.jpeg.output_height;
  if (warning != JWRN_EXTRANEOUS_DATA || !is_whole) return false;
  const auto skipped = static_cast<std::size_t>(jpeg->err->msg_parm.i[0]);
  return skipped <= sizeof(std::uint64_t) || skipped <= self.padding;
}

void on_message(j_common_ptr jpeg, int level) {
  if (level < 0 && !is_harmless(jpeg)) escape_from(jpeg);
}

void say_nothing(j_common_ptr) {}
void format_nothing(j_common_ptr, char* text) {
  *text = '\0';
}

// In pieces so short that the library always takes its careful way, which tells of bad codes; its
// fast one passes over them.
constexpr std::size_t kPiece = 200;

void start_source(j_decompress_ptr) {}
boolean next_piece(j_decompress_ptr jpeg) {
  static const JOCTET end[2] = {0xff, JPEG_EOI};
  Decompressor& self = self_of(reinterpret_cast<j_common_ptr>(jpeg));
  if (self.left == 0) {
    WARNMS(jpeg, JWRN_JPEG_EOF);
    self.source.next_input_byte = end;
    self.source.bytes_in_buffer = 2;
    return TRUE;
  }
  self.source.next_input_byte = self.at;
  self.source.bytes_in_buffer = std::min(self.left, kPiece);
  self.at += self.source.bytes_in_buffer;
  self.left -= self.source.bytes_in_buffer;
  return TRUE;
}
void skip(j_decompress_ptr jpeg, long count) {
  jpeg_source_mgr& source = *jpeg->src;
  while (count > static_cast<long>(source.bytes_in_buffer)) {
    count -= static_cast<long>(source.bytes_in_buffer);
    next_piece(jpeg);
  }
  source.next_input_byte += count;
  source.bytes_in_buffer -= static_cast<std::size_t>(count);
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

template <class Step>
bool runs(Decompressor& self, const Step& step) {
  if (setjmp(self.escape) != 0) return false;
  step();
  return true;
}

bool is_complete(const jpeg_decompress_struct& jpeg) {
  if (jpeg.coef_bits == nullptr) return true;
  for (int c = 0; c < jpeg.num_components; ++c) {
    if (jpeg.coef_bits[c][0] != 0) return false;
    for (int k = 1; k < DCTSIZE2; ++k) {
      if (jpeg.coef_bits[c][k] > 0) return false;
    }
  }
  return true;
}

void set_errors(jpeg_error_mgr& errors) {
  errors.error_exit = escape_from;
  errors.emit_message = on_message;
  errors.output_message = say_nothing;
  errors.format_message = format_nothing;
  errors.reset_error_mgr = say_nothing;
}

// Rows of MCUs into the planes.
void read_rows(Decompressor& self, LibjpegResult& result) {
  jpeg_decompress_struct& jpeg = self.jpeg;
  const int rows = jpeg.max_v_samp_factor * DCTSIZE;
  std::vector<std::vector<std::uint8_t>> samples(3);
  std::vector<std::vector<JSAMPROW>> pointers(3);
  JSAMPARRAY arrays[3] = {};
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& component = jpeg.comp_info[c];
    const auto stride = static_cast<std::size_t>(
        (component.width_in_blocks + static_cast<JDIMENSION>(component.h_samp_factor)) * DCTSIZE);
    const auto high = static_cast<std::size_t>(component.v_samp_factor * DCTSIZE);
    samples[static_cast<std::size_t>(c)].resize(high * stride);
    for (std::size_t y = 0; y < high; ++y) {
      pointers[static_cast<std::size_t>(c)].push_back(samples[static_cast<std::size_t>(c)].data() +
                                                      y * stride);
    }
    arrays[c] = pointers[static_cast<std::size_t>(c)].data();
  }
  while (jpeg.output_scanline < jpeg.output_height) {
    const auto first = static_cast<int>(jpeg.output_scanline);
    if (!runs(self, [&] { jpeg_read_raw_data(&jpeg, arrays, static_cast<JDIMENSION>(rows)); })) {
      return;
    }
    for (int y = first; y < std::min(first + rows, result.height); ++y) {
      for (int c = 0; c < jpeg.num_components; ++c) {
        const jpeg_component_info& component = jpeg.comp_info[c];
        const JSAMPROW row =
            arrays[c][(y - first) * component.v_samp_factor / jpeg.max_v_samp_factor];
        std::uint8_t* target = result.components[static_cast<std::size_t>(c)].data() +
                               static_cast<std::size_t>(y) * static_cast<std::size_t>(result.width);
        for (int x = 0; x < result.width; ++x) {
          target[x] = row[x * component.h_samp_factor / jpeg.max_h_samp_factor];
        }
      }
    }
  }
  runs(self, [&] { jpeg_finish_decompress(&jpeg); });
}

void transform_of_core(j_decompress_ptr, jpeg_component_info* component, JCOEFPTR block,
                       JSAMPARRAY output, JDIMENSION column) {
  std::int16_t steps[DCTSIZE2] = {};
  for (int i = 0; component->quant_table != nullptr && i < DCTSIZE2; ++i) {
    steps[i] = static_cast<std::int16_t>(component->quant_table->quantval[i]);
  }
  std::uint8_t pixels[DCTSIZE2];
  std::int16_t values[DCTSIZE2];
  std::copy(block, block + DCTSIZE2, values);
  inverse_dct(values, steps, dct_reach(values), pixels, DCTSIZE);
  for (int y = 0; y < DCTSIZE; ++y) std::memcpy(output[y] + column, pixels + y * DCTSIZE, DCTSIZE);
}

void start_pass(j_decompress_ptr jpeg) {
  const OracleDct dct = self_of(reinterpret_cast<j_common_ptr>(jpeg)).dct;
  for (int c = 0; c < jpeg->num_components; ++c) {
    jpeg_component_info& component = jpeg->comp_info[c];
    jpeg->idct->inverse_DCT[c] = dct == OracleDct::of_core ? transform_of_core : jpeg_idct_islow;
    auto* steps = static_cast<ISLOW_MULT_TYPE*>(component.dct_table);
    for (int i = 0; i < DCTSIZE2; ++i) {
      steps[i] = component.quant_table == nullptr
                     ? ISLOW_MULT_TYPE{0}
                     : static_cast<ISLOW_MULT_TYPE>(component.quant_table->quantval[i]);
    }
  }
}

}  // namespace

LibjpegResult decode_by_libjpeg(const std::uint8_t* bytes, std::size_t size, OracleDct dct) {
  LibjpegResult result;
  const Result<JpegContainer> container = read_jpeg_container({bytes, size});
  if (!container) return {container.error().message, 0, 0, {}};
  const Result<void> accepted = check_size(container->width, container->height);
  if (!accepted) return {accepted.error().message, 0, 0, {}};
  auto made = std::make_unique<Decompressor>();
  Decompressor& self = *made;
  set_errors(self.errors);
  self.source = {nullptr, 0, start_source, next_piece, skip, jpeg_resync_to_restart, start_source};
  self.jpeg.err = &self.errors;
  self.jpeg.client_data = &self;
  self.dct = dct;
  self.at = bytes;
  self.left = size;
  // As the container walks it: the first end-of-image marker behind the last scan.
  std::size_t end = container->scan_ends.back();
  while (bytes[end] != 0xff || bytes[end + 1] != JPEG_EOI) ++end;
  while (end > self.padding && bytes[end - 1 - self.padding] == 0) ++self.padding;

  jpeg_decompress_struct& jpeg = self.jpeg;
  runs(self, [&] {
    jpeg_create_decompress(&jpeg);
    jpeg.src = &self.source;
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.jpeg_color_space;
    jpeg.raw_data_out = TRUE;
    jpeg_start_decompress(&jpeg);
  });
  if (self.failure == 0) {
    if (is_complete(jpeg)) {
      result.width = container->width;
      result.height = container->height;
      result.components.assign(static_cast<std::size_t>(jpeg.num_components),
                               std::vector<std::uint8_t>(static_cast<std::size_t>(result.width) *
                                                         static_cast<std::size_t>(result.height)));
      read_rows(self, result);
    } else {
      result.wrong = "The JPEG is truncated: some of its scans are missing.";
    }
  }
  if (self.failure != 0) {
    result.wrong = "The JPEG is damaged: " + std::string(reason(self.failure)) + ".";
  }
  jpeg_destroy_decompress(&jpeg);
  return result;
}

namespace {

[[noreturn]] void end_here(j_common_ptr) {
  std::abort();  // of our own settings
}

struct Destination {
  jpeg_destination_mgr manager;
  Bytes* bytes;
  std::uint8_t piece[4096];
};

void start_destination(j_compress_ptr jpeg) {
  auto& target = *static_cast<Destination*>(jpeg->client_data);
  target.manager.next_output_byte = target.piece;
  target.manager.free_in_buffer = sizeof target.piece;
}
boolean empty_destination(j_compress_ptr jpeg) {
  auto& target = *static_cast<Destination*>(jpeg->client_data);
  target.bytes->insert(target.bytes->end(), target.piece, target.piece + sizeof target.piece);
  start_destination(jpeg);
  return TRUE;
}
void end_destination(j_compress_ptr jpeg) {
  auto& target = *static_cast<Destination*>(jpeg->client_data);
  target.bytes->insert(target.bytes->end(), target.piece,
                       target.piece + sizeof target.piece - target.manager.free_in_buffer);
}

}  // namespace

Bytes encode_by_libjpeg(const LibjpegKind& kind, const Bytes& pixels) {
  Bytes bytes;
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  set_errors(errors);
  errors.error_exit = end_here;
  errors.emit_message = [](j_common_ptr, int) {};
  Destination target{
      {nullptr, 0, start_destination, empty_destination, end_destination}, &bytes, {}};
  jpeg.err = &errors;
  jpeg_create_compress(&jpeg);
  jpeg.client_data = &target;
  jpeg.dest = &target.manager;
  jpeg.image_width = static_cast<JDIMENSION>(kind.width);
  jpeg.image_height = static_cast<JDIMENSION>(kind.height);
  jpeg.input_components = kind.components;
  jpeg.in_color_space = kind.components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, kind.quality, TRUE);
  if (kind.step > 0) {
    unsigned steps[DCTSIZE2];
    std::fill(steps, steps + DCTSIZE2, static_cast<unsigned>(kind.step));
    for (const int slot : {0, 1}) jpeg_add_quant_table(&jpeg, slot, steps, 100, FALSE);
  }
  jpeg.comp_info[0].h_samp_factor = kind.horizontal;
  jpeg.comp_info[0].v_samp_factor = kind.vertical;
  jpeg.optimize_coding = kind.is_optimised ? TRUE : FALSE;
  jpeg.restart_interval = static_cast<unsigned>(kind.restart_interval);
  if (kind.is_progressive) jpeg_simple_progression(&jpeg);
  jpeg_scan_info scans[3] = {};
  if (kind.has_one_scan_each) {
    for (int c = 0; c < kind.components; ++c) {
      scans[c].comps_in_scan = 1;
      scans[c].component_index[0] = c;
      scans[c].Se = 63;
    }
    jpeg.scan_info = scans;
    jpeg.num_scans = kind.components;
  }
  jpeg_start_compress(&jpeg, TRUE);
  const auto stride = static_cast<std::size_t>(kind.width * kind.components);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(pixels.data() + jpeg.next_scanline * stride);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return bytes;
}

Bytes busy_pixels(int width, int height, int components, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t limit) { return static_cast<int>(random() % limit); };
  const int edge = 1 + below(static_cast<std::uint32_t>(width));
  const int noise = 1 + below(60);
  Bytes pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < components; ++c) {
        const int slope = (x * (3 + c) + y * 2) * 90 / (width + height);
        const int value = slope + (x < edge ? 0 : 100) +
                          (y / 9 % 2 == 0 ? below(static_cast<std::uint32_t>(noise)) : 0);
        pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0, 255)));
      }
    }
  }
  return pixels;
}

std::vector<LibjpegKind> libjpeg_kinds() {
  std::vector<LibjpegKind> kinds;
  const int sides[][2] = {{1, 1}, {7, 9}, {16, 16}, {33, 65}, {70, 41}};
  const int factors[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}};
  for (const auto& [width, height] : sides) {
    for (const bool is_progressive : {false, true}) {
      for (const int restart_interval : {0, 1, 3}) {
        LibjpegKind kind;
        kind.width = width;
        kind.height = height;
        kind.is_progressive = is_progressive;
        kind.restart_interval = restart_interval;
        kind.quality = restart_interval == 3 ? 100 : 75;
        kind.is_optimised = restart_interval == 1;
        kinds.push_back(kind);
        kind.components = 3;
        for (const auto& [horizontal, vertical] : factors) {
          kind.horizontal = horizontal;
          kind.vertical = vertical;
          kind.has_one_scan_each = false;
          kinds.push_back(kind);
          kind.has_one_scan_each = !is_progressive;
          if (!is_progressive) kinds.push_back(kind);
        }
      }
    }
    LibjpegKind coarse;
    coarse.width = width;
    coarse.height = height;
    for (const int step : {1, 255, 256, 1500}) {
      coarse.step = step;
      kinds.push_back(coarse);
    }
  }
  return kinds;
}

}  // namespace thoraxlite

extern "C" {

// In place of the library's jddctmgr.c.
void jinit_inverse_dct(j_decompress_ptr jpeg) {
  const auto common = reinterpret_cast<j_common_ptr>(jpeg);
  jpeg->idct = static_cast<jpeg_inverse_dct*>(
      jpeg->mem->alloc_small(common, JPOOL_IMAGE, sizeof(jpeg_inverse_dct)));
  jpeg->idct->start_pass = thoraxlite::start_pass;
  for (int c = 0; c < jpeg->num_components; ++c) {
    jpeg->comp_info[c].dct_table =
        jpeg->mem->alloc_small(common, JPOOL_IMAGE, DCTSIZE2 * sizeof(ISLOW_MULT_TYPE));
  }
}

// Raw planes are asked for, so these are never called.
void jinit_color_deconverter(j_decompress_ptr) {
  std::abort();
}
void jinit_upsampler(j_decompress_ptr) {
  std::abort();
}
void jinit_d_post_controller(j_decompress_ptr, boolean) {
  std::abort();
}
void jinit_d_main_controller(j_decompress_ptr, boolean) {}
}
