#include "dicom/read_dicom.h"

#include <new>

#include "dicom/decode_codestream.h"

namespace thoraxlite {
namespace {

Result<Samples> read_samples(const DicomFile& file, const DicomDescription& about) {
  if (file.syntax.coding == Coding::native)
    return read_native_frame(file, about.format, about.frame);
  const auto frame = read_frame_bytes(file, about.format, about.frame);
  if (!frame) return tl::unexpected(frame.error());
  const bool is_for_others = frame->coding == Coding::jpeg_ls || frame->coding == Coding::jpeg_2000;
  return is_for_others ? decode_codestream(*frame, about.format)
                       : decode_frame(*frame, about.format);
}

Result<DicomFilm> read(ByteView bytes) {
  const auto file = open_dicom(bytes);
  if (!file) return tl::unexpected(file.error());
  const auto about = describe(*file);
  if (!about) return tl::unexpected(about.error());
  auto samples = read_samples(*file, *about);
  if (!samples) return tl::unexpected(samples.error());
  return make_film(*file, *about, std::move(*samples));
}

}  // namespace

Result<DicomFilm> read_dicom(ByteView file) {
  try {
    return read(file);
  } catch (const std::bad_alloc&) {
    return fail("There is not enough memory to read the DICOM file.");
  }
}

}  // namespace thoraxlite
