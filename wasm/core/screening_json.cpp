#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/screener.h"

namespace thoraxlite {
namespace {

// Keys keep their order, and a float is written with as few digits as name it.
using Json = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool,
                                  std::int64_t, std::uint64_t, float>;

}  // namespace

const char* to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::refused:
      return "refused";
    case Status::error:
      break;
  }
  return "error";
}

std::string to_json(const Screening& screening) {
  Json findings = Json::array();
  for (const Finding& finding : screening.findings) {
    findings.push_back({{"label", finding.label},
                        {"score", finding.score},
                        {"threshold", finding.threshold},
                        {"positive", finding.positive}});
  }
  const Json object = {
      {"file", screening.file},
      {"status", to_string(screening.status)},
      {"message", screening.message},
      {"findings", std::move(findings)},
      {"model", {{"name", screening.model_name}, {"sha256", screening.model_sha256}}},
      {"milliseconds",
       {{"decode", screening.milliseconds.decode},
        {"prepare", screening.milliseconds.prepare},
        {"infer", screening.milliseconds.infer}}},
  };
  return object.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace thoraxlite
