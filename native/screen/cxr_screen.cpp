// cxr-screen: chest X-ray images to findings, one row a file.
//
// Exit status: 0 every file was read (refused ones count as read: the refusal is the answer),
// 3 some file ended in an error or lacks its map, 2 the command line or the model was no good.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <thread>

#include "about_flags.h"
#include "core/screener.h"
#include "data/file_bytes.h"
#include "evidence_overlay.h"
#include "image_files.h"
#include "report.h"
#include "screen_files.h"
#include "terminal_text.h"

namespace thoraxlite {
namespace {

constexpr int kSomeFailed = 3;
constexpr int kUsage = 2;

struct Arguments {
  std::string model;
  std::string format = "table";
  std::string engine = "auto";
  std::string map;              // folder for overlays; empty: none
  std::string operating_point;  // empty: the model's default
  bool show_anyway = false;
  std::vector<std::string> paths;
};

// One for each core that there is work for.
Result<std::vector<Screener>> open_screeners(const Arguments& arguments, std::size_t files) {
  const Result<EngineKind> engine = parse_engine_kind(arguments.engine);
  if (!engine) return tl::unexpected(engine.error());
  const auto model = read_file(arguments.model);
  if (!model) return tl::unexpected(model.error());
  const std::string digest = sha256_hex(view(*model));
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Screener> screeners;
  while (screeners.size() < std::clamp<std::size_t>(files, 1, cores)) {
    auto screener = Screener::open({model->data(), model->size()}, digest, *engine);
    if (!screener) return tl::unexpected(screener.error());
    if (!arguments.operating_point.empty()) {
      if (auto error = screener->choose(arguments.operating_point)) {
        return tl::unexpected(*std::move(error));
      }
    }
    screeners.push_back(std::move(*screener));
  }
  return screeners;
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

// A picture that cannot be written costs no row. False where it could not.
bool write_maps(const std::string& folder, const ScreenedFile& file) {
  if (!file.image) return true;
  try {
    write_overlays(folder, file.screening, *file.image);
    return true;
  } catch (const std::exception& error) {
    std::cerr << "cxr-screen: "
              << printable(file.screening.file + ": its map is missing: " + error.what()) << '\n';
    return false;
  }
}

int screen_all(const Arguments& arguments) {
  const DicomReader dicom;  // before there is a thread
  const std::vector<std::string> files = find_image_files(arguments.paths);
  Result<std::vector<Screener>> screeners = open_screeners(arguments, files.size());
  if (!screeners) {
    std::cerr << "cxr-screen: " << printable(arguments.model + ": " + screeners.error().message)
              << '\n';
    return kUsage;
  }
  if (files.empty()) {
    std::cerr << "cxr-screen: there are no files in the folders that were named.\n";
    return kUsage;
  }

  std::cerr << "Research use only. Not a medical device; not for clinical decisions.\n";
  const auto report = make_report(arguments.format, screeners->front(), files, std::cout);
  report->begin();
  const ProgressLine progress(files.size());
  bool some_failed = false;
  progress.show(0);
  const ScreeningOptions options{arguments.show_anyway, !arguments.map.empty()};
  screen_files(*screeners, dicom, files, options, [&](std::size_t index, const ScreenedFile& file) {
    some_failed = some_failed || file.screening.status == Status::error;
    progress.clear();
    report->row(file.screening);
    if (!write_maps(arguments.map, file)) some_failed = true;
    if (index + 1 < files.size()) progress.show(index + 1);
  });
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
  app.add_option("--operating-point", arguments.operating_point,
                 "By which of the model's thresholds findings are judged: youden (the default), "
                 "sensitivity_90, sensitivity_95/adults, ...; a wrong one names those "
                 "that the model has");
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
