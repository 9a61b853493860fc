// The sub-commands of cxr-distill: what each takes, and what each does. All throw
// std::runtime_error with one sentence.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/image_set.h"
#include "export/card_texts.h"
#include "lungs/train_lungs.h"
#include "training/parallel.h"
#include "training/run_options.h"
#include "training/train.h"

namespace thoraxlite {

// The paper's three roles. Each is a set of defaults; any network can play any of them.
RunOptions teacher_defaults();    // Inception-V3, hard labels
RunOptions assistant_defaults();  // DenseNet-121, equation 3
RunOptions student_defaults();    // three convolution blocks, equation 4

// The images of a training, so that the next one on the same ones need not read them again.
struct LoadedImages {
  std::string of;  // what they are of
  ImageSet training, validation;
};

// teacher, assistant, student: trains, or goes on training, a network in a run folder.
// Of several processes, all call it.
void train_network(const RunOptions& options, const std::filesystem::path& run,
                   const Parallel& parallel, const Course& course, LoadedImages& images);
void train_network(const RunOptions& options, const std::filesystem::path& run,
                   const Parallel& parallel, const Course& course = {});

struct LungsCommand {
  std::filesystem::path data;    // folder with masks.csv (lungs/lung_films.h)
  std::filesystem::path run;     // run folder
  std::filesystem::path output;  // .safetensors
  LungTraining training;
};

// lungs: trains the network that finds the lung field, or goes on training it, packs it and
// evaluates what was packed on the validation and test films with masks.
void run_lungs(const LungsCommand& command);

struct ExportOptions {
  std::filesystem::path run;
  std::filesystem::path output;
  std::string name;
  std::string type = "float16";
  double minimum_age = 0;    // years; younger patients are refused where DICOM tells their age
  std::string neither = {};  // the label that means none of the others; empty: none does
  std::string data = {};     // where the run's data lies now; empty: where it was trained
  CardTexts texts = {};
  std::vector<std::string> subgroups = {};  // of the test split; columns, as for evaluate
  std::filesystem::path left_out = {};      // leave_one_source_out.json, for the card; empty: none
};

// export: calibrates the run's best weights on its validation split, fits on its training split
// what tells films from other pictures, packs all of it, and evaluates the packed file on the
// validation and test splits, where there is a test split.
void export_network(const ExportOptions& options);

struct ImportOptions {
  std::filesystem::path model;   // ONNX, weights of PyTorch, TorchScript
  std::filesystem::path output;  // model file (.safetensors)
  std::string name;              // the model's; empty: that of the output
  std::string labels;            // of the outputs, between commas, where the file does not say
  std::string input;             // import/input_scaling.h, the same
  std::string activation;        // sigmoid, softmax; the same
  std::filesystem::path card;    // JSON with intended_use, licence, citation; empty: none
  std::string type = "float16";
  bool trust = false;                // TorchScript is a program
  DataOptions data;                  // films, labelled or not; empty: none
  std::filesystem::path labels_map;  // csv (data/label_match.h); empty: by name
  bool says = true;                  // what came of it, on standard output
};

// import: a network of another program as a model file, with the self-test that LibTorch gives;
// with data also statistics, thresholds and figures of its films.
void import_model(const ImportOptions& options);

struct InspectOptions {
  std::filesystem::path file;  // model file, ONNX, weights of PyTorch, TorchScript
  bool trust = false;
};

inline constexpr std::uintmax_t kMaxInspectedBytes = std::uintmax_t{4} << 30;

// inspect: what a file of a network holds, and whether and how it would import.
void inspect_file(const InspectOptions& options);

struct ExportFormatOptions {
  std::filesystem::path model;   // model file (.safetensors)
  std::filesystem::path output;  // .onnx or .pt
  std::string format;            // onnx, torchscript
};

// export --format: a model file's network for other people's tools, with what they need to know.
void export_to_format(const ExportFormatOptions& options);

struct EvaluateOptions {
  std::filesystem::path model;
  DataOptions data;
  std::string split = "test";
  bool reader = false;                 // by readings alone (commands/score_images.h)
  std::filesystem::path labels_map;    // csv (data/label_match.h); empty: by name
  std::vector<std::string> subgroups;  // columns of the data (evaluation/subgroups.h)
  std::filesystem::path predictions;   // csv (evaluation/predictions.h); empty: none
  std::filesystem::path output;        // JSON; empty: none
};

// evaluate: the classification report of a model file, as a table and as JSON.
void evaluate_model(const EvaluateOptions& options);

struct CheckDataOptions {
  DataOptions data;
  bool copies = true;            // look for near copies and crops across splits
  std::filesystem::path output;  // JSON; empty: none
};

// check: rows, labels and sources of each split; files that cannot be read; patients in two splits;
// files of the same bytes; films of two splits that are near copies or crops of each other; films
// that the core would refuse. As a table and as JSON. What is wrong is listed, not thrown.
void check_data(const CheckDataOptions& options);

struct CompareOptions {
  std::filesystem::path first, second;  // predictions (evaluation/predictions.h)
  std::filesystem::path output;         // JSON; empty: none
};

// compare: by what two models differ on the films that both files have, with intervals and tests,
// as a table and as JSON.
void compare_models(const CompareOptions& options);

struct FiguresOptions {
  std::filesystem::path predictions;   // csv (evaluation/predictions.h)
  std::string split;                   // its films of this split; empty: all, if of one split
  std::vector<std::string> subgroups;  // as for evaluate
  std::filesystem::path output;        // JSON; empty: none
};

// figures: the same report from predictions, without images or model.
void print_figures(const FiguresOptions& options);

struct NoveltyCommand {
  std::filesystem::path model;
  DataOptions data;
  std::filesystem::path others;  // folder of pictures that are no chest films; empty: none
  std::filesystem::path output;  // JSON; empty: none
};

// novelty: how many test films a model file refuses, and how many of other pictures: the test films
// spoiled, drawings of other things, and a folder. As a table and as JSON. A film that cannot be
// scored is one line on standard error, and counted. Throws std::runtime_error if none can.
void measure_novelty(const NoveltyCommand& command);

struct EvidenceCommand {
  std::filesystem::path model;
  std::int64_t films = 200;
  std::filesystem::path data = {};  // folder with lesions.csv or masks.csv; empty: none
  std::string neither = "normal";   // the label of films without a finding
  std::filesystem::path output;     // JSON; empty: none
};

// evidence: over drawn films with one opacity, and the same films without it, how often each
// finding's map has its maximum on the opacity, and how well the map, and what the opacity changed
// in it, tell its positions from the others. With data, also what commands/film_evidence.h measures
// on real test films. As a table and as JSON.
void measure_evidence(const EvidenceCommand& command);

struct AuditCommand {
  std::filesystem::path model;
  DataOptions data;
  std::string split = "test";
  std::filesystem::path labels_map;  // as for evaluate
  std::int64_t films = 0;            // at least so many, whole patients by chance; 0: all
  std::uint64_t seed = 1;            // of what is drawn by chance
  std::filesystem::path compare;     // another model file; empty: none
  std::filesystem::path output;      // JSON; empty: none
  std::filesystem::path page;        // HTML; empty: none
};

// audit: what speaks against a model, by its figures on groups of films, on films that were altered
// or blocked out, by what its features tell of their source, its calibration, its evidence, and by
// another model on the same films; the worst first, on standard output, as JSON and as a page. A
// film that cannot be read is one line on standard error, and counted.
void audit_model(const AuditCommand& command);

// A network from elsewhere that teaches. Empty texts: the file says it.
struct TeacherFile {
  std::filesystem::path file;             // a model file, or what import takes; empty: none
  std::filesystem::path labels_map = {};  // csv (data/label_match.h); empty: by name
  std::string labels = {}, input = {}, activation = {};  // as for import
  bool trust = false;
};

// assistant, student --teacher: imports the teacher into RUN/teacher, and trains as train_network()
// does what learns its soft labels and, unless --map-weight is 0, follows its maps. Of a folder
// without a list the labels are the teacher's; of other data those that both have.
void train_from_file(const RunOptions& options, const TeacherFile& teacher,
                     const std::filesystem::path& run, const Parallel& parallel);

struct ExperimentOptions {
  std::filesystem::path folder;  // of all its runs; its name is the models'
  DataOptions data;              // of every stage
  RunOptions teacher = teacher_defaults();
  RunOptions assistant = assistant_defaults();
  RunOptions student = student_defaults();
  TeacherFile teacher_file;                 // instead of a trained teacher; none: it is trained
  std::string features_from = "assistant";  // whose maps the student follows, or teacher
  std::int64_t seeds = 1;                   // 1 .. seeds
  std::string vary = "chain";  // what the seeds of an ablation vary: chain, or student alone
  bool examples = true;        // show films in the report
  std::string neither = {};    // as for export
  CardTexts texts = {};        // the same, of both small networks
  std::vector<std::string> subgroups = {};  // in the report; columns, as for evaluate
};

// run: for each seed, teacher, assistant and student, export of both small networks, evaluation
// of all three, and report.html. With teacher_file the teacher is imported into FOLDER/teacher, and
// how far the small networks agree with it on test films comes first; of films without labels
// there are no other figures.
void run_experiment(const ExperimentOptions& options);

// ablation: Table 1's rows and "assistant alone", for each seed; ablation.json and ablation.html.
void run_ablation(const ExperimentOptions& options);

struct FoldsOptions {
  std::filesystem::path folder;
  std::string network = "student";  // what base is: teacher, assistant or student
  RunOptions base;
  int folds = 5;  // at least 3
};

// folds: a network for each fold of the training and validation images (data/folds.h), in
// FOLDER/fold-N, judged on what the fold holds out; folds.json and folds.html. Where a guide or a
// start is the folder of another `folds`, each fold learns from its run of the same fold. The same
// command goes on with a stopped one. Of several processes, all call it.
void run_folds(const FoldsOptions& options);

// Options of a network under a name, to be compared with others.
struct Setting {
  std::string name;  // of its folder
  RunOptions options;
};

struct LeaveOutOptions {
  std::filesystem::path folder;
  std::vector<Setting> settings;   // at least one
  std::vector<std::string> leave;  // hospitals, or sources of theirs; empty: each in turn
  std::string neither = "normal";  // the label of films without a finding
  bool test = false;               // score test films at the end
};

// leave-one-source-out: for every setting and hospital a network that never sees the hospital
// (data/hospitals.h), in FOLDER/SETTING/HOSPITAL, judged on the hospital's training and validation
// films, which so compare the settings (evaluation/left_out_figures.h): leave_one_source_out.json
// and .html, and predictions.csv of each setting. Test films are not read, but of the chosen
// setting at the end, if they are asked for. The same command goes on with a stopped one. In one
// process.
void leave_one_source_out(const LeaveOutOptions& options);

struct SearchOptions {
  std::filesystem::path folder;
  std::string network = "student";  // what base is: teacher, assistant or student
  RunOptions base;                  // what is not searched
  std::int64_t trials = 16;
  std::string method = "halving";  // or random
  std::int64_t keep_one_in = 3;    // of the trials of a rung
  std::uint64_t seed = 1;          // of what is drawn; every trial is trained from base.seed
  std::map<std::string, std::vector<std::string>> space = {};  // search/search_space.h, by option
};

// search: trials with options drawn by chance, each in FOLDER/trial-NNN, compared by the selection
// figure on validation images alone; search.json and search.html. The same command goes on with a
// stopped one. In one process.
void run_search(const SearchOptions& options);

struct CompareRunsOptions {
  std::vector<std::filesystem::path> folders;  // runs, or folders with runs below them
  std::filesystem::path output;                // .html
};

// compare-runs: several runs beside each other, as a page.
void compare_runs(const CompareRunsOptions& options);

}  // namespace thoraxlite
