// Writes the films and model files that the tests of whole programs read: write_fixtures FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "made_images.h"
#include "made_models.h"

namespace {

using namespace thoraxlite;
namespace fs = std::filesystem;

bool write(const fs::path& path, const Bytes& bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  return bool(file.flush());
}

Bytes colour_film() {
  Bytes rgb;
  for (const std::uint16_t pixel : pattern(100, 90)) {
    rgb.insert(rgb.end(), 3, static_cast<std::uint8_t>(pixel >> 8));
  }
  return colour_jpeg(100, 90, rgb);
}

Bytes shorter_by(Bytes bytes, std::size_t count) {
  bytes.resize(bytes.size() - count);
  return bytes;
}

bool write_films(const fs::path& folder) {
  const Bytes film = grey_png16(80, 70, pattern(80, 70));
  return write(folder / "b.png", film) && write(folder / "a" / "c.jpg", colour_film()) &&
         write(folder / "=film.png", film) && write(folder / ".hidden" / "d.png", film) &&
         write(folder / ".e.png", film);
}

bool write_bad_films(const fs::path& folder) {
  const Bytes film = grey_png16(80, 70, pattern(80, 70));
  Bytes flipped = film;
  flipped[film.size() / 2] ^= 1;
  return write(folder / "animated.png",
               png({1, 1, 8, 0}, {{9}}, png_chunk("acTL", {0, 0, 0, 2, 0, 0, 0, 0}))) &&
         write(folder / "cmyk.jpg", jpeg_frame_only(0xc0, 8, 64, 64, 4)) &&
         write(folder / "empty.png", {}) && write(folder / "flipped.png", flipped) &&
         write(folder / "huge.png", png({20000, 20000, 8, 0}, {{0}})) &&
         write(folder / "text.png", text_bytes("not an image\n")) &&
         write(folder / "truncated.jpg", shorter_by(colour_film(), 200)) &&
         write(folder / "truncated.png", shorter_by(film, 200));
}

bool write_refused_films(const fs::path& folder) {
  return write(folder / "blank.png", grey_png8(64, 64, std::vector<std::uint16_t>(64 * 64, 7))) &&
         write(folder / "one_pixel.png", grey_png8(1, 1, {9}));
}

bool write_models(const fs::path& folder) {
  ModelParts wrong_shapes = made_model();
  wrong_shapes.tensor("conv2.weight").shape = {4, 6, 3, 3};
  ModelParts off = made_block_model();
  off.tensor("self_test.image").bytes[5] ^= 0x80;
  ModelParts novel = made_model();
  add_novelty(novel, 0);
  ModelParts sets = made_block_model();
  add_operating_sets(sets);
  ModelParts lungs = made_model();
  add_lungs(lungs);
  // Of elsewhere, and measured on no film.
  ModelParts imported = made_large_model();
  for (auto& point : imported.card["calibration"]["operating_points"]) {
    point["positives"] = point["cases"] = 0;
    point.erase("threshold_95");
  }
  // Calibrated on films of which none has any finding.
  ModelParts one_sided = made_large_model();
  for (auto& point : one_sided.card["calibration"]["operating_points"]) {
    point["positives"] = 0;
    point.erase("threshold_95");
  }
  return write(folder / "novel.card.json", text_bytes(novel.card.dump())) &&
         write(folder / "novel.safetensors", novel.write()) &&
         write(folder / "sets.card.json", text_bytes(sets.card.dump())) &&
         write(folder / "sets.safetensors", sets.write()) &&
         write(folder / "lungs.card.json", text_bytes(lungs.card.dump())) &&
         write(folder / "lungs.safetensors", lungs.write()) &&
         write(folder / "lungs_alone.safetensors", made_lungs().write()) &&
         write(folder / "made.card.json", text_bytes(made_model().card.dump())) &&
         write(folder / "made.safetensors", made_model().write()) &&
         write(folder / "blocks.safetensors", made_block_model().write()) &&
         write(folder / "dense.card.json", text_bytes(made_dense_model().card.dump())) &&
         write(folder / "dense.safetensors", made_dense_model().write()) &&
         write(folder / "upsampling.card.json", text_bytes(made_upsampling_model().card.dump())) &&
         write(folder / "upsampling.safetensors", made_upsampling_model().write()) &&
         write(folder / "large.card.json", text_bytes(made_large_model().card.dump())) &&
         write(folder / "large.safetensors", made_large_model().write()) &&
         write(folder / "imported.safetensors", imported.write()) &&
         write(folder / "one_sided.safetensors", one_sided.write()) &&
         write(folder / "empty.safetensors", {}) &&
         write(folder / "wrong_shapes.safetensors", wrong_shapes.write()) &&
         write(folder / "off_self_test.safetensors", off.write());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_fixtures FOLDER\n");
    return 2;
  }
  const fs::path folder = argv[1];
  const bool done = write_films(folder / "films") && write_bad_films(folder / "bad") &&
                    write_refused_films(folder / "refused") && write_models(folder / "models");
  if (!done) std::fprintf(stderr, "write_fixtures: %s cannot be written\n", argv[1]);
  return done ? 0 : 1;
}
