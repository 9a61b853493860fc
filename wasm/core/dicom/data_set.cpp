#include "core/dicom/data_set.h"

#include <algorithm>
#include <string_view>

#include "core/dicom/attributes.h"

namespace thoraxlite {
namespace {

constexpr DicomTag kItem = 0xfffee000;
constexpr DicomTag kItemEnd = 0xfffee00d;
constexpr DicomTag kSequenceEnd = 0xfffee0dd;
constexpr std::uint32_t kNoLength = 0xffffffff;
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxItems = 65536;
constexpr std::size_t kMaxFragments = 1'000'000;

// PS3.5 6.2, two letters each. The second list has lengths of four bytes (table 7.1-1).
constexpr std::string_view kShort = "AEASATCSDADSDTFLFDISLOLTPNSHSLSSSTTMUIULUS";
constexpr std::string_view kLong = "OBODOFOLOVOWSQSVUCUNURUTUV";

bool is_among(std::string_view list, std::string_view letters) {
  for (std::size_t i = 0; i < list.size(); i += 2) {
    if (list.substr(i, 2) == letters) return true;
  }
  return false;
}

bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

struct Header {
  DicomTag tag = 0;
  std::string_view representation;  // empty where none is written
  std::uint32_t length = 0;
  std::size_t size = 8;  // of the header
};

class Parser {
 public:
  explicit Parser(ByteView bytes) : bytes_(bytes) {}

  std::size_t position = 0;
  bool is_cut = false;
  bool has_bytes_left = false;

  std::uint32_t number(std::size_t at, int count, bool is_big_endian) const {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) {
      const int shift = 8 * (is_big_endian ? count - 1 - i : i);
      value |= std::uint32_t{bytes_.data[at + static_cast<std::size_t>(i)]} << shift;
    }
    return value;
  }

  DicomTag tag_at(std::size_t at, bool is_big_endian) const {
    return number(at, 2, is_big_endian) << 16 | number(at + 2, 2, is_big_endian);
  }

  // Eight bytes must be there. False where they are not enough.
  bool read_header(std::size_t end, Encoding encoding, Header& header) const {
    header.tag = tag_at(position, encoding.is_big_endian);
    header.size = 8;
    header.representation = {};
    const std::string_view letters(reinterpret_cast<const char*>(bytes_.data) + position + 4, 2);
    const bool is_short = is_among(kShort, letters);
    // Representations that are not in the standard yet have the longer form (7.1.2).
    const bool is_written = encoding.is_explicit && header.tag >> 16 != 0xfffe &&
                            is_upper(letters[0]) && is_upper(letters[1]);
    if (!is_written) {
      header.length = number(position + 4, 4, encoding.is_big_endian);
      return true;
    }
    header.representation = letters;
    if (is_short) {
      header.length = number(position + 6, 2, encoding.is_big_endian);
      return true;
    }
    header.size = 12;
    if (end - position < header.size) return false;
    header.length = number(position + 8, 4, encoding.is_big_endian);
    return true;
  }

  // Up to `end`, or to the delimiter of the item that they are in. False where they are damaged.
  bool read_elements(DataSet& data, std::size_t end, Encoding encoding, int depth,
                     bool has_delimiter) {
    data.is_big_endian = encoding.is_big_endian;
    bool is_behind_empty_sequence = false;
    while (end - position >= 8) {
      const DicomTag tag = tag_at(position, encoding.is_big_endian);
      if (tag == kItemEnd) {
        position += 8;
        if (has_delimiter) return true;
        continue;
      }
      if (tag == kSequenceEnd) {
        if (has_delimiter && !is_behind_empty_sequence)
          return true;  // the sequence's; it sees it too
        position += 8;
        continue;
      }
      if (tag == kItem) {
        // A sequence that says that it is empty, and is not.
        if (!is_behind_empty_sequence) return false;
        if (!read_items(nullptr, end, encoding, depth + 1, true)) return false;
        is_behind_empty_sequence = false;
        continue;
      }
      Header header;
      if (!read_header(end, encoding, header)) return false;
      is_behind_empty_sequence = header.length == 0;
      position += header.size;
      if (!read_value(data, header, end, encoding, depth)) return false;
    }
    if (has_delimiter && depth > 0) is_cut = true;
    if (!has_delimiter) {
      is_cut = is_cut || std::any_of(bytes_.data + position, bytes_.data + end,
                                     [](std::uint8_t byte) { return byte != 0; });
      position = end;
    }
    return true;
  }

 private:
  bool read_value(DataSet& data, const Header& header, std::size_t end, Encoding encoding,
                  int depth) {
    const bool is_kept = is_read(header.tag) && data.find(header.tag) == nullptr;
    DicomElement element;
    element.tag = header.tag;
    element.is_of_words = header.representation == "OW";
    // PS3.5 6.2.2 and CP-246: what lies in an unknown representation is implicit and little endian.
    const bool is_unknown = header.representation == "UN";
    if (header.length == kNoLength) {
      const bool has_fragments = header.tag == kPixelData.tag || header.representation == "OB" ||
                                 header.representation == "OW";
      if (has_fragments) {
        element.is_encapsulated = true;
        if (!read_fragments(element, end, encoding.is_big_endian)) return false;
      } else if (!read_items(is_kept ? &element : nullptr, end, inner(encoding, is_unknown, end),
                             depth + 1, true)) {
        return false;
      }
    } else if (header.length > end - position) {
      if (header.tag != kPixelData.tag || depth > 0) return false;
      element.is_cut = true;
      element.value = {bytes_.data + position, end - position};
      position = end;
    } else {
      const std::size_t value_end = position + header.length;
      element.value = {bytes_.data + position, header.length};
      if (is_kept && is_sequence(header.tag)) {
        element.value = {};
        if (!read_items(&element, value_end, inner(encoding, is_unknown, value_end), depth + 1,
                        false)) {
          return false;
        }
      }
      position = value_end;
    }
    if (is_kept) data.elements.push_back(std::move(element));
    return true;
  }

