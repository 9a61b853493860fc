// DICOM films through DCMTK: every syntax gives the same pixels, every odd file one sentence.
#include "dicom/read_dicom.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/dicom/is_dicom.h"
#include "made_dicom.h"

using namespace thoraxlite;

namespace {

ByteView view(const std::vector<std::uint8_t>& bytes) {
  return {bytes.data(), bytes.size()};
}

// LINEAR at centre 2048 and width 4096.
int expected_grey(int code) {
  return static_cast<int>(std::floor(code / 4095.0 * 65535 + 0.5));
}

std::string message_of(const std::vector<std::uint8_t>& bytes) {
  const auto film = read_dicom(view(bytes));
  return film ? "no error" : film.error().message;
}

std::string message_after(const std::function<void(DcmDataset&)>& change) {
  return message_of(made_dicom(EXS_LittleEndianExplicit, change));
}

}  // namespace

TEST_CASE("every syntax without loss gives the same film") {
  for (const E_TransferSyntax syntax : made_syntaxes()) {
    const std::string name = DcmXfer(syntax).getXferName();
    CAPTURE(name);
    const auto bytes = made_dicom(syntax);
    CHECK(is_dicom(view(bytes)));
    const auto film = read_dicom(view(bytes));
    REQUIRE_MESSAGE(film, (film ? "" : film.error().message));
    CHECK(film->image.width == kMadeColumns);
    CHECK(film->image.height == kMadeRows);
    CHECK(film->image.max_value == 65535);
    for (std::size_t i = 0; i < film->image.pixels.size(); ++i) {
      REQUIRE(film->image.pixels[i] == expected_grey(made_code(static_cast<int>(i))));
    }
    CHECK(film->facts.age_years == 45);
    CHECK(!film->facts.is_lateral);
    CHECK(film->sop_uid == "1.2.3.4");
  }
}

TEST_CASE("how colourful the pixels are is told of colours, and 0 of greys") {
  const auto colourfulness = [](Uint8 red, Uint8 green, Uint8 blue) {
    const auto bytes = made_dicom(EXS_LittleEndianExplicit, [&](DcmDataset& data) {
      data.putAndInsertString(DCM_PhotometricInterpretation, "RGB");
      data.putAndInsertUint16(DCM_SamplesPerPixel, 3);
      data.putAndInsertUint16(DCM_PlanarConfiguration, 0);
      for (const auto& tag : {DCM_BitsAllocated, DCM_BitsStored}) data.putAndInsertUint16(tag, 8);
      data.putAndInsertUint16(DCM_HighBit, 7);
      std::vector<Uint8> samples;
      for (int i = 0; i < kMadeColumns * kMadeRows; ++i) {
        samples.insert(samples.end(), {red, green, blue});
      }
      data.putAndInsertUint8Array(DCM_PixelData, samples.data(), samples.size());
    });
    return read_dicom(view(bytes)).value().facts.colourfulness;
  };
  CHECK(colourfulness(255, 0, 51) == 1);
  CHECK(colourfulness(102, 51, 51) == doctest::Approx(0.2));
  CHECK(colourfulness(90, 90, 90) == 0);
  CHECK(read_dicom(view(made_dicom(EXS_LittleEndianExplicit))).value().facts.colourfulness == 0);
}

TEST_CASE("a file without its prefix is known by its content, and read") {
  auto bytes = made_dicom(EXS_LittleEndianExplicit);
  bytes.erase(bytes.begin(), bytes.begin() + 132);
  CHECK(is_dicom(view(bytes)));
  CHECK(message_of(bytes) == "no error");
}

TEST_CASE("an age that is not said comes from dates, or is unknown") {
  const auto age_of = [](const std::function<void(DcmDataset&)>& change) {
    const auto film = read_dicom(view(made_dicom(EXS_LittleEndianExplicit, change)));
    REQUIRE(film);
    return film->facts.age_years;
  };
  CHECK(std::isnan(age_of([](DcmDataset& data) { data.findAndDeleteElement(DCM_PatientAge); })));
  CHECK(age_of([](DcmDataset& data) { data.putAndInsertString(DCM_PatientAge, "006M"); }) == 0.5);
  CHECK(age_of([](DcmDataset& data) {
          data.findAndDeleteElement(DCM_PatientAge);
          data.putAndInsertString(DCM_PatientBirthDate, "20100701");
          data.putAndInsertString(DCM_StudyDate, "20200701");
        }) == doctest::Approx(10));
}

