// Reading DICOM files where a fault ends nothing else: each in a process of its own, since decoders
// of pixels are large, others', and fed by anybody.
#pragma once

#include <sys/types.h>

#include "dicom/read_dicom.h"

namespace thoraxlite {

class DicomReader {
 public:
  using Read = Result<DicomFilm> (*)(ByteView file);

  // Starts the process from which one is forked for each file, so that every file is read by a
  // process that has read none before. To be made before the program has started a thread. Throws
  // std::runtime_error where the system allows no process.
  explicit DicomReader(Read read = read_dicom);
  ~DicomReader();
  DicomReader(const DicomReader&) = delete;
  DicomReader& operator=(const DicomReader&) = delete;

  // As read_dicom; may be called by several threads at once. Error also where the process ends amid
  // it, or takes more than kMostSeconds of processor time or kMostMemory.
  Result<DicomFilm> read(ByteView file) const;

  static constexpr int kMostSeconds = 60;
  static constexpr long long kMostMemory = 4LL
                                           << 30;  // bytes of address space, beside the program's

 private:
  int requests_ = -1;  // a socket; each request is one end of another
  pid_t server_ = -1;
};

}  // namespace thoraxlite
