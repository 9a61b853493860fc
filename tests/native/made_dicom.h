// Small DICOM films made by DCMTK, in every transfer syntax that it writes, and in JPEG 2000.
#pragma once

#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace thoraxlite {

inline constexpr int kMadeColumns = 24;
inline constexpr int kMadeRows = 16;

// The code of 12 bits that stands at a position of the film.
int made_code(int index);

// Those that lose nothing: native, RLE, JPEG, JPEG-LS, JPEG 2000.
std::vector<E_TransferSyntax> made_syntaxes();

// Of DCMTK's own names for it each version takes back those of the one before.
bool is_encapsulated(E_TransferSyntax syntax);

// change: of the data set, before it is written. predictor: of EXS_JPEGProcess14.
std::vector<std::uint8_t> made_dicom(
    E_TransferSyntax syntax, const std::function<void(DcmDataset&)>& change = [](DcmDataset&) {},
    int predictor = 6);

}  // namespace thoraxlite
