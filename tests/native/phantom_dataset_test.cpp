// Runs the program cxr-phantom and reads back what it wrote.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/image/decode.h"
#include "data/phantom.h"

using namespace thoraxlite;

namespace {

struct Row {
  std::string file;
  std::string label;
  std::string split;
};

class ScratchFolder {
 public:
  ScratchFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("thoraxlite-phantom-test-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

int run(const std::string& arguments) {
  const std::string command = std::string(CXR_PHANTOM) + " " + arguments + " >/dev/null 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
}

std::vector<Row> read_rows(const std::filesystem::path& folder) {
  std::ifstream in(folder / "manifest.csv");
  std::string line;
  std::getline(in, line);
  CHECK(line == "file,label,split,source,patient,view,detail,license,original");
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    Row row;
    std::getline(fields, row.file, ',');
    std::getline(fields, row.label, ',');
    std::getline(fields, row.split, ',');
    std::string source;
    std::getline(fields, source, ',');
    CHECK(source == "phantom");
    rows.push_back(row);
  }
  return rows;
}

Result<GreyImage> decode_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  return decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace

TEST_CASE("cxr-phantom writes balanced labels and 70/15/15 splits within each") {
  const ScratchFolder out;
  REQUIRE(run("--out " + out.path().string() + " --count 60 --size 32 --seed 7") == 0);
  const std::vector<Row> rows = read_rows(out.path());
  REQUIRE(rows.size() == 60);
  std::map<std::string, std::map<std::string, int>> counts;
  for (const Row& row : rows) ++counts[row.label][row.split];
  CHECK(counts.size() == 3);
  for (const PhantomKind kind : kPhantomKinds) {
    CAPTURE(to_string(kind));
    CHECK(counts[to_string(kind)]["train"] == 14);
    CHECK(counts[to_string(kind)]["val"] == 3);
    CHECK(counts[to_string(kind)]["test"] == 3);
  }
}

TEST_CASE("its PNG files hold the drawn pixels, 8 and 16 bit") {
  for (const int depth : {8, 16}) {
    CAPTURE(depth);
    const ScratchFolder out;
    REQUIRE(run("--out " + out.path().string() + " --count 2 --size 65 --seed 11 --kind diffuse" +
                " --depth " + std::to_string(depth)) == 0);
    const std::vector<Row> rows = read_rows(out.path());
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].label == "diffuse");
    const auto image = decode_file(out.path() / rows[1].file);
    REQUIRE(image.has_value());
    PhantomSpec spec;
    spec.kind = PhantomKind::diffuse;
    spec.size = 65;
    spec.bit_depth = depth;
    spec.seed = 12;
    const GreyImage drawn = draw_phantom(spec).image;
    CHECK(image->max_value == drawn.max_value);
    CHECK(image->pixels == drawn.pixels);
  }
}

TEST_CASE("its JPEG files are close to the drawn pixels") {
  const ScratchFolder out;
  REQUIRE(run("--out " + out.path().string() + " --size 128 --kind lobar --format jpg") == 0);
  const auto image = decode_file(out.path() / "images/phantom_00000.jpg");
  REQUIRE(image.has_value());
  PhantomSpec spec;
  spec.kind = PhantomKind::lobar;
  spec.size = 128;
  const GreyImage drawn = draw_phantom(spec).image;
  REQUIRE(image->pixels.size() == drawn.pixels.size());
  double error = 0;
  for (std::size_t i = 0; i < drawn.pixels.size(); ++i) {
    error += std::abs(static_cast<double>(image->pixels[i]) - drawn.pixels[i]);
  }
  CHECK(error / static_cast<double>(drawn.pixels.size()) < 3.0);
}

TEST_CASE("cxr-phantom says 2 to wrong usage and 1 to what cannot be written") {
  const ScratchFolder out;
  const std::string to = "--out " + out.path().string();
  CHECK(run("--count 1") == 2);
  CHECK(run(to + " --size 8") == 2);
  CHECK(run(to + " --count 0") == 2);
  CHECK(run(to + " --kind spotted") == 2);
  CHECK(run(to + " --format gif") == 2);
  CHECK(run(to + " --format jpg --depth 16") == 2);
  CHECK_FALSE(std::filesystem::exists(out.path()));
  CHECK(run("--out /dev/null/phantoms") == 1);
  CHECK(run("--help") == 0);
}
