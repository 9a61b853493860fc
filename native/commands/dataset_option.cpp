#include "commands/dataset_option.h"

#include <cstdio>
#include <stdexcept>

#include "data/manifest.h"

namespace thoraxlite {
namespace {

constexpr char kPhantom[] = "phantom:";
constexpr std::size_t kPhantomLength = sizeof kPhantom - 1;

}  // namespace

std::int64_t phantom_count(const std::string& data) {
  if (data.compare(0, kPhantomLength, kPhantom) != 0) return 0;
  const std::string digits = data.substr(kPhantomLength);
  const bool number = !digits.empty() && digits.size() < 8 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t count = number ? std::stoll(digits) : 0;
  if (count < 30 || count > 1'000'000) {
    throw std::runtime_error("'" + data + "': expected phantom:COUNT, COUNT from 30 to 1000000");
  }
  return count;
}

std::vector<std::string> load_labels(const std::string& data,
                                     const std::vector<std::string>& sources) {
  if (phantom_count(data)) return {std::begin(kPhantomLabels), std::end(kPhantomLabels)};
  return read_manifest(data, sources).labels;
}

ImageSet load_images(const std::string& data, const std::vector<std::string>& sources, Split split,
                     int size, std::uint64_t seed) {
  ImageSet images;
  if (const std::int64_t count = phantom_count(data)) {
    images = draw_phantoms(split == Split::train ? count : count / 3, size, split, seed);
  } else {
    images = decode_images(select(read_manifest(data, sources), split), size);
  }
  std::string counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts += ", " + images.labels[label] + " " +
              std::to_string(static_cast<long long>(column.sum().item<double>()));
  }
  std::fprintf(stderr, "%s: %lld images%s\n", to_string(split),
               static_cast<long long>(images.size()), counts.c_str());
  return images;
}

}  // namespace thoraxlite
