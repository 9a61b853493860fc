#include "dicom/read_dicom.h"

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "dicom/colour.h"
#include "dicom/grey_way.h"
#include "dicom/is_dicom.h"

namespace thoraxlite {
namespace {

// DCMTK's decoders, its messages turned off: what went wrong is said by us, once.
void prepare_dcmtk() {
  static const bool is_prepared = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEDecoderRegistration::registerCodecs();
    // Colours stay as they are stored: the data set says what they are.
    DJDecoderRegistration::registerCodecs(EDC_never);
    DJLSDecoderRegistration::registerCodecs();
    return true;
  }();
  static_cast<void>(is_prepared);
}

// PS3.6 table A-1, for those that Debian 12's DCMTK does not know yet.
const char* newer_name(const std::string& uid) {
  if (uid == "1.2.840.10008.1.2.4.201") return "High-Throughput JPEG 2000 Lossless";
  if (uid == "1.2.840.10008.1.2.4.202") return "High-Throughput JPEG 2000 with RPCL Lossless";
  if (uid == "1.2.840.10008.1.2.4.203") return "High-Throughput JPEG 2000";
  return "a name that is not known here";
}

// The data set may have been read even so, as if it were of another syntax.
std::optional<Error> reason_not_to_decode(DcmFileFormat& file) {
  const std::string uid = shortened(text(*file.getMetaInfo(), DCM_TransferSyntaxUID));
  if (uid.empty()) return std::nullopt;  // a data set alone, which DCMTK takes as uncompressed
  const DcmXfer syntax(uid.c_str());
  const bool is_known = syntax.getXfer() != EXS_Unknown;
  const bool is_native = is_known && !syntax.isEncapsulated();
  if (is_native ||
      (is_known && DcmCodecList::canChangeCoding(syntax.getXfer(), EXS_LittleEndianExplicit))) {
    return std::nullopt;
  }
  return Error{
      "The transfer syntax of this DICOM file is " + uid + " (" +
      (is_known ? syntax.getXferName() : newer_name(uid)) +
      "), which is not read by DCMTK; expected an uncompressed, RLE, JPEG or JPEG-LS one."};
}

Result<DcmDataset*> parse(DcmFileFormat& file, ByteView bytes) {
  if (!is_dicom(bytes)) return fail("The file is not DICOM: it has no DICM prefix.");
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data, static_cast<offile_off_t>(bytes.size));
  stream.setEos();
  file.transferInit();
  const OFCondition read = file.read(stream);
  file.transferEnd();
  if (const auto reason = reason_not_to_decode(file)) return tl::unexpected(*reason);
  if (read.bad() || file.getDataset() == nullptr) {
    return fail("The DICOM file is damaged or truncated: its elements cannot be read.");
  }
  return file.getDataset();
}

tl::unexpected<Error> truncated(unsigned long found, std::size_t expected) {
  return fail("The DICOM file is truncated: its image has " + std::to_string(found) +
              " bytes; expected " + std::to_string(expected) + '.');
}

// Samples of the first frame, one a word, as PS3.5 8 and A.4 have them stored.
Result<std::vector<std::uint16_t>> native_samples(DcmElement& pixels, const ImageFormat& format) {
  const std::size_t count = format.frame_bytes() / std::size_t(format.bits_allocated / 8);
  const unsigned long length = pixels.getLength();
  if (length < format.frame_bytes()) return truncated(length, format.frame_bytes());
  if (format.bits_allocated == 16) {
    Uint16* words = nullptr;
    if (pixels.getUint16Array(words).bad() || words == nullptr) return truncated(0, count * 2);
    return std::vector<std::uint16_t>(words, words + count);
  }
  Uint8* bytes = nullptr;
  if (pixels.getUint8Array(bytes).bad() || bytes == nullptr) return truncated(0, count);
  return std::vector<std::uint16_t>(bytes, bytes + count);
}

Result<std::vector<std::uint16_t>> decoded_samples(DcmDataset& data, DcmPixelData& pixels,
                                                   ImageFormat& format) {
  const std::size_t count = format.pixels() * std::size_t(format.samples);
  const std::size_t bytes_per_sample = std::size_t(format.bits_allocated / 8);
  // DCMTK wants an even size.
  std::vector<std::uint8_t> buffer((count * bytes_per_sample + 1) / 2 * 2);
  Uint32 fragment = 0;
  OFString colours;
  const OFCondition decoded = pixels.getUncompressedFrame(
      &data, 0, fragment, buffer.data(), static_cast<Uint32>(buffer.size()), colours);
  if (decoded.bad()) {
    return fail("The " + std::string(DcmXfer(data.getOriginalXfer()).getXferName()) +
                " image inside the DICOM file is damaged: it cannot be decoded.");
  }
  // Codecs say what they made of the colours and how they laid them out.
  if (format.samples == 3 && colours == "RGB") format.photometric = Photometric::rgb;
  std::vector<std::uint16_t> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = buffer[bytes_per_sample * i];
    if (bytes_per_sample == 1) continue;
    Uint16 word = 0;
    std::memcpy(&word, &buffer[2 * i], sizeof word);
    samples[i] = word;
  }
  return samples;
}

