// DICOM files as films of a dataset.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "data/file_bytes.h"
#include "data/image_pixels.h"
#include "dicom/read_dicom.h"
#include "made_dicom.h"
#include "made_folder.h"

using namespace thoraxlite;

TEST_CASE("a DICOM film comes as the reader of cxr-screen gives it, whatever its name") {
  const MadeFolder folder;
  for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_JPEGLSLossless}) {
    const std::vector<std::uint8_t> file = made_dicom(syntax);
    const auto path = folder.write("film.png", {file.begin(), file.end()});
    std::vector<std::uint8_t> pixels(64), expected(64);
    REQUIRE(read_pixels(path, 8, pixels.data()));
    store_pixels(read_dicom(view(file)).value().image, 8, expected.data());
    CHECK(pixels == expected);
  }
  const std::vector<std::uint8_t> lateral =
      made_dicom(EXS_LittleEndianExplicit,
                 [](DcmDataset& data) { data.putAndInsertString(DCM_ViewPosition, "LL"); });
  CHECK(read_film_file(view(lateral), 8).value().facts.is_lateral);
}

TEST_CASE("a DICOM file that cannot be read is one sentence, and leaves the pixels as they were") {
  const MadeFolder folder;
  std::vector<std::uint8_t> file = made_dicom(EXS_LittleEndianExplicit);
  file.resize(file.size() - 100);
  const auto path = folder.write("cut.dcm", {file.begin(), file.end()});
  std::vector<std::uint8_t> pixels(64, 7);
  const Result<void> read = read_pixels(path, 8, pixels.data());
  REQUIRE_FALSE(read);
  CHECK(contains(read.error().message, "truncated"));
  CHECK_FALSE(contains(read.error().message, "expected a JPEG"));
  CHECK(pixels == std::vector<std::uint8_t>(64, 7));
}
