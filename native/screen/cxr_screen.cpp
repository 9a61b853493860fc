// cxr-screen: chest X-ray images to findings, one row a file.
//
// Exit status: 0 every file was read (refused ones count as read: the refusal is the answer),
// 3 some file ended in an error, 2 the command line or the model was no good.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "about_flags.h"
#include "core/image/decode.h"
#include "core/screener.h"
#include "data/file_bytes.h"
#include "dicom/is_dicom.h"
#include "dicom/read_dicom.h"
#include "evidence_overlay.h"
#include "image_files.h"
#include "report.h"
#include "terminal_text.h"

namespace thoraxlite {
namespace {

constexpr int kSomeFailed = 3;
constexpr int kUsage = 2;

struct Arguments {
  std::string model;
  std::string format = "table";
  std::string engine = "auto";
  std::string map;  // folder for overlays; empty: none
  bool show_anyway = false;
  std::vector<std::string> paths;
};

Result<Screener> open_screener(const Arguments& arguments) {
  const Result<EngineKind> engine = parse_engine_kind(arguments.engine);
  if (!engine) return tl::unexpected(engine.error());
  const auto model = read_file(arguments.model);
  if (!model) return tl::unexpected(model.error());
  return Screener::open({model->data(), model->size()}, sha256_hex(view(*model)), *engine);
}

void write_maps(const Arguments& arguments, const Screening& screening, const GreyImage& image) {
  if (!arguments.map.empty()) write_overlays(arguments.map, screening, image);
}

Screening screen_file(Screener& screener, const Arguments& arguments, const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return screener.no_result(path, bytes.error().message);
  const ByteView file = view(*bytes);
  if (is_dicom(file)) {
    const auto film = read_dicom(file);
    if (!film) return screener.no_result(path, film.error().message);
    Screening screening = screener.screen(path, film->image, film->facts, arguments.show_anyway);
    write_maps(arguments, screening, film->image);
    return screening;
  }
  Screening screening = screener.screen(path, file, arguments.show_anyway);
  // Decoded in full only for a picture; the network's input is read without.
  if (!arguments.map.empty() && screening.evidence) {
    const Result<GreyImage> image = decode_image(file);
    if (image) write_maps(arguments, screening, *image);
  }
  return screening;
}

// How far we are, on a terminal only; it leaves the line clean for each row.
class ProgressLine {
 public:
  explicit ProgressLine(std::size_t files)
      : files_(files), is_shown_(files > 1 && isatty(STDERR_FILENO) == 1) {}

  void show(std::size_t done) const {
    if (is_shown_) std::cerr << "\r\x1b[K" << done << " of " << files_ << std::flush;
  }
  void clear() const {
    if (is_shown_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  std::size_t files_;
  bool is_shown_;
};

int screen_all(const Arguments& arguments) {
  Result<Screener> screener = open_screener(arguments);
  if (!screener) {
    std::cerr << "cxr-screen: " << printable(arguments.model + ": " + screener.error().message)
              << '\n';
    return kUsage;
  }
  const std::vector<std::string> files = find_image_files(arguments.paths);
  if (files.empty()) {
    std::cerr << "cxr-screen: there are no files in the folders that were named.\n";
    return kUsage;
  }

  std::cerr << "Research use only. Not a medical device; not for clinical decisions.\n";
  const auto report = make_report(arguments.format, screener->card(), files, std::cout);
  report->begin();
  const ProgressLine progress(files.size());
  bool some_failed = false;
  for (std::size_t i = 0; i < files.size(); ++i) {
    progress.show(i);
    const Screening screening = screen_file(*screener, arguments, files[i]);
    some_failed = some_failed || screening.status == Status::error;
    progress.clear();
    report->row(screening);
  }
  if (!std::cout) {
    std::cerr << "cxr-screen: the rows could not be written.\n";
    return kSomeFailed;
  }
  return some_failed ? kSomeFailed : 0;
}

}  // namespace
}  // namespace thoraxlite

int main(int argc, char** argv) {
  thoraxlite::Arguments arguments;
  CLI::App app(
      "Scores chest X-ray images (JPEG, PNG, DICOM) with a ThoraxLite model. Research use only.\n"
      "Exit status: 0 all files were read, 3 some failed, 2 wrong usage or unusable model.");
  thoraxlite::add_about_flags(app, "cxr-screen");
  app.add_option("--model", arguments.model, "Model file (.safetensors)")->required();
  app.add_option("--format", arguments.format, "table, json (one object a line) or csv")
      ->check(CLI::IsMember(thoraxlite::kReportFormats))
      ->capture_default_str();
  app.add_option("--engine", arguments.engine, "auto, simd, xnnpack or reference")
      ->check(CLI::IsMember({"auto", "simd", "xnnpack", "reference"}))
      ->capture_default_str();
  app.add_option("--map", arguments.map,
                 "Folder for PNG pictures of the evidence, one a file and finding");
  app.add_flag("--show-anyway", arguments.show_anyway,
               "Score refused images too; their rows say so");
  app.add_option("paths", arguments.paths, "Image files, and folders with image files below")
      ->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : thoraxlite::kUsage;
  }
  try {
    return thoraxlite::screen_all(arguments);
  } catch (const std::exception& error) {
    std::cerr << "cxr-screen: " << error.what() << '\n';
    return thoraxlite::kSomeFailed;
  }
}
