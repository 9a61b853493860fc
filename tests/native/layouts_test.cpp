// Made folders in the layouts of published datasets, and csv files as people have them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "data/chexpert.h"
#include "data/csv.h"
#include "data/equal_files.h"
#include "data/hashed_share.h"
#include "data/manifest.h"
#include "data/mimic_cxr.h"
#include "data/nih.h"
#include "data/padchest.h"
#include "data/rsna_pneumonia.h"
#include "data/vindr_cxr.h"
#include "made_folder.h"

using namespace thoraxlite;

namespace {

// ASCII as UTF-16, with its mark.
std::string utf16(const std::string& text, bool big_endian) {
  std::string result = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char letter : text) {
    result += big_endian ? std::string{'\0', letter} : std::string{letter, '\0'};
  }
  return result;
}

const Sample& named(const SampleList& list, const std::string& name) {
  const auto found = std::find_if(list.samples.begin(), list.samples.end(), [&](const Sample& s) {
    return s.file.filename().string().find(name) == 0;
  });
  REQUIRE(found != list.samples.end());
  return *found;
}

std::string manifest_reason(const std::string& csv, const ManifestColumns& columns = {}) {
  const MadeFolder folder;
  folder.write("manifest.csv", csv);
  return reason([&] { read_manifest(folder.path(), {}, columns); });
}

}  // namespace

TEST_CASE("csv: what spreadsheets save") {
  const MadeFolder folder;
  const std::vector<std::string> row = {"a", "b, c"};
  for (const std::string& text :
       {std::string("x;y\na;\"b, c\"\n"), std::string("\xEF\xBB\xBFx;y\r\na;b, c\r\n"),
        std::string("x\ty\ra\tb, c\r"), utf16("x;y\na;b, c\n", false),
        utf16("x\ty\r\na\tb, c\r\n", true)}) {
    CAPTURE(text);
    const CsvTable table = read_csv(folder.write("a.csv", text));
    CHECK((table.columns == std::vector<std::string>{"x", "y"}));
    REQUIRE(table.rows.size() == 1);
    CHECK(table.rows[0] == row);
  }
  // U+00E9 and, beyond 16 bits, U+1F600.
  const CsvTable wide =
      read_csv(folder.write("b.csv", std::string("\xFF\xFEx\0\n\0\xE9\0\x3D\xD8\x00\xDE\n\0", 14)));
  CHECK(wide.rows[0][0] == "\xC3\xA9\xF0\x9F\x98\x80");

  CHECK(reason([&] { read_csv(folder.write("c.csv", "x,y\n1,2\n3,pleura\xE9l\n")); }) ==
        (folder.path() / "c.csv").string() +
            ": row 3 is no UTF-8 text; save the file as \"CSV UTF-8\"");
  CHECK(
      contains(reason([&] { read_csv(folder.write("d.csv", "\xE9\n1\n")); }), "row 1 is no UTF-8"));
  CHECK(contains(reason([&] {
                   read_csv(folder.write("e.csv", std::string("\xFF\xFEx\0\n\0\x00\xDC\n\0", 10)));
                 }),
                 "row 2 is no UTF-8"));
}

TEST_CASE("a patient in two splits is refused, with both rows") {
  const MadeFolder folder;
  const auto why = [&](const std::string& rows) {
    const auto file = folder.write("manifest.csv", "file,label,split,source,patient\n" + rows);
    return reason([&] { refuse_shared_patients(read_manifest(folder.path()), file); });
  };
  CHECK(why("a.png,x,train,s,p1\nb.png,y,train,s,p1\nc.png,x,test,s,p2\nd.png,x,test,s,\n"
            "e.png,x,train,s,\n")
            .empty());
  CHECK(
      contains(why("a.png,x,train,s,p1\nb.png,y,val,s,p2\nc.png,x,test,s,p1\n"),
               "manifest.csv: patient 'p1' is in train (row 2) and in test (row 4); expected each "
               "patient in one split"));
}