Result<std::vector<std::uint16_t>> read_samples(DcmDataset& data, ImageFormat& format) {
  DcmElement* element = nullptr;
  const bool is_encapsulated = DcmXfer(data.getOriginalXfer()).isEncapsulated();
  if (data.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr ||
      (!is_encapsulated && element->getLength() == 0)) {
    const std::string modality = text(data, DCM_Modality);
    return fail("The DICOM file holds no image (PixelData); its modality is " +
                (modality.empty() ? "not said" : shortened(modality)) + '.');
  }
  if (!is_encapsulated) return native_samples(*element, format);
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  if (pixels == nullptr) return fail("The DICOM file is damaged: its pixels are of no kind.");
  return decoded_samples(data, *pixels, format);
}

// Years; from PatientAge ("045Y"), else from the dates of birth and study.
double read_age(DcmItem& data) {
  constexpr double kDaysOfYear = 365.25;
  const std::string age = text(data, DCM_PatientAge);
  if (age.size() == 4 && age.find_first_not_of("0123456789") == 3) {
    const double count = std::stoi(age.substr(0, 3));
    if (age[3] == 'Y') return count;
    if (age[3] == 'M') return count / 12;
    if (age[3] == 'W') return count * 7 / kDaysOfYear;
    if (age[3] == 'D') return count / kDaysOfYear;
  }
  OFDate birth, study;
  const std::string birth_date = text(data, DCM_PatientBirthDate);
  const std::string study_date = text(data, DCM_StudyDate);
  if (birth_date.size() == 8 && study_date.size() == 8 &&
      birth.setISOFormattedDate(birth_date.c_str()) &&
      study.setISOFormattedDate(study_date.c_str()) && birth <= study) {
    const double days = (study.getYear() - birth.getYear()) * kDaysOfYear +
                        (double(study.getMonth()) - double(birth.getMonth())) * kDaysOfYear / 12 +
                        (double(study.getDay()) - double(birth.getDay()));
    return std::max(days, 0.0) / kDaysOfYear;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::uint16_t> grey_pixels(const std::vector<std::uint16_t>& samples,
                                       const ImageFormat& format, const GreyWay& way) {
  std::vector<bool> is_present(std::size_t(format.mask()) + 1);
  for (const std::uint16_t sample : samples) is_present[format.code(sample)] = true;
  const std::vector<std::uint16_t> table = grey_table(way, is_present);
  std::vector<std::uint16_t> pixels(samples.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = table[format.code(samples[i])];
  return pixels;
}

Result<DicomFilm> read(ByteView bytes) {
  prepare_dcmtk();
  DcmFileFormat file;
  const auto parsed = parse(file, bytes);
  if (!parsed) return tl::unexpected(parsed.error());
  DcmDataset& data = **parsed;
  auto format = read_image_format(data);
  if (!format) return tl::unexpected(format.error());

  DicomFilm film;
  film.image.width = format->columns;
  film.image.height = format->rows;
  film.image.max_value = 65535;
  film.facts.age_years = read_age(data);
  film.facts.view_position = text(data, DCM_ViewPosition);
  film.study_uid = text(data, DCM_StudyInstanceUID);
  film.sop_uid = text(data, DCM_SOPInstanceUID);

  Result<GreyWay> way;
  if (format->is_grey()) way = read_grey_way(data, *format);
  if (!way) return tl::unexpected(way.error());
  const auto samples = read_samples(data, *format);
  if (!samples) return tl::unexpected(samples.error());
  if (format->is_grey()) {
    film.image.pixels = grey_pixels(*samples, *format, *way);
    return film;
  }
  Result<GreyOfColour> grey = format->photometric == Photometric::palette_color
                                  ? grey_of_palette(data, *samples, *format)
                                  : grey_of_colour(*samples, *format);
  if (!grey) return tl::unexpected(grey.error());
  film.image.pixels = std::move(grey->pixels);
  film.facts.colourfulness = grey->colourfulness;
  return film;
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
