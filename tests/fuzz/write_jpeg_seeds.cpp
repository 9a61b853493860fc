// Small JPEG files of every kind that libjpeg-turbo writes: write_jpeg_seeds FOLDER
#include <cstdio>
#include <fstream>

#include "libjpeg_oracle.h"

using namespace thoraxlite;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::uint32_t count = 0;
  for (const LibjpegKind& kind : libjpeg_kinds()) {
    const Bytes file =
        encode_by_libjpeg(kind, busy_pixels(kind.width, kind.height, kind.components, ++count));
    std::ofstream stream(std::string(argv[1]) + "/" + std::to_string(count) + ".jpg",
                         std::ios::binary);
    stream.write(reinterpret_cast<const char*>(file.data()),
                 static_cast<std::streamsize>(file.size()));
    if (!stream.flush()) return 1;
  }
  std::printf("%u files\n", count);
}