TEST_CASE("files of the same bytes in two splits are refused, however large and alike") {
  const MadeFolder folder;
  SampleList list{{"x"}, false, {}};
  const auto add = [&](const std::string& name, const std::string& bytes, Split split) {
    list.samples.push_back({folder.write(name, bytes), {1}, split, "s"});
  };
  const std::string large(20000, 'a');
  add("a", large, Split::train);
  add("same split", large, Split::train);
  add("other start", "b" + large.substr(1), Split::test);  // same size, same end
  add("other size", large + "a", Split::test);
  add("empty", "", Split::train);
  add("empty too", "", Split::test);
  list.samples.push_back({folder.path() / "absent", {1}, Split::test, "s"});
  CHECK(reason([&] { refuse_equal_files(list, "list.csv"); }).empty());
  add("copy", large, Split::validation);
  const std::string why = reason([&] { refuse_equal_files(list, "list.csv"); });
  CHECK(contains(why, "list.csv: " + (folder.path() / "a").string() + " (train) and " +
                          (folder.path() / "copy").string() + " (val) hold the same bytes"));
}

TEST_CASE("manifests as people have them") {
  const MadeFolder folder;
  folder.write(
      "manifest.csv",
      "file,label,split\na\\b.png,x,Train\nc.png,y,valid\nd.png,y,VALIDATION\ne.png,x,test\n");
  const SampleList list = read_manifest(folder.path());
  CHECK(list.samples[0].file == folder.path() / "a/b.png");
  CHECK(list.samples[0].split == Split::train);
  CHECK(list.samples[1].split == Split::validation);
  CHECK(list.samples[2].split == Split::validation);
  CHECK(list.samples[3].split == Split::test);
  CHECK(list.samples[0].source == folder.path().filename().string());
  CHECK(list.samples[3].row == 5);

  const std::string header = "file,label,split,source\n";
  CHECK(
      contains(manifest_reason(header + "a.png,Normal,train,s\nb.png,covid,train,s\nc.png,normal,"
                                        "test,s\n"),
               "row 4: label 'normal' differs from 'Normal' in row 2 by capitals or spaces alone"));
  CHECK(contains(manifest_reason(header + "a.png,x,train,s\nb.png,\"x \",train,s\n"),
                 "row 3: label 'x '"));
  for (const char* bad : {"/data/a.png", "C:\\data\\a.png", "\\\\server\\a.png"}) {
    CAPTURE(bad);
    CHECK(contains(manifest_reason(header + bad + ",x,train,s\n"),
                   "is no file's path that may be used, being absolute; expected one below"));
  }
  CHECK(contains(manifest_reason(header + "a.png,x,train,s\n./a.png,x,test,s\n"),
                 "row 3: './a.png' stands in row 2 already"));
  CHECK(contains(manifest_reason("file,label\na.png,x\n"), "no column 'split'"));
}

TEST_CASE("columns of 1 and 0, and patients shared out") {
  const MadeFolder folder;
  std::string csv = "path,id,edema,mass,sex,score\n";
  for (int i = 0; i < 1000; ++i) {
    const std::string cells[] = {"1,0", "0,1.0", "-1,0", ",1"};
    csv += std::to_string(i) + ".png,p" + std::to_string(i / 2) + "," + cells[i % 4] + ",1,0.5\n";
  }
  const auto file = folder.write("films.csv", csv);
  const auto read = [&](Uncertain uncertain, const std::vector<std::string>& labels = {}) {
    return read_manifest(file, {}, {"path", "id", labels, uncertain});
  };
  const SampleList list = read(Uncertain::ones);
  CHECK((list.labels == std::vector<std::string>{"edema", "mass"}));
  CHECK_FALSE(list.exclusive);
  CHECK((list.samples[0].targets == std::vector<float>{1, 0}));
  CHECK((list.samples[3].targets == std::vector<float>{kUnknown, 1}));
  CHECK(list.samples[0].columns.at("sex") == "1");
  std::size_t in_test = 0, in_validation = 0;
  for (std::size_t i = 0; i < list.samples.size(); ++i) {
    const Sample& sample = list.samples[i];
    CHECK(sample.split == hashed_split("p" + std::to_string(i / 2)));
    in_test += sample.split == Split::test;
    in_validation += sample.split == Split::validation;
    if (i % 4 == 2) CHECK(sample.targets[0] == (sample.split == Split::test ? kUnknown : 1.0f));
  }
  CHECK(in_test > 140);
  CHECK(in_test < 260);
  CHECK(in_validation > 60);
  CHECK(in_validation < 150);
  const SampleList one = read(Uncertain::zeros, {"mass"});
  CHECK((one.labels == std::vector<std::string>{"mass"}));
  CHECK_FALSE(one.exclusive);
  CHECK(one.samples[3].targets[0] == 1);
  CHECK(contains(reason([&] { read(Uncertain::ones, {"nodule"}); }),
                 "no column 'nodule'; it has path"));
  CHECK(contains(reason([&] { read(Uncertain::ones, {"score"}); }),
                 "row 2: score is '0.5'; expected 1, 0, -1 or nothing"));
  CHECK(contains(reason([&] { read_manifest(file); }), "no column 'file'"));
  CHECK(contains(reason([&] { read_manifest(file, {}, {"path", "person", {}, Uncertain::ones}); }),
                 "no column 'person'"));

  folder.write("manifest.csv", "file,split,a,b\n1.png,train,1,0\n2.png,train,0,1\n");
  CHECK(read_manifest(folder.path()).exclusive);
  CHECK(contains(manifest_reason("file,split,note\n1.png,train,good\n"),
                 "no column 'label', and none that holds 1, 0, -1 or nothing"));
}

