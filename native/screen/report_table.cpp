// A table for people. Scores at or above their threshold carry a star, near it a ~, and a ! where
// their evidence lies less in the lung fields than is usual for the model.
#include <algorithm>
#include <iomanip>

#include "core/model/operating_points.h"
#include "report.h"
#include "terminal_text.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxFileWidth = 60;
constexpr std::size_t kMinLabelWidth = 8;
constexpr int kStatusWidth = 7;

// The end of a long path tells more than its start.
std::string shortened(const std::string& file) {
  const std::string text = printable(file);
  if (text.size() <= kMaxFileWidth) return text;
  return "..." + text.substr(text.size() - kMaxFileWidth + 3);
}

class TableReport final : public Report {
 public:
  TableReport(const Screener& screener, const std::vector<std::string>& files, std::ostream& out)
      : card_(screener.card()),
        operating_point_(operating_points(card_)[screener.operating_point()]),
        out_(out) {
    for (const std::string& file : files) {
      file_width_ = std::max(file_width_, static_cast<int>(shortened(file).size()));
    }
    out_ << std::left;
  }

  void begin() override {
    out_ << "Model " << printable(card_.name) << ". ";
    // A network from elsewhere may have been measured on no film.
    const bool calibrated =
        std::any_of(card_.operating_points.begin(), card_.operating_points.end(),
                    [](const OperatingPoint& point) { return point.cases > 0; });
    if (has_measured_threshold(card_)) {
      out_
          << "Scores are calibrated, 0 to 100; * is at or above the operating threshold, ~ is near "
             "it, - has none, ! has its evidence outside the lung fields more than is usual.\n"
          << "Operating point: " << operating_point_ << ".\n";
    } else if (calibrated) {
      out_ << "Scores are calibrated, 0 to 100; no threshold was measured (-): no finding had "
              "films with it and films without.\n";
    } else {
      out_ << "Scores are as the network gives them, 0 to 100: on no film was it calibrated or a "
              "threshold measured (-).\n";
    }
    if (card_.neither) {
      out_ << printable(card_.labels[*card_.neither])
           << " is no finding: it means none of the others.\n";
    }
    out_ << '\n'
         << std::setw(file_width_) << "file"
         << "  " << std::setw(kStatusWidth) << "status";
    for (const std::string& label : card_.labels) {
      out_ << "  " << std::setw(label_width(label)) << printable(label);
    }
    out_ << std::endl;
  }

  void row(const Screening& screening) override {
    out_ << std::setw(file_width_) << shortened(screening.file) << "  " << std::setw(kStatusWidth)
         << to_string(screening.status);
    for (const Finding& finding : screening.findings) {
      std::string score = score_text(finding.score) + ' ';
      if (finding.positive) score += '*';
      if (finding.near) score += '~';
      if (!finding.threshold) score += '-';
      if (finding.evidence_unusual) score += '!';
      out_ << "  " << std::setw(label_width(finding.label)) << score;
    }
    if (screening.findings.empty() || screening.shown_anyway) {
      out_ << "  " << printable(screening.message);
    }
    if (!screening.notes.empty()) out_ << "  Note: " << sentences_of(screening.notes);
    out_ << std::endl;
  }

 private:
  static int label_width(const std::string& label) {
    return static_cast<int>(std::max(label.size(), kMinLabelWidth));
  }

  Card card_;
  std::string operating_point_;
  std::ostream& out_;
  int file_width_ = 4;
};

}  // namespace

std::unique_ptr<Report> make_table_report(const Screener& screener,
                                          const std::vector<std::string>& files,
                                          std::ostream& out) {
  return std::make_unique<TableReport>(screener, files, out);
}

}  // namespace thoraxlite