  Encoding inner(Encoding encoding, bool is_unknown, std::size_t end) const {
    if (!is_unknown) return encoding;
    // An item's header lies before its first element, which shows whether some writer did
    // otherwise.
    const std::size_t first = position + 8;
    if (end < first || end - first < 8) return {false, false};
    return encoding_of({bytes_.data + first, end - first}, {false, false});
  }

  // Up to `end`, or to the sequence's delimiter; what is no item ends a sequence that lacks it.
  bool read_items(DicomElement* sequence, std::size_t end, Encoding encoding, int depth,
                  bool has_delimiter) {
    if (depth > kMaxDepth) return false;
    while (end - position >= 8) {
      const DicomTag tag = tag_at(position, encoding.is_big_endian);
      const std::uint32_t length = number(position + 4, 4, encoding.is_big_endian);
      if (tag == kSequenceEnd || tag == kItemEnd) {
        position += 8;
        if (has_delimiter && tag == kSequenceEnd) return true;
        continue;
      }
      if (tag != kItem) return has_delimiter;
      position += 8;
      if (length != kNoLength && length > end - position) return false;
      DataSet item;
      if (length == kNoLength) {
        if (!read_elements(item, end, encoding, depth, true)) return false;
      } else {
        const std::size_t item_end = position + length;
        if (sequence != nullptr && !read_elements(item, item_end, encoding, depth, false))
          return false;
        position = item_end;
      }
      if (sequence != nullptr && sequence->items.size() < kMaxItems) {
        sequence->items.push_back(std::move(item));
      }
    }
    is_cut = is_cut || has_delimiter;
    return true;
  }

  // PS3.5 A.4.
  bool read_fragments(DicomElement& element, std::size_t end, bool is_big_endian) {
    bool is_first = true;
    bool was_odd = false;
    while (end - position >= 8) {
      DicomTag tag = tag_at(position, is_big_endian);
      // A fragment of odd length may have its byte of padding all the same.
      if (was_odd && tag >> 16 != 0xfffe && end - position >= 9 &&
          tag_at(position + 1, is_big_endian) >> 16 == 0xfffe) {
        tag = tag_at(++position, is_big_endian);
      }
      if (tag == kSequenceEnd) {
        position += 8;
        return true;
      }
      if (tag != kItem)
        return true;  // the delimiter is missing; the decoder sees whether pixels are
      const std::uint32_t length = number(position + 4, 4, is_big_endian);
      position += 8;
      const std::size_t size = std::min<std::size_t>(length, end - position);
      if (size < length) element.is_cut = true;
      (is_first ? element.offset_table : element.fragments.emplace_back()) = {
          bytes_.data + position, size};
      if (element.fragments.size() > kMaxFragments) return false;
      position += size;
      is_first = false;
      was_odd = length % 2 == 1;
    }
    return true;
  }

  ByteView bytes_;
};

tl::unexpected<Error> damaged() {
  return fail("The DICOM file is damaged or truncated: its elements cannot be read.");
}

}  // namespace

const DicomElement* DataSet::find(DicomTag tag) const {
  const auto found =
      std::find_if(elements.begin(), elements.end(),
                   [tag](const DicomElement& element) { return element.tag == tag; });
  return found == elements.end() ? nullptr : &*found;
}

Encoding encoding_of(ByteView elements, Encoding said) {
  if (elements.size < 8) return said;
  const std::uint8_t* bytes = elements.data;
  const std::string_view letters(reinterpret_cast<const char*>(bytes) + 4, 2);
  const bool is_known = is_among(kShort, letters) || is_among(kLong, letters);
  if (is_known || !is_upper(letters[0]) || !is_upper(letters[1])) said.is_explicit = is_known;
  if ((bytes[0] == 0) != (bytes[1] == 0)) said.is_big_endian = bytes[0] == 0;
  return said;
}

Result<DataSet> parse_meta_information(ByteView elements, ByteView& rest) {
  Parser parser(elements);
  DataSet meta;
  while (elements.size - parser.position >= 8 && parser.tag_at(parser.position, false) >> 16 == 2) {
    const ByteView here{elements.data + parser.position, elements.size - parser.position};
    Header header;
    const Encoding encoding{encoding_of(here, {}).is_explicit, false};
    if (!parser.read_header(elements.size, encoding, header)) return damaged();
    parser.position += header.size;
    if (header.length > elements.size - parser.position) return damaged();
    if (meta.find(header.tag) == nullptr && is_read(header.tag)) {
      meta.elements.emplace_back();
      meta.elements.back().tag = header.tag;
      meta.elements.back().value = {elements.data + parser.position, header.length};
    }
    parser.position += header.length;
  }
  rest = {elements.data + parser.position, elements.size - parser.position};
  return meta;
}

Result<ParsedData> parse_data_set(ByteView elements, Encoding encoding) {
  Parser parser(elements);
  ParsedData parsed;
  if (!parser.read_elements(parsed.data, elements.size, encoding, 0, false)) {
    // Everything that is read stands before the pixels.
    if (parsed.data.find(kPixelData.tag) == nullptr) return damaged();
    parser.is_cut = false;
    parsed.has_bytes_left = true;
  }
  parsed.is_cut = parser.is_cut;
  return parsed;
}

}  // namespace thoraxlite
