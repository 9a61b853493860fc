// Attributes of a data set, read strictly: nothing where missing or empty, an error where the value
// is not what PS3.5 6.2 says.
#pragma once

#include <dcmtk/dcmdata/dctk.h>

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

// "Rows (0028,0010)", for sentences.
std::string named(const DcmTagKey& tag);

// A word, whether the data set calls it signed or not; its bits as they are.
std::optional<std::uint16_t> word(DcmItem& data, const DcmTagKey& tag, unsigned long index = 0);
Result<std::uint16_t> required_word(DcmItem& data, const DcmTagKey& tag);

// Texts without the spaces around them.
std::vector<std::string> texts(DcmItem& data, const DcmTagKey& tag);
std::string text(DcmItem& data, const DcmTagKey& tag);

// Decimal Strings.
Result<std::vector<double>> decimals(DcmItem& data, const DcmTagKey& tag);
Result<double> decimal(DcmItem& data, const DcmTagKey& tag, double if_missing);

// Items of a sequence; none where there is no such sequence.
std::vector<DcmItem*> items(DcmItem& data, const DcmTagKey& sequence);

// What a file says is shown in a sentence, but not all of it, and no control characters.
std::string shortened(const std::string& value);

// As a sentence shows it: with as few digits as name it.
std::string shown(double value);

}  // namespace thoraxlite
