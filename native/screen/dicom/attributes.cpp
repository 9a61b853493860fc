#include "dicom/attributes.h"

#include <charconv>
#include <cmath>

namespace thoraxlite {

std::string named(const DcmTagKey& tag) {
  DcmTag known(tag);
  return std::string(known.getTagName()) + ' ' + std::string(tag.toString().c_str());
}

std::optional<std::uint16_t> word(DcmItem& data, const DcmTagKey& tag, unsigned long index) {
  DcmElement* element = nullptr;
  if (data.findAndGetElement(tag, element).bad() || element == nullptr) return std::nullopt;
  Uint16 unsigned_value = 0;
  if (element->getUint16(unsigned_value, index).good()) return unsigned_value;
  Sint16 signed_value = 0;
  if (element->getSint16(signed_value, index).good()) {
    return static_cast<std::uint16_t>(signed_value);
  }
  return std::nullopt;
}

Result<std::uint16_t> required_word(DcmItem& data, const DcmTagKey& tag) {
  const auto value = word(data, tag);
  if (!value) return fail("The DICOM file does not say its " + named(tag) + ".");
  return *value;
}

std::vector<std::string> texts(DcmItem& data, const DcmTagKey& tag) {
  OFString all;
  if (data.findAndGetOFStringArray(tag, all).bad() || all.empty()) return {};
  std::vector<std::string> values(1);
  for (const char letter : std::string(all.c_str(), all.size())) {
    if (letter == '\\') {
      values.emplace_back();
    } else if (letter != '\0') {
      values.back() += letter;
    }
  }
  for (std::string& value : values) {
    const auto first = value.find_first_not_of(" \t\r\n");
    const auto last = value.find_last_not_of(" \t\r\n");
    value = first == std::string::npos ? "" : value.substr(first, last - first + 1);
  }
  return values;
}

std::string text(DcmItem& data, const DcmTagKey& tag) {
  const auto values = texts(data, tag);
  return values.empty() ? "" : values.front();
}

Result<std::vector<double>> decimals(DcmItem& data, const DcmTagKey& tag) {
  std::vector<double> numbers;
  for (const std::string& value : texts(data, tag)) {
    if (value.empty()) continue;
    const char* first = value.data() + (value.front() == '+' ? 1 : 0);
    const char* last = value.data() + value.size();
    double number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || end != last || !std::isfinite(number)) {
      return fail(named(tag) + " is \"" + shortened(value) + "\"; expected a number.");
    }
    numbers.push_back(number);
  }
  return numbers;
}

Result<double> decimal(DcmItem& data, const DcmTagKey& tag, double if_missing) {
  return decimals(data, tag).map([if_missing](const std::vector<double>& values) {
    return values.empty() ? if_missing : values.front();
  });
}

std::vector<DcmItem*> items(DcmItem& data, const DcmTagKey& sequence) {
  std::vector<DcmItem*> found;
  DcmSequenceOfItems* all = nullptr;
  if (data.findAndGetSequence(sequence, all).bad() || all == nullptr) return found;
  for (unsigned long i = 0; i < all->card(); ++i) found.push_back(all->getItem(i));
  return found;
}

std::string shortened(const std::string& value) {
  constexpr std::size_t kLongest = 40;
  std::string safe = value.substr(0, kLongest);
  for (char& letter : safe) {
    if (letter < 0x20 || letter > 0x7e) letter = '?';
  }
  return safe;
}

std::string shown(double value) {
  char digits[32];
  return std::string(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace thoraxlite
