#include "dicom/decode_codestream.h"

#include <charls/charls.h>
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/dicom/codestream.h"

namespace thoraxlite {
namespace {

std::vector<std::uint16_t> widened(const std::vector<std::uint8_t>& bytes, std::size_t count) {
  std::vector<std::uint16_t> values(count);
  if (bytes.size() == count) {
    std::copy(bytes.begin(), bytes.end(), values.begin());
  } else {
    std::memcpy(values.data(), bytes.data(), 2 * count);
  }
  return values;
}

std::optional<Samples> by_charls(const std::vector<std::uint8_t>& stream,
                                 const PixelFormat& format) {
  try {
    const std::size_t count = format.pixels() * std::size_t(format.samples);
    charls::jpegls_decoder decoder(stream, true);
    std::vector<std::uint8_t> bytes(decoder.destination_size());
    if (bytes.size() != count * (decoder.frame_info().bits_per_sample > 8 ? 2 : 1)) {
      return std::nullopt;
    }
    decoder.decode(bytes);
    Samples samples;
    samples.values = widened(bytes, count);
    samples.is_planar =
        format.samples > 1 && decoder.interleave_mode() == charls::interleave_mode::none;
    return samples;
  } catch (const charls::jpegls_error&) {
    return std::nullopt;
  }
}

// stream: up to its end marker.
Result<Samples> decode_jpeg_ls(std::vector<std::uint8_t> stream, const PixelFormat& format) {
  auto samples = by_charls(stream, format);
  // Some encoders leave a byte of 0 between the last pixel and the end marker, which CharLS takes
  // for damage.
  if (!samples && stream.size() > 3 && stream[stream.size() - 3] == 0) {
    stream.erase(stream.end() - 3);
    samples = by_charls(stream, format);
  }
  if (!samples) return damaged_image(name_of(Coding::jpeg_ls));
  return *std::move(samples);
}

// What OpenJPEG reads from.
struct Stream {
  ByteView bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_some(void* buffer, OPJ_SIZE_T size, void* data) {
  auto& stream = *static_cast<Stream*>(data);
  const std::size_t left = stream.bytes.size - stream.position;
  if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
  const std::size_t taken = std::min<std::size_t>(size, left);
  std::memcpy(buffer, stream.bytes.data + stream.position, taken);
  stream.position += taken;
  return taken;
}

OPJ_OFF_T skip_some(OPJ_OFF_T count, void* data) {
  auto& stream = *static_cast<Stream*>(data);
  if (count < 0 || static_cast<std::size_t>(count) > stream.bytes.size - stream.position) return -1;
  stream.position += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek_to(OPJ_OFF_T position, void* data) {
  auto& stream = *static_cast<Stream*>(data);
  if (position < 0 || static_cast<std::size_t>(position) > stream.bytes.size) return OPJ_FALSE;
  stream.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

void note_warning(const char*, void* data) {
  *static_cast<bool*>(data) = true;
}

template <auto function>
struct Call {
  template <class Handle>
  void operator()(Handle* handle) const {
    function(handle);
  }
};
using Codec = std::unique_ptr<opj_codec_t, Call<opj_destroy_codec>>;
using Source = std::unique_ptr<opj_stream_t, Call<opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Call<opj_image_destroy>>;

Image by_openjpeg(ByteView bytes) {
  const bool has_boxes = bytes.data[0] == 0;
  const Codec codec(opj_create_decompress(has_boxes ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
  const Source source(opj_stream_default_create(OPJ_TRUE));
  if (!codec || !source) return nullptr;
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  // Pixels by palette boxes would come with other components than the header says.
  parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
  // It warns where it goes on without what it needs.
  bool has_warned = false;
  opj_set_warning_handler(codec.get(), note_warning, &has_warned);
  opj_set_error_handler(codec.get(), note_warning, &has_warned);
  Stream stream{bytes};
  opj_stream_set_user_data(source.get(), &stream, nullptr);
  opj_stream_set_user_data_length(source.get(), bytes.size);
  opj_stream_set_read_function(source.get(), read_some);
  opj_stream_set_skip_function(source.get(), skip_some);
  opj_stream_set_seek_function(source.get(), seek_to);
  opj_image_t* read = nullptr;
  if (!opj_setup_decoder(codec.get(), &parameters) ||
      !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) ||
      !opj_read_header(source.get(), codec.get(), &read)) {
    opj_image_destroy(read);
    return nullptr;
  }
  Image image(read);
  has_warned = false;  // of boxes and comments
  if (!opj_decode(codec.get(), source.get(), image.get()) || has_warned ||
      !opj_end_decompress(codec.get(), source.get())) {
    return nullptr;
  }
  return image;
}

Result<Samples> decode_jpeg_2000(ByteView stream, const PixelFormat& format) {
  const char* kName = name_of(Coding::jpeg_2000);
  const Image image = by_openjpeg(stream);
  if (!image || image->numcomps != static_cast<OPJ_UINT32>(format.samples))
    return damaged_image(kName);
  Samples samples;
  samples.is_planar = true;
  samples.is_rgb = format.photometric == Photometric::ybr_of_codestream;
  for (OPJ_UINT32 c = 0; c < image->numcomps; ++c) {
    const opj_image_comp_t& component = image->comps[c];
    if (component.data == nullptr || component.w != static_cast<OPJ_UINT32>(format.columns) ||
        component.h != static_cast<OPJ_UINT32>(format.rows)) {
      return damaged_image(kName);
    }
    samples.values.insert(samples.values.end(), component.data, component.data + format.pixels());
  }
  return samples;
}

}  // namespace

Result<Samples> decode_codestream(const FrameBytes& frame, const PixelFormat& format) {
  const ByteView bytes = frame.bytes;
  const auto header = read_codestream(frame.coding, bytes, format);
  if (!header) return tl::unexpected(header.error());
  Result<Samples> samples = frame.coding == Coding::jpeg_ls
                                ? decode_jpeg_ls({bytes.data, bytes.data + header->size}, format)
                                : decode_jpeg_2000({bytes.data, header->size}, format);
  // A byte of padding belongs to the fragment.
  if (samples && header->size + 1 < bytes.size) samples->has_bytes_left = true;
  return samples;
}

}  // namespace thoraxlite
