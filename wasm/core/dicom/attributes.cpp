#include "core/dicom/attributes.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/json/decimal.h"

namespace thoraxlite {
namespace {

constexpr DicomTag kPlain[] = {kMediaStorageSOPClassUID.tag,
                               kTransferSyntaxUID.tag,
                               kDirectoryRecordSequence.tag,
                               kSpecificCharacterSet.tag,
                               kSOPClassUID.tag,
                               kSOPInstanceUID.tag,
                               kStudyDate.tag,
                               kSeriesDate.tag,
                               kAcquisitionDate.tag,
                               kContentDate.tag,
                               kModality.tag,
                               kInstitutionName.tag,
                               kCodeValue.tag,
                               kCodeMeaning.tag,
                               kPatientName.tag,
                               kPatientID.tag,
                               kPatientBirthDate.tag,
                               kPatientAge.tag,
                               kBodyPartExamined.tag,
                               kViewPosition.tag,
                               kFieldOfViewRotation.tag,
                               kFieldOfViewHorizontalFlip.tag,
                               kStudyInstanceUID.tag,
                               kPatientOrientation.tag,
                               kSamplesPerPixel.tag,
                               kPhotometricInterpretation.tag,
                               kPlanarConfiguration.tag,
                               kNumberOfFrames.tag,
                               kRows.tag,
                               kColumns.tag,
                               kBitsAllocated.tag,
                               kBitsStored.tag,
                               kHighBit.tag,
                               kPixelRepresentation.tag,
                               kPixelPaddingValue.tag,
                               kPixelPaddingRangeLimit.tag,
                               kWindowCenter.tag,
                               kWindowWidth.tag,
                               kRescaleIntercept.tag,
                               kRescaleSlope.tag,
                               kWindowCenterWidthExplanation.tag,
                               kVOILUTFunction.tag,
                               kPaletteDescriptors[0].tag,
                               kPaletteDescriptors[1].tag,
                               kPaletteDescriptors[2].tag,
                               kPaletteTables[0].tag,
                               kPaletteTables[1].tag,
                               kPaletteTables[2].tag,
                               kLUTDescriptor.tag,
                               kLUTExplanation.tag,
                               kLUTData.tag,
                               kPresentationLUTShape.tag,
                               kExtendedOffsetTable.tag,
                               kPixelData.tag};
constexpr DicomTag kSequences[] = {kModalityLUTSequence.tag,
                                   kVOILUTSequence.tag,
                                   kFrameVOILUTSequence.tag,
                                   kPixelValueTransformationSequence.tag,
                                   kViewCodeSequence.tag,
                                   kSharedFunctionalGroupsSequence.tag,
                                   kPerFrameFunctionalGroupsSequence.tag};

template <std::size_t count>
bool is_among(const DicomTag (&tags)[count], DicomTag tag) {
  return std::find(std::begin(tags), std::end(tags), tag) != std::end(tags);
}

std::string without_spaces(const std::string& value) {
  constexpr const char* kSpaces = " \t\r\n";
  const auto first = value.find_first_not_of(kSpaces);
  if (first == std::string::npos) return {};
  return value.substr(first, value.find_last_not_of(kSpaces) - first + 1);
}

std::string hexadecimal(unsigned value) {
  std::string digits(4, '0');
  for (std::size_t i = 0; i < digits.size(); ++i)
    digits[i] = "0123456789abcdef"[value >> (12 - 4 * i) & 15];
  return digits;
}

std::uint16_t word_at(const DataSet& data, ByteView bytes, std::size_t index) {
  const std::uint8_t first = bytes.data[2 * index];
  const std::uint8_t second = bytes.data[2 * index + 1];
  return static_cast<std::uint16_t>(data.is_big_endian ? first << 8 | second : second << 8 | first);
}

}  // namespace

bool is_read(DicomTag tag) {
  return is_among(kPlain, tag) || is_sequence(tag);
}

bool is_sequence(DicomTag tag) {
  return is_among(kSequences, tag);
}

std::string named(const DicomAttribute& attribute) {
  return std::string(attribute.keyword) + " (" + hexadecimal(attribute.tag >> 16) + ',' +
         hexadecimal(attribute.tag & 0xffff) + ')';
}

ByteView bytes_of(const DataSet& data, const DicomAttribute& attribute) {
  const DicomElement* element = data.find(attribute.tag);
  return element == nullptr ? ByteView{} : element->value;
}

std::size_t word_count(const DataSet& data, const DicomAttribute& attribute) {
  return bytes_of(data, attribute).size / 2;
}

std::optional<std::uint16_t> word(const DataSet& data, const DicomAttribute& attribute,
                                  std::size_t index) {
  const ByteView bytes = bytes_of(data, attribute);
  if (index >= bytes.size / 2) return std::nullopt;
  return word_at(data, bytes, index);
}

Result<std::uint16_t> required_word(const DataSet& data, const DicomAttribute& attribute) {
  const auto value = word(data, attribute);
  if (!value) return fail("The DICOM file does not say its " + named(attribute) + ".");
  return *value;
}

std::vector<std::uint16_t> words(const DataSet& data, const DicomAttribute& attribute,
                                 std::size_t most) {
  const ByteView bytes = bytes_of(data, attribute);
  std::vector<std::uint16_t> values(std::min(bytes.size / 2, most));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = word_at(data, bytes, i);
  return values;
}

std::vector<std::string> texts(const DataSet& data, const DicomAttribute& attribute) {
  const ByteView bytes = bytes_of(data, attribute);
  if (bytes.size == 0) return {};
  std::vector<std::string> values(1);
  for (std::size_t i = 0; i < bytes.size; ++i) {
    const char letter = static_cast<char>(bytes.data[i]);
    if (letter == '\\') {
      values.emplace_back();
    } else if (letter != '\0') {
      values.back() += letter;
    }
  }
  for (std::string& value : values) value = without_spaces(value);
  return values;
}

std::string text(const DataSet& data, const DicomAttribute& attribute) {
  const auto values = texts(data, attribute);
  return values.empty() ? "" : values.front();
}

std::optional<double> to_number(const std::string& value) {
  std::size_t at = 0;
  const auto is_digit = [&] { return at < value.size() && value[at] >= '0' && value[at] <= '9'; };
  const auto is_one_of = [&](const char* letters) {
    return at < value.size() && std::string_view(letters).find(value[at]) != std::string_view::npos;
  };
  const auto has_minus = [&] { return is_one_of("+-") && value[at++] == '-'; };
  const bool is_negative = has_minus();
  std::uint64_t mantissa = 0;
  int exponent = 0;
  int digits = 0;
  // More digits than a double tells apart only move the exponent.
  const auto take_digits = [&](int exponent_of_taken, int exponent_of_dropped) {
    for (; is_digit(); ++at, ++digits) {
      if (mantissa < 900'000'000'000'000) {
        mantissa = 10 * mantissa + static_cast<std::uint64_t>(value[at] - '0');
        exponent += exponent_of_taken;
      } else {
        exponent += exponent_of_dropped;
      }
    }
  };
  take_digits(0, 1);
  if (is_one_of(".,")) {
    ++at;
    take_digits(-1, 0);
  }
  if (digits == 0) return std::nullopt;
  if (is_one_of("eE")) {
    ++at;
    const bool is_small = has_minus();
    if (!is_digit()) return std::nullopt;
    int power = 0;
    for (; is_digit(); ++at) power = std::min(10 * power + (value[at] - '0'), 9999);
    exponent += is_small ? -power : power;
  }
  if (at != value.size()) return std::nullopt;
  const double number = mantissa == 0 ? 0 : from_decimal(mantissa, exponent);
  if (!std::isfinite(number)) return std::nullopt;
  return is_negative ? -number : number;
}

Result<std::vector<double>> decimals(const DataSet& data, const DicomAttribute& attribute) {
  std::vector<double> numbers;
  for (const std::string& value : texts(data, attribute)) {
    if (value.empty()) continue;
    const auto number = to_number(value);
    if (!number) {
      return fail(named(attribute) + " is \"" + shortened(value) + "\"; expected a number.");
    }
    numbers.push_back(*number);
  }
  return numbers;
}

Result<double> decimal(const DataSet& data, const DicomAttribute& attribute, double if_missing) {
  return decimals(data, attribute).map([if_missing](const std::vector<double>& values) {
    return values.empty() ? if_missing : values.front();
  });
}

const std::vector<DataSet>& items(const DataSet& data, const DicomAttribute& sequence) {
  static const std::vector<DataSet> none;
  const DicomElement* element = data.find(sequence.tag);
  return element == nullptr ? none : element->items;
}

std::string shortened(const std::string& value) {
  constexpr std::size_t kLongest = 40;
  std::string safe = value.substr(0, kLongest);
  for (char& letter : safe) {
    if (letter < 0x20 || letter > 0x7e) letter = '?';
  }
  return safe;
}

}  // namespace thoraxlite
