// The transfer syntaxes of PS3.6 table A-1 that hold still images: which are read, and the names of
// the others, for the sentence that refuses them.
#pragma once

#include <string>

#include "core/result.h"

namespace thoraxlite {

// How the pixels are coded. JPEG is every kind of ITU-T T.81: a stream says which it is itself, and
// more truly than the file.
enum class Coding { native, rle, jpeg, jpeg_ls, jpeg_2000 };

struct TransferSyntax {
  std::string uid;
  const char* name = "";
  Coding coding = Coding::native;
};

inline constexpr const char* kImplicitLittleEndian = "1.2.840.10008.1.2";
inline constexpr const char* kExplicitLittleEndian = "1.2.840.10008.1.2.1";
inline constexpr const char* kDeflated = "1.2.840.10008.1.2.1.99";
inline constexpr const char* kExplicitBigEndian = "1.2.840.10008.1.2.2";

// Error: one that is not read, by its UID and name.
Result<TransferSyntax> read_transfer_syntax(const std::string& uid);

}  // namespace thoraxlite
