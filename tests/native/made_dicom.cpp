#include "made_dicom.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <openjpeg.h>

#include <memory>
#include <stdexcept>

namespace thoraxlite {
namespace {

void register_encoders() {
  static const bool is_done = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEEncoderRegistration::registerCodecs();
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
    DJLSEncoderRegistration::registerCodecs();
    return true;
  }();
  static_cast<void>(is_done);
}

void expect(const OFCondition& condition) {
  if (condition.bad()) throw std::runtime_error(condition.text());
}

void describe(DcmDataset& data) {
  const std::pair<DcmTagKey, const char*> texts[] = {
      {DCM_SOPClassUID, UID_DigitalXRayImageStorageForPresentation},
      {DCM_SOPInstanceUID, "1.2.3.4"},
      {DCM_Modality, "DX"},
      {DCM_PatientAge, "045Y"},
      {DCM_ViewPosition, "PA"},
      {DCM_PhotometricInterpretation, "MONOCHROME2"},
      {DCM_WindowCenter, "2048"},
      {DCM_WindowWidth, "4096"},
  };
  for (const auto& [tag, value] : texts) expect(data.putAndInsertString(tag, value));
  const std::pair<DcmTagKey, Uint16> words[] = {
      {DCM_SamplesPerPixel, 1},     {DCM_Rows, kMadeRows}, {DCM_Columns, kMadeColumns},
      {DCM_BitsAllocated, 16},      {DCM_BitsStored, 12},  {DCM_HighBit, 11},
      {DCM_PixelRepresentation, 0},
  };
  for (const auto& [tag, value] : words) expect(data.putAndInsertUint16(tag, value));
  std::vector<Uint16> codes(kMadeColumns * kMadeRows);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    codes[i] = static_cast<Uint16>(made_code(static_cast<int>(i)));
  }
  expect(data.putAndInsertUint16Array(DCM_PixelData, codes.data(), codes.size()));
}

// What OpenJPEG writes to.
OPJ_SIZE_T append(void* bytes, OPJ_SIZE_T size, void* written) {
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  auto& all = *static_cast<std::vector<std::uint8_t>*>(written);
  all.insert(all.end(), first, first + size);
  return size;
}

// The film's codes as a lossless JPEG 2000 codestream.
std::vector<std::uint8_t> made_codestream() {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = kMadeColumns;
  component.h = kMadeRows;
  component.prec = 12;
  const std::unique_ptr<opj_image_t, void (*)(opj_image_t*)> image(
      opj_image_create(1, &component, OPJ_CLRSPC_GRAY), opj_image_destroy);
  image->x1 = kMadeColumns;
  image->y1 = kMadeRows;
  for (int i = 0; i < kMadeColumns * kMadeRows; ++i) image->comps[0].data[i] = made_code(i);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.numresolution = 3;
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  const std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)> codec(
      opj_create_compress(OPJ_CODEC_J2K), opj_destroy_codec);
  const std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)> stream(
      opj_stream_default_create(OPJ_FALSE), opj_stream_destroy);
  std::vector<std::uint8_t> written;
  opj_stream_set_user_data(stream.get(), &written, nullptr);
  opj_stream_set_write_function(stream.get(), append);
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_start_compress(codec.get(), image.get(), stream.get()) ||
      !opj_encode(codec.get(), stream.get()) || !opj_end_compress(codec.get(), stream.get())) {
    throw std::runtime_error("OpenJPEG encodes nothing");
  }
  if (written.size() % 2 == 1) written.push_back(0);
  return written;
}

void compress_by_openjpeg(DcmDataset& data) {
  auto stream = made_codestream();
  auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
  DcmOffsetList offsets;
  expect(sequence->storeCompressedFrame(offsets, stream.data(), Uint32(stream.size()), 0));
  auto* pixels = new DcmPixelData(DCM_PixelData);
  pixels->putOriginalRepresentation(EXS_JPEG2000LosslessOnly, nullptr, sequence);
  expect(data.insert(pixels, OFTrue));
}

}  // namespace

int made_code(int index) {
  return (index * 37 + index / 16 * 91) % 4096;
}

std::vector<E_TransferSyntax> made_syntaxes() {
  return {EXS_LittleEndianImplicit, EXS_LittleEndianExplicit,
          EXS_BigEndianExplicit,    EXS_DeflatedLittleEndianExplicit,
          EXS_RLELossless,          EXS_JPEGProcess14,
          EXS_JPEGProcess14SV1,     EXS_JPEGLSLossless,
          EXS_JPEG2000LosslessOnly};
}

bool is_encapsulated(E_TransferSyntax syntax) {
  switch (syntax) {
    case EXS_LittleEndianImplicit:
    case EXS_LittleEndianExplicit:
    case EXS_BigEndianExplicit:
    case EXS_DeflatedLittleEndianExplicit:
      return false;
    default:
      return true;
  }
}

std::vector<std::uint8_t> made_dicom(E_TransferSyntax syntax,
                                     const std::function<void(DcmDataset&)>& change,
                                     int predictor) {
  register_encoders();
  DcmFileFormat file;
  DcmDataset& data = *file.getDataset();
  describe(data);
  if (syntax == EXS_JPEG2000LosslessOnly) {
    compress_by_openjpeg(data);
  } else if (is_encapsulated(syntax)) {
    const DJ_RPLossless lossless(predictor, 0);
    const DJ_RPLossy lossy(95);
    const DcmRepresentationParameter* options = nullptr;
    if (syntax == EXS_JPEGProcess14) options = &lossless;
    if (syntax == EXS_JPEGProcess2_4) options = &lossy;
    expect(data.chooseRepresentation(syntax, options));
  }
  change(data);
  std::vector<std::uint8_t> bytes(1 << 18);
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  file.transferInit();
  expect(file.write(stream, syntax, EET_ExplicitLength, nullptr));
  file.transferEnd();
  stream.flush();  // what a deflating filter still holds
  void* start = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(start, length);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

}  // namespace thoraxlite
