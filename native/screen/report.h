// The ways of writing screenings: one row a file, written as soon as it is known.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/screener.h"

namespace thoraxlite {

class Report {
 public:
  virtual ~Report() = default;
  virtual void begin() {}
  virtual void row(const Screening& screening) = 0;
};

inline const std::vector<std::string> kReportFormats{"table", "json", "csv"};

// One after the other; empty where there are none.
std::string sentences_of(const std::vector<FilmNote>& notes);

// format: one of kReportFormats. files: all that rows will come for, so that a table knows its
// width. screener: whose model and operating point they are by. out must outlive the report.
std::unique_ptr<Report> make_report(const std::string& format, const Screener& screener,
                                    const std::vector<std::string>& files, std::ostream& out);

std::unique_ptr<Report> make_csv_report(const Screener& screener, std::ostream& out);
std::unique_ptr<Report> make_table_report(const Screener& screener,
                                          const std::vector<std::string>& files, std::ostream& out);

}  // namespace thoraxlite