TEST_CASE("some labels alone, of a column label too") {
  const MadeFolder folder;
  folder.write("manifest.csv",
               "file,label,split,source\n1.png,a|b,train,s\n2.png,c,val,s\n3.png,b,test,s\n");
  const SampleList list = read_manifest(folder.path(), {}, {"file", "patient", {"b", "a"}});
  CHECK(
      (keep_labels(list, {"b", "a"}, "manifest.csv").labels == std::vector<std::string>{"b", "a"}));
}

TEST_CASE("some labels alone, in their order") {
  SampleList list{{"a", "b", "c"}, true, {{"1.png", {0, 1, 0}, Split::train, "s"}}};
  const SampleList two = keep_labels(list, {"c", "b"}, "list.csv");
  CHECK((two.samples[0].targets == std::vector<float>{0, 1}));
  CHECK_FALSE(two.exclusive);
  CHECK(keep_labels(list, {"c", "b", "a"}, "list.csv").exclusive);
  CHECK(keep_labels(list, {}, "list.csv").labels == list.labels);
  CHECK(contains(reason([&] { keep_labels(list, {"d"}, "list.csv"); }),
                 "list.csv: --labels names 'd'; expected some of a, b, c, each once"));
  CHECK(contains(reason([&] { keep_labels(list, {"a", "a"}, "list.csv"); }), "each once"));
}

TEST_CASE("as much of a download as is there") {
  const MadeFolder folder;
  SampleList list{{"a"}, false, {}};
  for (const char* name : {"1.png", "2.png", "3.png"}) {
    list.samples.push_back({folder.path() / name, {1}, Split::train, "s"});
  }
  folder.write("2.png", "");
  const SampleList there = keep_existing(list, "list.csv");
  REQUIRE(there.samples.size() == 1);
  CHECK(there.samples[0].file.filename() == "2.png");
}

TEST_CASE("what a list says of the person: CheXpert and NIH") {
  const MadeFolder folder;
  std::string header = "Path,Sex,Age,Frontal/Lateral,AP/PA";
  std::string blank;
  for (const char* label : kCheXpertLabels) {
    header += std::string(",") + label;
    blank += ",";
  }
  folder.write("train.csv",
               header + "\ntrain/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP" +
                   blank + "\ntrain/patient00002/study1/view2_lateral.jpg,Unknown,0,Lateral," +
                   blank + "\n");
  folder.write("valid.csv",
               header + "\nvalid/patient00003/study1/view1.jpg,Male,90,Frontal,PA" + blank + "\n");
  const SampleList list =
      read_chexpert(folder.path(), Uncertain::ones, {"frontal AP", "frontal PA", "lateral"});
  const Sample& first = named(list, "view1_frontal");
  CHECK(first.patient == "patient00001");
  CHECK(first.age_years == 68);
  CHECK(first.columns.at("sex") == "F");
  CHECK(first.columns.at("view") == "AP");
  const Sample& second = named(list, "view2_lateral");
  CHECK(std::isnan(second.age_years));
  CHECK(second.columns.count("sex") == 0);
  CHECK(second.columns.at("view") == "lateral");

  const MadeFolder nih;
  nih.write(
      "Data_Entry_2017.csv",
      "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View "
      "Position\n1.png,Mass,0,7,058Y,M,PA\n2.png,Mass,0,8,411,F,AP\n3.png,Mass,0,9,12,F,AP\n");
  nih.write("train_val_list.txt", "1.png\n2.png\n");
  nih.write("test_list.txt", "3.png\n");
  nih.write("images/1.png", "");
  nih.write("images/3.png", "");
  CHECK(
      contains(reason([&] { read_nih(nih.path()); }), "1 of 3 images are in none of its folders"));
  const SampleList some = read_nih(nih.path(), {}, true);  // as much as has been downloaded
  REQUIRE(some.samples.size() == 2);
  CHECK(some.samples[0].age_years == 58);
  CHECK(some.samples[0].columns.at("sex") == "M");
  CHECK(is_of_child(some.samples[1]));
}

