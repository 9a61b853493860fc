#include "core/dicom/transfer_syntax.h"

#include "core/dicom/attributes.h"

namespace thoraxlite {
namespace {

constexpr std::string_view kBase = "1.2.840.10008.1.2";

struct Known {
  std::string_view end;
  const char* name;
  Coding coding;
};

constexpr Known kRead[] = {
    {"", "Implicit VR Little Endian", Coding::native},
    {".1", "Explicit VR Little Endian", Coding::native},
    {".1.99", "Deflated Explicit VR Little Endian", Coding::native},
    {".2", "Explicit VR Big Endian", Coding::native},
    {".5", "RLE Lossless", Coding::rle},
    {".4.50", "JPEG Baseline (Process 1)", Coding::jpeg},
    {".4.51", "JPEG Extended (Process 2 and 4)", Coding::jpeg},
    {".4.57", "JPEG Lossless (Process 14)", Coding::jpeg},
    {".4.70", "JPEG Lossless (Process 14, Selection Value 1)", Coding::jpeg},
    {".4.80", "JPEG-LS Lossless", Coding::jpeg_ls},
    {".4.81", "JPEG-LS Near-Lossless", Coding::jpeg_ls},
    {".4.90", "JPEG 2000 Lossless", Coding::jpeg_2000},
    {".4.91", "JPEG 2000", Coding::jpeg_2000},
    {".4.201", "High-Throughput JPEG 2000 Lossless", Coding::jpeg_2000},
    {".4.202", "High-Throughput JPEG 2000 with RPCL Lossless", Coding::jpeg_2000},
    {".4.203", "High-Throughput JPEG 2000", Coding::jpeg_2000},
};

struct Named {
  std::string_view end;
  const char* name;
};

constexpr Named kNotRead[] = {
    {".1.98", "Encapsulated Uncompressed Explicit VR Little Endian"},
    {".4.52", "JPEG Extended (Process 3 and 5)"},
    {".4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)"},
    {".4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)"},
    {".4.58", "JPEG Lossless (Process 15)"},
    {".4.92", "JPEG 2000 Part 2 Multi-component Lossless"},
    {".4.93", "JPEG 2000 Part 2 Multi-component"},
    {".4.94", "JPIP Referenced"},
    {".4.95", "JPIP Referenced Deflate"},
    {".4.100", "MPEG2 Main Profile / Main Level"},
    {".4.101", "MPEG2 Main Profile / High Level"},
    {".4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"},
    {".4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1"},
    {".4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D Video"},
    {".4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D Video"},
    {".4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2"},
    {".4.107", "HEVC/H.265 Main Profile / Level 5.1"},
    {".4.108", "HEVC/H.265 Main 10 Profile / Level 5.1"},
    {".4.110", "JPEG XL Lossless"},
    {".4.111", "JPEG XL JPEG Recompression"},
    {".4.112", "JPEG XL"},
    {".4.204", "JPIP HTJ2K Referenced"},
    {".4.205", "JPIP HTJ2K Referenced Deflate"},
    {".8.1", "Deflated Image Frame Compression"},
};

const char* name_of(std::string_view end) {
  for (const Named& syntax : kNotRead) {
    if (syntax.end == end) return syntax.name;
  }
  return "a name that is not known here";
}

}  // namespace

Result<TransferSyntax> read_transfer_syntax(const std::string& uid) {
  const bool has_base = uid.compare(0, kBase.size(), kBase) == 0;
  const std::string_view end = has_base ? std::string_view(uid).substr(kBase.size()) : "?";
  for (const Known& syntax : kRead) {
    if (syntax.end == end) return TransferSyntax{uid, syntax.name, syntax.coding};
  }
  return fail(
      "The transfer syntax of this DICOM file is " + shortened(uid) + " (" + name_of(end) +
      "), which is not read here; expected an uncompressed, RLE, JPEG, JPEG-LS or JPEG 2000 "
      "one.");
}

}  // namespace thoraxlite
