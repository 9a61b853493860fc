// write_dicom_seeds FOLDER: a sound file of each syntax, from which fuzz_dicom starts.
#include <fstream>

#include "made_dicom.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto syntaxes = thoraxlite::made_syntaxes();
  syntaxes.insert(syntaxes.end(), {EXS_JPEGProcess2_4, EXS_JPEGLSLossy});
  for (const E_TransferSyntax syntax : syntaxes) {
    const auto bytes = thoraxlite::made_dicom(syntax);
    std::ofstream file(std::string(argv[1]) + '/' + DcmXfer(syntax).getXferID(), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file) return 1;
  }
  return 0;
}