TEST_CASE("what is not read is said in one sentence") {
  CHECK(message_of({'t', 'e', 'x', 't'}) == "The file is not DICOM: it has no DICM prefix.");
  const auto whole = made_dicom(EXS_LittleEndianExplicit);
  CHECK(message_of({whole.begin(), whole.end() - 100}).find("truncated") != std::string::npos);
  CHECK(message_after([](DcmDataset& data) { data.findAndDeleteElement(DCM_Rows); }) ==
        "The DICOM file does not say its Rows (0028,0010).");
  CHECK(message_after([](DcmDataset& data) { data.findAndDeleteElement(DCM_PixelData); }) ==
        "The DICOM file holds no image (PixelData); its modality is DX.");
  CHECK(message_after([](DcmDataset& data) { data.putAndInsertUint16(DCM_Rows, 900); }) ==
        "The DICOM file is truncated: its image has 768 bytes; expected 43200.");
  CHECK(message_after([](DcmDataset& data) {
          data.putAndInsertUint16(DCM_Rows, 16000);
          data.putAndInsertUint16(DCM_Columns, 16000);
        }) == "The DICOM image is 16000 x 16000 pixels; expected at most 40 million.");
  CHECK(message_after([](DcmDataset& data) { data.putAndInsertString(DCM_RescaleSlope, "x"); }) ==
        "RescaleSlope (0028,1053) is \"x\"; expected a number.");
  CHECK(message_after([](DcmDataset& data) {
          data.putAndInsertString(DCM_PhotometricInterpretation, "HSV");
        }) ==
        "The photometric interpretation of the DICOM image is HSV; expected MONOCHROME1, "
        "MONOCHROME2, RGB, YBR_FULL or PALETTE COLOR.");
}

TEST_CASE("every kind of lossless JPEG is read as it was written") {
  for (int predictor = 1; predictor <= 7; ++predictor) {
    CAPTURE(predictor);
    const auto film =
        read_dicom(view(made_dicom(EXS_JPEGProcess14, [](DcmDataset&) {}, predictor)));
    REQUIRE(film);
    for (std::size_t i = 0; i < film->image.pixels.size(); ++i) {
      REQUIRE(film->image.pixels[i] == expected_grey(made_code(static_cast<int>(i))));
    }
  }
}

TEST_CASE("JPEG of 12 bits loses no more than JPEG does") {
  const auto film = read_dicom(view(made_dicom(EXS_JPEGProcess2_4)));
  REQUIRE_MESSAGE(film, (film ? "" : film.error().message));
  // As DCMTK decodes it; its inverse DCT may differ in the last of 12 bits.
  DcmFileFormat file;
  const auto bytes = made_dicom(EXS_JPEGProcess2_4);
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  DJDecoderRegistration::registerCodecs();
  file.transferInit();
  REQUIRE(file.read(stream).good());
  file.transferEnd();
  REQUIRE(file.getDataset()->chooseRepresentation(EXS_LittleEndianExplicit, nullptr).good());
  const Uint16* codes = nullptr;
  REQUIRE(file.getDataset()->findAndGetUint16Array(DCM_PixelData, codes).good());
  for (std::size_t i = 0; i < film->image.pixels.size(); ++i) {
    REQUIRE(std::abs(film->image.pixels[i] - expected_grey(codes[i])) <= 16);
  }
}

TEST_CASE("a compressed frame that is cut is no film, however it ends") {
  for (const E_TransferSyntax syntax : made_syntaxes()) {
    if (!is_encapsulated(syntax)) continue;
    const std::string name = DcmXfer(syntax).getXferName();
    CAPTURE(name);
    const auto file = made_dicom(syntax);
    // The last fragment's item: its length, its bytes, the sequence's delimiter.
    const std::vector<std::uint8_t> delimiter{0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0};
    const auto end = std::search(file.begin(), file.end(), delimiter.begin(), delimiter.end());
    const std::vector<std::uint8_t> item{0xfe, 0xff, 0x00, 0xe0};
    const auto start = std::find_end(file.begin(), end, item.begin(), item.end()) + 8;
    const auto size = end - start;
    for (const int percent : {10, 30, 50, 70, 90, 97}) {
      CAPTURE(percent);
      for (const bool has_end : {false, true}) {
        auto cut = std::vector<std::uint8_t>(start, start + size * percent / 100 / 2 * 2);
        if (has_end && syntax != EXS_RLELossless) cut.insert(cut.end(), {0xff, 0xd9});
        std::vector<std::uint8_t> damaged(file.begin(), start);
        for (std::size_t i = 0; i < 4; ++i) {
          damaged[damaged.size() - 4 + i] = static_cast<std::uint8_t>(cut.size() >> (8 * i));
        }
        damaged.insert(damaged.end(), cut.begin(), cut.end());
        damaged.insert(damaged.end(), end, file.end());
        CHECK(message_of(damaged) != "no error");
      }
    }
  }
}

TEST_CASE("a stream of another kind than the file says is named") {
  auto bytes = made_dicom(EXS_JPEGLSLossless);
  const std::string from = "1.2.840.10008.1.2.4.80";
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  REQUIRE(at != bytes.end());
  at[from.size() - 2] = '9';
  CHECK(message_of(bytes) ==
        "The DICOM file says that its pixels are JPEG 2000, but they are JPEG-LS.");
}
