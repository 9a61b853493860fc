#include "commands/evaluation_facts.h"

#include <filesystem>

#include "commands/dataset_option.h"
#include "core/version.h"
#include "utc_now.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

Json program_facts() {
  return {{"date", utc_now()}, {"version", version()}, {"revision", revision()}};
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
