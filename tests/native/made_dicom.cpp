#include "made_dicom.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>

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

}  // namespace

int made_code(int index) {
  return (index * 37 + index / 16 * 91) % 4096;
}

std::vector<E_TransferSyntax> made_syntaxes() {
  return {EXS_LittleEndianImplicit, EXS_LittleEndianExplicit,
          EXS_BigEndianExplicit,    EXS_DeflatedLittleEndianExplicit,
          EXS_RLELossless,          EXS_JPEGProcess14,
          EXS_JPEGProcess14SV1,     EXS_JPEGLSLossless};
}

std::vector<std::uint8_t> made_dicom(E_TransferSyntax syntax,
                                     const std::function<void(DcmDataset&)>& change) {
  register_encoders();
  DcmFileFormat file;
  DcmDataset& data = *file.getDataset();
  describe(data);
  if (DcmXfer(syntax).isEncapsulated()) {
    const DJ_RPLossless options(6, 0);
    const bool is_process14 = syntax == EXS_JPEGProcess14;
    expect(data.chooseRepresentation(syntax, is_process14 ? &options : nullptr));
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