TEST_CASE("MIMIC-CXR-JPG") {
  const MadeFolder folder;
  std::string labels, blank;
  for (const char* label : kCheXpertLabels) {
    labels += std::string(",") + label;
    blank += ",";
  }
  const auto write = [&](const std::string& more = "") {
    folder.write("mimic-cxr-2.0.0-split.csv",
                 "dicom_id,study_id,subject_id,split\nd1,50000001,10000032,train\n"
                 "d2,50000001,10000032,train\nd3,50000002,10000048,validate\n"
                 "d4,50000003,12000050,test\n" +
                     more);
  };
  write();
  folder.write("mimic-cxr-2.0.0-metadata.csv",
               "dicom_id,subject_id,study_id,ViewPosition,Rows\nd1,10000032,50000001,PA,3056\n"
               "d2,10000032,50000001,LATERAL,3056\nd3,10000048,50000002,AP,3056\n"
               "d4,12000050,50000003,AP,3056\nd5,12000050,50000003,AP,3056\n");
  folder.write("mimic-cxr-2.0.0-chexpert.csv",
               "subject_id,study_id" + labels + "\n10000032,50000001,1.0,-1.0" + blank.substr(2) +
                   "\n10000048,50000002,,-1.0" + blank.substr(2) + "\n12000050,50000003,0.0,-1.0" +
                   blank.substr(2) + "\n");
  const SampleList list = read_mimic_cxr(folder.path(), Uncertain::ones);
  REQUIRE(list.samples.size() == 3);  // without the lateral one
  CHECK(mimic_cxr_lists(folder.path()).size() == 3);
  CHECK(list.samples[0].file == folder.path() / "files/p10/p10000032/s50000001/d1.jpg");
  CHECK(list.samples[0].patient == "10000032");
  CHECK(list.samples[0].source == "PA");
  CHECK(list.samples[0].targets[0] == 1);
  CHECK(list.samples[0].targets[1] == 1);
  CHECK(list.samples[0].targets[2] == 0);
  CHECK(list.samples[1].split == Split::validation);
  CHECK(list.samples[1].targets[0] == 0);
  CHECK(list.samples[2].split == Split::test);
  CHECK(list.samples[2].targets[1] == kUnknown);
  CHECK(read_mimic_cxr(folder.path(), Uncertain::ones, {"LATERAL"}).samples.size() == 1);
  // MIMIC-CXR itself has DICOM files in the same places.
  folder.write("files/p10/p10000032/s50000001/d1.dcm", "");
  CHECK(read_mimic_cxr(folder.path(), Uncertain::ones).samples[0].file.extension() == ".dcm");

  const auto why = [&](const std::string& row) {
    write(row + "\n");
    return reason([&] { read_mimic_cxr(folder.path(), Uncertain::ones); });
  };
  CHECK(contains(why("d1,50000001,10000032,train"), "split.csv: row 6: 'd1' stands in an earlier"));
  CHECK(contains(why("d5,50000003,12000050,valid"), "split is 'valid'; expected train, validate"));
  CHECK(contains(why("d5,50000003,../..,test"), "subject_id is '../..'; expected a number"));
  CHECK(contains(why("../x,50000003,12000050,test"), "is no file's path"));
  CHECK(contains(why("d6,50000003,12000050,test"), "'d6' has no row in"));
  CHECK(contains(why("d5,50000009,12000050,test"), "1 of 5 images are of studies without labels"));
  const MadeFolder packed;
  packed.write("mimic-cxr-2.0.0-split.csv.gz", "");
  CHECK(contains(reason([&] { mimic_cxr_lists(packed.path()); }), "packed"));
}

