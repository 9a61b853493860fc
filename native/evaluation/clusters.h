// Who is drawn when chance is measured: patients, each with all of their images, since images of
// one patient resemble each other; an image of nobody known is one by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace thoraxlite {

// What an interval is over.
struct Units {
  std::int64_t patients = 0;
  std::int64_t images = 0;  // of which no patient is known
};

// "62 patients", "104 images (patients unknown)", "62 patients and 10 images of unknown ones"
std::string to_string(const Units& units);

struct Clusters {
  std::vector<std::size_t> of_image;             // [images]: its cluster
  std::vector<std::vector<std::size_t>> images;  // [clusters], none of them empty
  Units units;

  std::size_t size() const { return images.size(); }
};

// patients: [images], an empty text is unknown; or nothing where none is known.
Clusters clusters_of(const std::vector<std::string>& patients, std::size_t images);

}  // namespace thoraxlite
