// Many files to screenings, on all cores, in the order of the files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/image/grey_image.h"
#include "core/screener.h"
#include "dicom/dicom_reader.h"

namespace thoraxlite {

struct ScreenedFile {
  Screening screening;
  std::optional<GreyImage> image;  // where it was asked for and there is evidence
};

struct ScreeningOptions {
  bool show_anyway = false;
  bool with_image = false;
};

// Calls use(index, file) for each file, in their order, in the calling thread. Each of `screeners`
// works in a thread of its own; at least one. An exception of use's ends it and is thrown on.
void screen_files(std::vector<Screener>& screeners, const DicomReader& dicom,
                  const std::vector<std::string>& paths, const ScreeningOptions& options,
                  const std::function<void(std::size_t, const ScreenedFile&)>& use);

}  // namespace thoraxlite