TEST_CASE("PadChest") {
  const MadeFolder folder;
  const std::string header =
      ",ImageID,ImageDir,StudyDate_DICOM,PatientID,PatientBirth,PatientSex_DICOM,Projection,"
      "MethodLabel,Labels\n";
  const auto write = [&](const std::string& rows) {
    folder.write("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv", header + rows);
  };
  const std::string rows =
      "0,a.png,3,20140915,p1,1930.0,M,PA,Physician,\"['pleural effusion', 'normal', ' mass']\"\n"
      "1,b.png,3,20140915,p1,1930.0,M,L,Physician,\"['normal']\"\n"
      "2,c.png,4,20150101,p2,,F,AP_horizontal,RNN_model,\"[\"\"kerley's lines\"\", 'exclude']\"\n"
      "3,d.png,4,20150101,p2,2010.0,O,AP,RNN_model,\"['kerley lines', 'kerley lines']\"\n"
      "4,e.png,4,20150101,p3,2010.0,O,AP,RNN_model,\n";
  write(rows);
  std::filesystem::create_directories(folder.path() / "3");
  const SampleList list = read_padchest(folder.path());
  REQUIRE(list.samples.size() == 2);
  CHECK(list.labels.size() == kPadChestLabels.size());
  const Sample& first = list.samples[0];
  CHECK(first.file == folder.path() / "3/a.png");
  CHECK(first.targets[2] == 1);
  CHECK(std::count(first.targets.begin(), first.targets.end(), 1.0f) == 2);
  CHECK(first.age_years == 84);
  CHECK(first.patient == "p1");
  CHECK(first.split == hashed_split("p1"));
  CHECK(first.columns.at("reader") == "Physician");
  CHECK(first.columns.at("sex") == "M");
  CHECK(first.source == "PA");
  CHECK(list.samples[1].file == folder.path() / "d.png");  // there is no folder 4
  CHECK(list.samples[1].columns.count("sex") == 0);
  CHECK((read_padchest(folder.path(), {}, {"kerley lines"}).samples[1].targets ==
         std::vector<float>{1}));
  CHECK(read_padchest(folder.path(), {"L"}).samples.size() == 1);
  CHECK(contains(reason([&] { read_padchest(folder.path(), {}, {"Mass"}); }),
                 "no row has the label 'Mass'"));
  const auto why = [&](const std::string& row) {
    write(rows + row + "\n");
    return reason([&] { read_padchest(folder.path()); });
  };
  CHECK(contains(why("5,a.png,3,2014,p1,1930,M,PA,x,['mass']"),
                 "row 7: 'a.png' stands in an earlier"));
  CHECK(contains(why("5,../x.png,3,2014,p1,1930,M,PA,x,['mass']"), "row 7: '../x.png' is no file"));
  CHECK(contains(why("5,f.png,..,2014,p1,1930,M,PA,x,['mass']"), "row 7: '..' is no file"));
  CHECK(contains(why("5,f.png,3,2014,,1930,M,PA,x,['mass']"), "row 7: no PatientID"));
  for (const char* bad : {"mass", "[mass]", "['mass]", "['mass'"}) {
    CAPTURE(bad);
    CHECK(contains(why(std::string("5,f.png,3,2014,p1,1930,M,PA,x,") + bad), "row 7: Labels is '"));
  }
}

