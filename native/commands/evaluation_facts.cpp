#include "commands/evaluation_facts.h"

#include <ctime>
#include <filesystem>

#include "commands/dataset_option.h"
#include "core/version.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

Json program_facts() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
  return {{"date", date}, {"version", version()}, {"revision", revision()}};
}

Json data_facts(const DataOptions& data) {
  std::filesystem::path folder = std::filesystem::path(data.data).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string digest = dataset_digest(data.data);
  Json facts = {{"dataset", folder.filename().string()},
                {"dataset_sha256", digest.empty() ? Json() : Json(digest)},
                {"sources", data.sources}};
  facts.update(program_facts());
  return facts;
}

}  // namespace thoraxlite
