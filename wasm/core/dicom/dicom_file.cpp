#include "core/dicom/dicom_file.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/dicom/attributes.h"
#include "core/dicom/is_dicom.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kPrefixEnd = 132;

// A deflated file may hold a thousand times its size: no more than an image of the largest area, in
// colour with 16 bits, and as much again for all else.
constexpr std::size_t kMaxInflated = std::size_t{512} << 20;

struct Release {
  void operator()(libdeflate_decompressor* inflater) const {
    libdeflate_free_decompressor(inflater);
  }
};

// PS3.5 A.5. What stands behind the stream, padding or gzip's trailer, does not matter.
Result<std::vector<std::uint8_t>> inflate(ByteView bytes) {
  const std::unique_ptr<libdeflate_decompressor, Release> inflater(libdeflate_alloc_decompressor());
  std::vector<std::uint8_t> inflated(
      std::clamp<std::size_t>(8 * bytes.size, 1 << 16, kMaxInflated));
  while (inflater) {
    std::size_t taken = 0;
    std::size_t written = 0;
    const libdeflate_result result = libdeflate_deflate_decompress_ex(
        inflater.get(), bytes.data, bytes.size, inflated.data(), inflated.size(), &taken, &written);
    if (result == LIBDEFLATE_SUCCESS) {
      inflated.resize(written);
      return inflated;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
      return fail("The DICOM file is damaged: its deflated data set cannot be inflated.");
    }
    if (inflated.size() == kMaxInflated) {
      return fail("The deflated DICOM file holds more than 512 MiB, the most that is read.");
    }
    inflated.resize(std::min(4 * inflated.size(), kMaxInflated));
  }
  return fail("There is not enough memory to read the DICOM file.");
}

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

// PS3.4 B.5 and I.4: objects that hold no image, by their SOP class.
const char* object_without_image(const std::string& sop_class) {
  struct Known {
    std::string_view start;
    const char* name;
  };
  constexpr Known kObjects[] = {
      {"1.2.840.10008.1.3.10", "the directory of a DICOM medium (DICOMDIR)"},
      {"1.2.840.10008.5.1.4.1.1.88.59", "a key object selection document"},
      {"1.2.840.10008.5.1.4.1.1.88.", "a structured report"},
      {"1.2.840.10008.5.1.4.1.1.104.1", "a PDF document"},
      {"1.2.840.10008.5.1.4.1.1.104.", "an encapsulated document"},
      {"1.2.840.10008.5.1.4.1.1.11.", "a presentation state"},
      {"1.2.840.10008.5.1.4.1.1.9.", "a waveform"},
      {"1.2.840.10008.5.1.4.1.1.66", "a registration or raw data"},
      {"1.2.840.10008.5.1.4.1.1.67", "a real world value mapping"},
      {"1.2.840.10008.5.1.4.1.1.481.", "an object of radiotherapy"},
      {"1.2.840.10008.5.1.4.38.", "a hanging protocol"},
  };
  for (const Known& object : kObjects) {
    if (starts_with(sop_class, object.start)) return object.name;
  }
  return nullptr;
}

// The same by what stands in it, where it does not say its class.
const char* object_by_content(const DataSet& data) {
  if (data.find(kDirectoryRecordSequence.tag) != nullptr) {
    return "the directory of a DICOM medium (DICOMDIR)";
  }
  const std::string modality = text(data, kModality);
  if (modality == "SR") return "a structured report";
  if (modality == "KO") return "a key object selection document";
  if (modality == "PR") return "a presentation state";
  if (modality == "DOC") return "an encapsulated document";
  return nullptr;
}

tl::unexpected<Error> no_image(const DataSet& meta, const ParsedData& parsed) {
  std::string sop_class = text(parsed.data, kSOPClassUID);
  if (sop_class.empty()) sop_class = text(meta, kMediaStorageSOPClassUID);
  const char* object = object_without_image(sop_class);
  if (object == nullptr) object = object_by_content(parsed.data);
  if (object != nullptr) {
    return fail("This DICOM file is " + std::string(object) +
                ", which holds no image; expected a film.");
  }
  if (parsed.is_cut) {
    return fail("The DICOM file is damaged or truncated: it ends before its image (PixelData).");
  }
  const std::string modality = text(parsed.data, kModality);
  return fail("The DICOM file holds no image (PixelData); its modality is " +
              (modality.empty() ? "not said" : shortened(modality)) + '.');
}

Encoding encoding_said(const std::string& uid) {
  return {uid != kImplicitLittleEndian, uid == kExplicitBigEndian};
}

}  // namespace

Result<DicomFile> open_dicom(ByteView file) {
  if (!is_dicom(file)) return fail("The file is not DICOM: it has no DICM prefix.");
  const bool has_prefix =
      file.size >= kPrefixEnd && std::memcmp(file.data + kPrefixEnd - 4, "DICM", 4) == 0;
  const std::size_t start = has_prefix ? kPrefixEnd : 0;
  ByteView elements;
  const auto meta = parse_meta_information({file.data + start, file.size - start}, elements);
  if (!meta) return tl::unexpected(meta.error());

  DicomFile opened;
  std::string uid = text(*meta, kTransferSyntaxUID);
  opened.is_syntax_said = !uid.empty();
  // PS3.5 10.1 has implicit VR as the default; the data set shows whether it is.
  if (uid.empty()) uid = kImplicitLittleEndian;
  const Encoding shown = encoding_of(elements, encoding_said(uid));
  if (uid == kDeflated) {
    auto inflated = inflate(elements);
    if (inflated) {
      opened.inflated = std::move(*inflated);
      elements = {opened.inflated.data(), opened.inflated.size()};
    } else if (!shown.is_explicit) {
      return tl::unexpected(inflated.error());
    }
  }
  const Encoding said = encoding_said(uid);
  const Encoding encoding = encoding_of(elements, said);
  const bool is_otherwise =
      encoding.is_explicit != said.is_explicit || encoding.is_big_endian != said.is_big_endian;
  opened.is_syntax_wrong = opened.is_syntax_said && is_otherwise;
  auto parsed = parse_data_set(elements, encoding);
  auto syntax = read_transfer_syntax(uid);
  if (!syntax) return tl::unexpected(syntax.error());
  if (!parsed) return tl::unexpected(parsed.error());
  if (syntax->coding == Coding::native && is_otherwise) {
    uid = encoding.is_big_endian ? kExplicitBigEndian
          : encoding.is_explicit ? kExplicitLittleEndian
                                 : kImplicitLittleEndian;
    syntax = read_transfer_syntax(uid);
  }
  opened.syntax = std::move(*syntax);
  opened.has_bytes_left = parsed->has_bytes_left;
  const DicomElement* pixels = parsed->data.find(kPixelData.tag);
  if (pixels == nullptr || (!pixels->is_encapsulated && pixels->value.size == 0)) {
    return no_image(*meta, *parsed);
  }
  opened.data = std::move(parsed->data);
  return opened;
}

}  // namespace thoraxlite
