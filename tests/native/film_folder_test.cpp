// Films without a list.
#include "data/film_folder.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "made_folder.h"

using namespace thoraxlite;

namespace {

const std::string kFilm = "\x89PNG\r\n";  // its first bytes tell

}  // namespace

TEST_CASE("films of a folder are shared out one by one, and the same way every time") {
  const MadeFolder made;
  for (int i = 0; i < 100; ++i) made.write("ward/" + std::to_string(i) + ".png", kFilm);
  made.write("ward/.hidden", kFilm);
  made.write("ward/notes.txt", "of nobody");
  made.write("ward/empty.png", "");
  const SampleList list = read_film_folder(made.path() / "ward", {"a", "b"}, false);
  REQUIRE(list.samples.size() == 100);
  CHECK(list.labels == std::vector<std::string>{"a", "b"});
  CHECK(!list.exclusive);
  std::map<Split, int> counts;
  for (const Sample& sample : list.samples) {
    ++counts[sample.split];
    CHECK(sample.targets == std::vector<float>{kUnknown, kUnknown});
    CHECK(sample.source == "ward");
    CHECK(sample.patient.empty());
  }
  CHECK(counts[Split::train] > 50);
  CHECK(counts[Split::validation] > 2);
  CHECK(counts[Split::test] > 8);
  const SampleList again = read_film_folder(made.path() / "ward", {}, true);
  for (std::size_t i = 0; i < again.samples.size(); ++i) {
    CHECK(again.samples[i].split == list.samples[i].split);
  }
  CHECK(files_of_folder(made.path() / "ward").others == 2);
  // However the folder is named.
  const SampleList slash = read_film_folder((made.path() / "ward/").string() + "./", {}, true);
  REQUIRE(slash.samples.size() == 100);
  CHECK(slash.samples[7].split == list.samples[7].split);
  CHECK(slash.samples[7].source == "ward");
}

TEST_CASE("films in many folders stay together as a patient's, in few they do not") {
  const MadeFolder made;
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    made.write("patients/p" + number + "/front.png", kFilm);
    made.write("patients/p" + number + "/study" + std::to_string(i % 2) + "/side.png", kFilm);
    made.write("years/" + std::to_string(2000 + i % 3) + "/" + number + ".png", kFilm);
  }
  std::map<std::string, std::set<Split>> splits;
  for (const Sample& sample : read_film_folder(made.path() / "patients", {}, false).samples) {
    splits[sample.patient].insert(sample.split);
  }
  CHECK(splits.size() == 60);
  CHECK(splits.count("p7") == 1);
  for (const auto& [patient, of_patient] : splits) CHECK(of_patient.size() == 1);
  for (const Sample& sample : read_film_folder(made.path() / "years", {}, false).samples) {
    CHECK(sample.patient.empty());
  }
}

TEST_CASE("a folder's digest is of its films' names and sizes, wherever it lies") {
  const MadeFolder made;
  for (const char* folder : {"here/", "there/"}) {
    made.write(std::string(folder) + "a.png", kFilm + "x");
    made.write(std::string(folder) + "b/c.png", kFilm + "xx");
  }
  const std::string digest = film_folder_digest(made.path() / "here");
  CHECK(film_folder_digest(made.path() / "there") == digest);
  made.write("there/a.png", kFilm + "longer");
  CHECK(film_folder_digest(made.path() / "there") != digest);
  CHECK(!has_films(made.path() / "nowhere"));
  std::filesystem::create_directories(made.path() / "empty");
  CHECK(!has_films(made.path() / "empty"));
  CHECK(contains(reason([&] { read_film_folder(made.path() / "empty", {}, false); }),
                 "has no film; expected some"));
}