TEST_CASE("VinDr-CXR: the majority of a film's readers") {
  const MadeFolder folder;
  const std::string header = "image_id,rad_id,Cardiomegaly,Nodule/Mass,No finding\n";
  const std::string rows = "f1,R8,1,0,0\nf2,R9,0,0,1\nf1,R9,1,1,0\nf1,R10,0,0,1\nf2,R10,1,0,1\n";
  const auto write = [&](const std::string& train, const std::string& test) {
    folder.write("annotations/image_labels_train.csv", header + train);
    folder.write("annotations/image_labels_test.csv",
                 "image_id,Cardiomegaly,Nodule/Mass,No finding\n" + test);
  };
  write(rows, "t1,0,1,0\n");
  folder.write("test/t1.dicom", "");
  const SampleList list = read_vindr_cxr(folder.path());
  REQUIRE(list.samples.size() == 3);
  CHECK((list.labels == std::vector<std::string>{"Cardiomegaly", "Nodule/Mass", "No finding"}));
  CHECK_FALSE(list.exclusive);
  CHECK((named(list, "f1").targets == std::vector<float>{1, 0, 0}));
  CHECK((named(list, "f2").targets == std::vector<float>{0, 0, 1}));  // one of two is no majority
  CHECK(named(list, "f1").columns.at("reader") == "R10|R8|R9");
  CHECK(named(list, "f1").file == folder.path() / "train/f1.dicom");
  CHECK(named(list, "f1").patient.empty());
  CHECK(named(list, "t1").split == Split::test);
  CHECK((named(list, "t1").targets == std::vector<float>{0, 1, 0}));
  const auto why = [&](const std::string& train, const std::string& test = "t1,0,1,0\n") {
    write(rows + train, test);
    return reason([&] { read_vindr_cxr(folder.path()); });
  };
  CHECK(
      contains(why("f1,R8,1,0,0\n"), "train.csv: row 7: 'f1' by reader 'R8' stands in an earlier"));
  CHECK(contains(why("f3,R8,1,2,0\n"), "row 7: Nodule/Mass is '2'; expected 1, 0"));
  CHECK(contains(why("f3,R8,1,,0\n"), "row 7: Nodule/Mass is empty"));
  CHECK(contains(why("t1,R8,1,0,0\n"), "row 7: 't1' is in image_labels_test.csv too"));
  CHECK(contains(why("../f,R8,1,0,0\n"), "row 7: '../f' is no file"));
  CHECK(
      contains(why("", "t1,0,1,0\nt1,0,1,0\n"), "test.csv: row 3: 't1' stands in an earlier row"));
}

TEST_CASE("RSNA pneumonia: boxes are no rows, and the two lists must agree") {
  const MadeFolder folder;
  const std::string boxes =
      "patientId,x,y,width,height,Target\nf1,1,2,3,4,1\nf1,5,6,7,8,1\nf2,,,,,0\nf3,,,,,0\n";
  const std::string classes =
      "patientId,class\nf1,Lung Opacity\nf1,Lung Opacity\nf2,Normal\nf3,No Lung Opacity / Not "
      "Normal\n";
  folder.write("stage_2_train_labels.csv", boxes);
  const SampleList one = read_rsna_pneumonia(folder.path());
  CHECK((one.labels == std::vector<std::string>{"Lung Opacity"}));
  CHECK_FALSE(one.exclusive);
  REQUIRE(one.samples.size() == 3);
  CHECK(one.samples[0].targets[0] == 1);
  CHECK(one.samples[1].targets[0] == 0);

  folder.write("stage_2_detailed_class_info.csv", classes);
  const SampleList list = read_rsna_pneumonia(folder.path());
  CHECK(list.exclusive);
  REQUIRE(list.samples.size() == 3);
  CHECK((named(list, "f1").targets == std::vector<float>{0, 0, 1}));
  CHECK((named(list, "f2").targets == std::vector<float>{1, 0, 0}));
  CHECK((named(list, "f3").targets == std::vector<float>{0, 1, 0}));
  CHECK(named(list, "f3").row == 5);
  CHECK(named(list, "f3").split == hashed_split("f3"));
  CHECK(list.samples[0].file == folder.path() / "stage_2_train_images/f1.dcm");
  const auto why = [&](const std::string& box, const std::string& of_class) {
    folder.write("stage_2_train_labels.csv", boxes + box);
    folder.write("stage_2_detailed_class_info.csv", classes + of_class);
    return reason([&] { read_rsna_pneumonia(folder.path()); });
  };
  CHECK(
      contains(why("f2,,,,,1\n", ""), "labels.csv: row 6: 'f2' has another Target in an earlier"));
  CHECK(contains(why("f4,,,,,2\n", ""), "row 6: Target is '2', which is none of its values"));
  CHECK(contains(why("", "f2,Opacity\n"), "info.csv: row 6: class is 'Opacity'"));
  CHECK(
      contains(why("f4,,,,,1\n", "f4,Normal\n"), "'f4' has Target 1, and is 'Normal' in stage_2"));
  CHECK(contains(why("f4,,,,,1\n", ""), "'f4' has Target 1, and no row in stage_2_detailed"));
  CHECK(contains(why("../f,,,,,0\n", "../f,Normal\n"), "'../f' is no file"));
}
