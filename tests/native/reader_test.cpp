// The datasets' own csv files: what becomes a sample, and what is refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "data/chexpert.h"
#include "data/csv.h"
#include "data/hashed_share.h"
#include "data/manifest.h"
#include "data/nih.h"
#include "made_folder.h"

using namespace thoraxlite;

namespace {

std::string chexpert_header() {
  std::string header = "Path,Sex,Age,Frontal/Lateral,AP/PA";
  for (const char* label : kCheXpertLabels) header += std::string(",") + label;
  return header + "\n";
}

struct CheXpertRow {
  std::string path;
  std::string view = "Frontal";
  std::string direction = "AP";
  std::vector<std::string> labels = {};  // the first ones; the others are blank
};

std::string text(const CheXpertRow& row) {
  std::string line = row.path + ",Female,68," + row.view + "," + row.direction;
  for (std::size_t i = 0; i < kCheXpertLabels.size(); ++i) {
    line += "," + (i < row.labels.size() ? row.labels[i] : "");
  }
  return line + "\n";
}

std::string chexpert_csv(const std::vector<CheXpertRow>& rows) {
  std::string csv = chexpert_header();
  for (const CheXpertRow& row : rows) csv += text(row);
  return csv;
}

const CheXpertRow kTrain{"CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg"};
const CheXpertRow kValid{"CheXpert-v1.0-small/valid/patient64541/study1/view1_frontal.jpg"};

// Why these two files are refused.
std::string chexpert_reason(const std::string& train, const std::string& valid) {
  const MadeFolder folder;
  folder.write("train.csv", train);
  folder.write("valid.csv", valid);
  return reason([&] { read_chexpert(folder.path(), Uncertain::ones); });
}

std::string chexpert_reason(const CheXpertRow& train) {
  return chexpert_reason(chexpert_csv({train}), chexpert_csv({kValid}));
}

const Sample& of_split(const SampleList& list, Split split) {
  return *std::find_if(list.samples.begin(), list.samples.end(),
                       [split](const Sample& sample) { return sample.split == split; });
}

constexpr char kNihHeader[] =
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";

std::string nih_row(const std::string& name, const std::string& labels = "No Finding",
                    const std::string& patient = "1", const std::string& view = "PA") {
  return name + "," + labels + ",0," + patient + ",58,M," + view + ",2682,2749,0.143,0.143\n";
}

struct NihFiles {
  std::string rows;
  std::string train_val;
  std::string test;
  std::string absent = {};  // an image that is listed but not there
};

SampleList read_nih_files(const NihFiles& files, const std::vector<std::string>& sources = {}) {
  const MadeFolder folder;
  folder.write("Data_Entry_2017.csv", std::string(kNihHeader) + "\n" + files.rows);
  folder.write("train_val_list.txt", files.train_val);
  folder.write("test_list.txt", files.test);
  folder.write("images/readme.txt", "");
  std::istringstream names(files.train_val + files.test);
  for (std::string name; std::getline(names, name);) {
    if (name != files.absent) folder.write("images/" + name, "");
  }
  return read_nih(folder.path(), sources);
}

std::string nih_reason(const NihFiles& files) {
  return reason([&] { read_nih_files(files); });
}

std::string nih_reason(const std::string& row) {
  return nih_reason({row, "a.png\n", ""});
}

// Patients of each split must not meet; patient(sample) is a patient's name.
template <class PatientOf>
std::map<Split, std::set<std::string>> patients(const SampleList& list, const PatientOf& patient) {
  std::map<Split, std::set<std::string>> result;
  for (const Sample& sample : list.samples) result[sample.split].insert(patient(sample));
  for (const auto& [split, names] : result) {
    for (const auto& [other, others] : result) {
      if (split == other) continue;
      for (const std::string& name : names) CHECK(others.count(name) == 0);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("csv: a byte order mark and a comma at the end of the header are no data") {
  const MadeFolder folder;
  const CsvTable table = read_csv(folder.write("marked.csv",
                                               "\xEF\xBB\xBF"
                                               "a,b,\n1,2,\n3,4\n"));
  CHECK((table.columns == std::vector<std::string>{"a", "b"}));
  CHECK((table.rows[0] == std::vector<std::string>{"1", "2"}));
  CHECK((table.rows[1] == std::vector<std::string>{"3", "4"}));
  CHECK(contains(reason([&] { read_csv(folder.write("more.csv", "a,b,\n1,2,3\n")); }),
                 "row 2: 3 fields; expected 2"));
}

TEST_CASE("a path from a csv stays below its folder") {
  CHECK(path_below("data", "a/b..c/..d.png") == std::filesystem::path("data/a/b..c/..d.png"));
  for (const char* bad :
       {"", "..", "../a.png", "a/../../etc/passwd", "a/..", "/etc/passwd", "a\\..\\..\\b.png"}) {
    CAPTURE(bad);
    CHECK(contains(reason([&] { path_below("data", bad); }), "expected one below data"));
  }
}

TEST_CASE("validation takes its share of patients, by their id alone") {
  int taken = 0;
  for (int i = 0; i < 20000; ++i) {
    taken += is_in_share("patient" + std::to_string(i), 0.1);
  }
  CHECK(taken > 1850);  // 3.5 standard deviations
  CHECK(taken < 2150);
  CHECK_FALSE(is_in_share("patient1", 0.0));
  CHECK(is_in_share("patient1", 1.0));
}

TEST_CASE("manifests with several labels a row are multi-label") {
  const MadeFolder folder;
  const auto read = [&](const std::string& rows, const std::vector<std::string>& sources = {}) {
    folder.write("manifest.csv", "file,label,split,source\n" + rows);
    return read_manifest(folder.path(), sources);
  };
  const SampleList list =
      read("a.png,edema,train,x\nb.png,mass|edema,val,x\nc.png,,test,y\nd.png,nodule,test,y\n");
  CHECK_FALSE(list.exclusive);
  CHECK((list.labels == std::vector<std::string>{"edema", "mass", "nodule"}));
  CHECK((list.samples[0].targets == std::vector<float>{1, 0, 0}));
  CHECK((list.samples[1].targets == std::vector<float>{1, 1, 0}));
  CHECK((list.samples[2].targets == std::vector<float>{0, 0, 0}));
  // What is kept does not change what the labels are.
  const SampleList kept = read(
      "a.png,edema,train,x\nb.png,mass|edema,val,x\nc.png,,test,y\nd.png,nodule,test,y\n", {"y"});
  CHECK(kept.samples.size() == 2);
  CHECK(kept.labels.size() == 3);
  CHECK_FALSE(kept.exclusive);
  CHECK(read("a.png,edema,train,x\nb.png,mass,val,x\n").exclusive);

  const auto why = [&](const std::string& rows) { return reason([&] { read(rows); }); };
  CHECK(contains(why("a.png,edema,train,x\nb.png,,train,x\n"), "row 3: no label"));
  for (const char* bad : {"mass|", "|mass", "mass||edema", "mass|mass", "|"}) {
    CHECK(contains(why(std::string("a.png,") + bad + ",train,x\n"), "row 2: label '"));
  }
  CHECK(contains(why("a.png,mass,train,x\nb.png,mass,val,x\na.png,mass,test,x\n"),
                 "row 4: 'a.png' stands in row 2 already"));
  CHECK(contains(why("../../etc/passwd,mass,train,x\n"), "row 2: '../../etc/passwd' is no file"));
  CHECK(contains(why(""), "no samples"));
}

TEST_CASE("CheXpert: what uncertain, blank and the views become") {
  const MadeFolder folder;
  CheXpertRow frontal = kTrain;
  frontal.labels = {"", "-1.0", "1.0", "0.0", "-1", "1", "0"};
  CheXpertRow lateral{"CheXpert-v1.0-small/train/patient00001/study1/view2_lateral.jpg", "Lateral",
                      ""};
  CheXpertRow plain{"CheXpert-v1.0-small/train/patient00002/study1/view1_frontal.jpg", "Frontal",
                    ""};
  CheXpertRow test = kValid;
  test.labels = std::vector<std::string>(14, "0.0");
  test.labels[13] = "1.0";
  test.direction = "PA";
  folder.write("train.csv", chexpert_csv({frontal, lateral, plain}));
  folder.write("valid.csv", chexpert_csv({test}));

  const auto targets = [&](Uncertain uncertain) {
    const SampleList list = read_chexpert(folder.path(), uncertain, {"frontal AP"});
    REQUIRE(list.samples.size() == 1);
    return list.samples[0].targets;
  };
  const auto expected = [](float u) {
    return std::vector<float>{0, u, 1, 0, u, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  };
  CHECK(targets(Uncertain::ones) == expected(1));
  CHECK(targets(Uncertain::zeros) == expected(0));
  CHECK(targets(Uncertain::ignore) == expected(kUnknown));
  CHECK(parse_uncertain("ignore") == Uncertain::ignore);
  CHECK(contains(reason([&] { parse_uncertain("multi"); }), "expected ones, zeros or ignore"));

  const SampleList list = read_chexpert(folder.path(), Uncertain::ones);
  CHECK(list.labels.size() == 14);
  CHECK(list.labels[10] == "Pleural Effusion");
  CHECK_FALSE(list.exclusive);
  REQUIRE(list.samples.size() == 3);  // without the lateral one
  CHECK(of_split(list, Split::test).targets[13] == 1);
  CHECK(of_split(list, Split::test).source == "frontal PA");
  CHECK(std::count_if(list.samples.begin(), list.samples.end(),
                      [](const Sample& sample) { return sample.source == "frontal"; }) == 1);
  CHECK(read_chexpert(folder.path(), Uncertain::ones, {"lateral", "frontal"}).samples.size() == 2);
  CHECK(contains(reason([&] { read_chexpert(folder.path(), Uncertain::ones, {"oblique"}); }),
                 "no row of source 'oblique'; it has frontal, frontal AP, frontal PA, lateral"));
}

TEST_CASE("CheXpert: paths begin with the release's folder, below the data folder or being it") {
  const MadeFolder folder;
  const auto train_file = [&](const std::string& path, const std::string& data) {
    folder.write(data + "train.csv", chexpert_csv({{path}}));
    folder.write(data + "valid.csv", chexpert_csv({kValid}));
    const SampleList list = read_chexpert(folder.path() / data, Uncertain::ones);
    for (const Sample& sample : list.samples) {
      if (sample.split != Split::test) return sample.file.lexically_relative(folder.path());
    }
    return std::filesystem::path();
  };
  const std::string rest = "train/patient00001/study1/view1_frontal.jpg";
  for (const std::string release : {"CheXpert-v1.0-small", "CheXpert-v1.0"}) {
    CHECK(train_file(release + "/" + rest, release + "/") == release + "/" + rest);
  }
  // Both folders are there by now.
  for (const std::string release : {"CheXpert-v1.0-small", "CheXpert-v1.0"}) {
    CHECK(train_file(release + "/" + rest, "") == release + "/" + rest);
  }
  CHECK(train_file(rest, "elsewhere/") == "elsewhere/" + rest);
}

TEST_CASE("CheXpert: bad rows are refused by file, row and column") {
  const auto with_label = [](const std::string& value) {
    CheXpertRow row = kTrain;
    row.labels = {"", value};
    return row;
  };
  for (const char* bad : {"2", "0.5", "-2", "yes", "1.00", "nan"}) {
    CAPTURE(bad);
    CHECK(contains(chexpert_reason(with_label(bad)),
                   std::string("train.csv: row 2: Enlarged Cardiomediastinum is '") + bad +
                       "'; expected 1, 0, -1 or nothing"));
  }
  CHECK(contains(chexpert_reason({"../../etc/patient1/study1/a.jpg"}), "row 2: '../../etc"));
  CHECK(contains(chexpert_reason({"CheXpert-v1.0/../../patient1/study1/a.jpg"}), "is no file"));
  CHECK(contains(chexpert_reason({"/etc/patient1/study1/a.jpg"}), "is no file"));
  for (const char* bad : {"train/view1.jpg", "train/patient/study1/a.jpg", "train/patient12",
                          "train/patientX/study1/a.jpg"}) {
    CHECK(contains(chexpert_reason({bad}), "names no patient"));
  }
  CHECK(contains(chexpert_reason({kTrain.path, "Oblique"}), "expected Frontal or Lateral"));
  CHECK(contains(chexpert_reason({kTrain.path, "Frontal", "up"}), "AP/PA is 'up'"));
  CHECK(contains(chexpert_reason(chexpert_csv({{kTrain.path, "Lateral", ""}}),
                                 chexpert_csv({{kValid.path, "Lateral", ""}})),
                 "no frontal image"));
  CHECK(contains(chexpert_reason(chexpert_csv({kTrain, kTrain}), chexpert_csv({kValid})),
                 "train.csv: row 3: Path '"));

  CheXpertRow leaked = kTrain;
  leaked.path = "CheXpert-v1.0-small/train/patient64541/study9/view1_frontal.jpg";
  CHECK(contains(chexpert_reason(leaked), "train.csv: row 2: patient64541 is in valid.csv too"));
  CheXpertRow unsure = kValid;
  unsure.labels = {"-1.0"};
  CHECK(contains(chexpert_reason(chexpert_csv({kTrain}), chexpert_csv({unsure})),
                 "valid.csv: row 2: No Finding is '-1.0'; expected 1, 0 or nothing"));

  std::string header = chexpert_header();
  header.replace(header.find("Edema"), 5, "Oedema");
  CHECK(contains(chexpert_reason(header, chexpert_csv({kValid})), "no column 'Edema'"));
  const MadeFolder folder;
  folder.write("train.csv", chexpert_csv({kTrain}));
  CHECK(contains(reason([&] { read_chexpert(folder.path(), Uncertain::ones); }),
                 "valid.csv: There is no such file"));
}

TEST_CASE("CheXpert at full size: every row, patients apart") {
  // As many rows as the dataset has: 224,316.
  constexpr int kPatients = 74694, kImagesEach = 3, kTestRows = 234;
  const auto path = [](const std::string& split, int patient, int study) {
    return "CheXpert-v1.0-small/" + split + "/patient" + std::to_string(patient) + "/study" +
           std::to_string(study) + "/view1_frontal.jpg";
  };
  std::string train = chexpert_header();
  for (int i = 0; i < kPatients * kImagesEach; ++i) {
    CheXpertRow row{path("train", i / kImagesEach, i % kImagesEach)};
    row.labels.assign(14, "");
    row.labels[static_cast<std::size_t>(i % 14)] = "1.0";
    train += text(row);
  }
  std::string valid = chexpert_header();
  for (int i = 0; i < kTestRows; ++i) valid += text({path("valid", kPatients + i, 1)});

  const MadeFolder folder;
  folder.write("train.csv", train);
  folder.write("valid.csv", valid);
  const SampleList list = read_chexpert(folder.path(), Uncertain::ones);
  REQUIRE(list.samples.size() == 224316);
  // Test first, then train.csv in its order.
  const int i = 123457;
  const Sample& sample = list.samples[static_cast<std::size_t>(kTestRows + i)];
  CHECK(sample.file == folder.path() / ("train/patient41152/study1/view1_frontal.jpg"));
  CHECK(sample.targets[static_cast<std::size_t>(i % 14)] == 1);
  CHECK(std::count(sample.targets.begin(), sample.targets.end(), 0.0f) == 13);

  const auto by_split = patients(list, [](const Sample& one) {
    return one.file.parent_path().parent_path().filename().string();
  });
  CHECK(by_split.at(Split::test).size() == kTestRows);
  CHECK(by_split.at(Split::validation).size() > 0.045 * kPatients);
  CHECK(by_split.at(Split::validation).size() < 0.055 * kPatients);
  CHECK(by_split.at(Split::train).size() + by_split.at(Split::validation).size() == kPatients);
}

TEST_CASE("NIH: findings, lists and folders") {
  const MadeFolder folder;
  folder.write("Data_Entry_2017.csv",
               std::string(kNihHeader) + ",\r\n" + nih_row("1_0.png", "Hernia|Atelectasis", "1") +
                   nih_row("1_1.png", "No Finding", "1", "AP") + nih_row("2_0.png", "Edema", "2"));
  folder.write("train_val_list.txt", "1_0.png\r\n1_1.png");
  folder.write("test_list.txt", "\n2_0.png\n");
  folder.write("images_002/images/1_0.png", "");
  folder.write("images_002/images/1_1.png", "");
  folder.write("images_012/images/2_0.png", "");
  const SampleList list = read_nih(folder.path());
  REQUIRE(list.samples.size() == 3);
  CHECK(list.labels.size() == 14);
  CHECK_FALSE(list.exclusive);
  CHECK((list.samples[0].targets == std::vector<float>{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  CHECK((list.samples[1].targets == std::vector<float>(14, 0.0f)));
  CHECK(list.samples[0].file == folder.path() / "images_002/images/1_0.png");
  CHECK(list.samples[2].file == folder.path() / "images_012/images/2_0.png");
  CHECK(list.samples[1].source == "AP");
  CHECK(list.samples[2].split == Split::test);
  CHECK(list.samples[0].split == list.samples[1].split);
  CHECK(read_nih(folder.path(), {"PA"}).samples.size() == 2);

  std::filesystem::remove(folder.path() / "test_list.txt");
  CHECK(contains(reason([&] { read_nih(folder.path()); }), "test_list.txt: There is no such file"));
  folder.write("test_list.txt", "2_0.png\n");
  for (const char* images : {"images_002", "images_012"}) {
    std::filesystem::remove_all(folder.path() / images);
  }
  CHECK(
      contains(reason([&] { read_nih(folder.path()); }), "expected images/ or images_001/images"));
}

TEST_CASE("NIH: bad rows are refused by file, row and column") {
  CHECK(nih_reason(nih_row("a.png")).empty());
  for (const char* bad : {"", "Oedema", "No Finding|Mass", "Mass|Oedema"}) {
    CAPTURE(bad);
    CHECK(contains(nih_reason(nih_row("a.png", bad)), "row 2: Finding Labels is '"));
  }
  for (const char* bad : {"Mass|", "Mass|Mass"}) {
    CHECK(contains(nih_reason(nih_row("a.png", bad)), "row 2: label '"));
  }
  CHECK(contains(nih_reason(nih_row("a.png", "Mass", "12a")), "Patient ID is '12a'"));
  CHECK(contains(nih_reason(nih_row("a.png", "Mass", "")), "expected a number"));
  CHECK(contains(nih_reason(nih_row("a.png", "Mass", "1", "LL")), "View Position is 'LL'"));
  CHECK(contains(nih_reason(nih_row("../../etc/passwd")), "Image Index is '../../etc/passwd'"));
  CHECK(contains(nih_reason(nih_row("a.png") + nih_row("a.png")), "row 3: 'a.png' stands"));
  CHECK(contains(nih_reason("a.png,Mass\n"), "row 2: 2 fields; expected 11"));
  CHECK(contains(nih_reason({nih_row("a.png"), "a.png\n", "a.png\n"}),
                 "test_list.txt: line 1: 'a.png' is listed already"));
  CHECK(contains(nih_reason({nih_row("a.png"), "a.png\na.png\n", ""}),
                 "train_val_list.txt: line 2: 'a.png' is listed already"));
  CHECK(contains(nih_reason({nih_row("a.png") + nih_row("b.png"), "a.png\n", "b.png\n"}),
                 "row 3: patient 1 is in both lists"));
}

TEST_CASE("NIH: one row in a hundred may be missing from the lists, and the other way round") {
  std::string rows, names;
  for (int i = 0; i < 100; ++i) {
    const std::string name = std::to_string(i) + ".png";
    rows += nih_row(name, "Mass", std::to_string(i));
    names += name + "\n";
  }
  CHECK(read_nih_files({rows + nih_row("x.png"), names, ""}).samples.size() == 100);
  CHECK(contains(nih_reason({rows + nih_row("x.png") + nih_row("y.png"), names, ""}),
                 "2 of 102 rows are in neither train_val_list.txt nor test_list.txt"));
  CHECK(read_nih_files({rows, names, "x.png\n"}).samples.size() == 100);
  CHECK(contains(nih_reason({rows, names, "x.png\ny.png\n"}),
                 "2 of 102 names of the two lists have no row"));
  CHECK(read_nih_files({rows, names, "", "7.png"}).samples.size() == 99);
  CHECK(contains(nih_reason({nih_row("a.png") + nih_row("b.png"), "a.png\nb.png\n", "", "b.png"}),
                 "1 of 2 images are in none of its folders"));
}

TEST_CASE("NIH: patients are in one split only, and in the same one in a subset") {
  // The last fifth of 1,000 patients is for testing.
  const auto first_patients = [](int count) {
    NihFiles files;
    for (int patient = 0; patient < count; ++patient) {
      for (int image = 0; image < 3; ++image) {
        const std::string name = std::to_string(patient) + "_" + std::to_string(image) + ".png";
        files.rows += nih_row(name, "Mass", std::to_string(patient));
        (patient < 800 ? files.train_val : files.test) += name + "\n";
      }
    }
    return patients(read_nih_files(files), [](const Sample& sample) {
      const std::string name = sample.file.filename().string();
      return name.substr(0, name.find('_'));
    });
  };
  const auto all = first_patients(1000);
  CHECK(all.at(Split::test).size() == 200);
  CHECK(all.at(Split::validation).size() > 50);
  CHECK(all.at(Split::validation).size() < 110);
  // A tenth: the very patients whose ids the hash takes.
  for (int patient = 0; patient < 800; ++patient) {
    const std::string id = std::to_string(patient);
    CAPTURE(id);
    REQUIRE(all.at(Split::validation).count(id) == (is_in_share(id, 0.1) ? 1 : 0));
  }
  const auto some = first_patients(300);
  CHECK(some.at(Split::validation).size() > 10);
  for (const std::string& name : some.at(Split::validation)) {
    CHECK(all.at(Split::validation).count(name) == 1);
  }
}
