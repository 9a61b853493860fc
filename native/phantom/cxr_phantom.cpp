// cxr-phantom: a dataset of phantoms, images and manifest.csv, for whoever has no radiographs.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

#include "about_flags.h"
#include "data/phantom.h"
#include "phantom/image_writer.h"

namespace {

using namespace thoraxlite;

enum class Format { png, jpg };

struct Request {
  std::filesystem::path out;
  int count = 1;
  std::uint64_t seed = 0;
  Format format = Format::png;
  std::optional<PhantomKind> kind;  // the three in turn where it is not given
  int size = 224;
  int bit_depth = 8;
};

// 14 train, 3 val, 3 test out of 20, spread so that short datasets have all three.
const char* split_of(int index) {
  constexpr std::array<int, 3> kVal = {3, 9, 16};
  constexpr std::array<int, 3> kTest = {6, 13, 19};
  const int place = index % 20;
  for (const int val : kVal) {
    if (place == val) return "val";
  }
  for (const int test : kTest) {
    if (place == test) return "test";
  }
  return "train";
}

std::string numbered(const std::string& stem, int index) {
  std::ostringstream name;
  name << stem << std::setw(5) << std::setfill('0') << index;
  return name.str();
}

void show_progress(int done, int count) {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  if (!terminal) return;
  std::cerr << "\rphantom " << done << " of " << count << (done == count ? "\n" : "") << std::flush;
}

void write_dataset(const Request& request) {
  std::filesystem::create_directories(request.out / "images");
  const std::filesystem::path manifest_file = request.out / "manifest.csv";
  std::ofstream manifest(manifest_file);
  manifest << "file,label,split,source,patient,view,detail,license,original\n";
  for (int i = 0; i < request.count; ++i) {
    PhantomSpec spec;
    spec.kind = request.kind.value_or(kPhantomKinds[static_cast<std::size_t>(i) % 3]);
    spec.size = request.size;
    spec.bit_depth = request.bit_depth;
    spec.seed = request.seed + static_cast<std::uint64_t>(i);
    const Phantom phantom = draw_phantom(spec);

    const std::string file =
        "images/" + numbered("phantom_", i) + (request.format == Format::png ? ".png" : ".jpg");
    if (request.format == Format::png) {
      write_png(request.out / file, phantom.image);
    } else {
      write_jpeg(request.out / file, phantom.image);
    }
    // A split counts within a label, so that labels are balanced in each.
    const int within_label = request.kind ? i : i / 3;
    manifest << file << ',' << to_string(spec.kind) << ',' << split_of(within_label) << ",phantom,"
             << numbered("phantom-", i) << ",PA,seed " << spec.seed << ",CC0-1.0,\n";
    show_progress(i + 1, request.count);
  }
  manifest.close();
  if (!manifest) throw std::runtime_error(manifest_file.string() + ": could not be written");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Writes procedurally drawn chest phantoms as images and manifest.csv, the layout that "
      "cxr-distill trains from."};
  add_about_flags(app, "cxr-phantom");
  Request request;
  app.add_option("--out", request.out, "folder to write to; made if need be")->required();
  app.add_option("--count", request.count, "how many phantoms")
      ->check(CLI::Range(1, 99999))
      ->capture_default_str();
  app.add_option("--size", request.size, "pixels a side")
      ->check(CLI::Range(kMinPhantomSize, kMaxPhantomSize))
      ->capture_default_str();
  app.add_option("--depth", request.bit_depth, "bits a pixel; 16 for PNG only")
      ->check(CLI::IsMember({8, 16}))
      ->capture_default_str();
  app.add_option("--seed", request.seed, "of the first phantom; the others count up")
      ->capture_default_str();
  app.add_option("--format", request.format, "png or jpg")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Format>{{"png", Format::png}, {"jpg", Format::jpg}}))
      ->default_str("png");
  app.add_option("--kind", request.kind, "normal, lobar or diffuse only; else each in turn")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, PhantomKind>{{"normal", PhantomKind::normal},
                                             {"lobar", PhantomKind::lobar},
                                             {"diffuse", PhantomKind::diffuse}}));
  try {
    app.parse(argc, argv);
    if (request.format == Format::jpg && request.bit_depth == 16) {
      throw CLI::ValidationError("--depth 16", "JPEG holds 8 bits: use --format png");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    write_dataset(request);
  } catch (const std::exception& error) {
    std::cerr << "cxr-phantom: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
