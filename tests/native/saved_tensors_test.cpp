// What torch.save wrote, read without LibTorch: pickles that no weights need, and those they do.
#include "models/saved_tensors.h"

#include <doctest/doctest.h>

#include "made_folder.h"
#include "made_pickle.h"

using namespace thoraxlite;

namespace {

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Pickle read(const std::string& value) {
  const std::string text = pickle_of(value);
  ByteView bytes = view_of(text);
  return read_pickle(bytes);
}

SavedTensors found(const std::string& value) {
  return find_tensors(read(value));
}

std::string names(const SavedTensors& saved) {
  std::string list;
  for (const auto& [name, tensor] : saved.tensors) list += (list.empty() ? "" : " ") + name;
  return list;
}

std::string notes(const SavedTensors& saved) {
  std::string text;
  for (const std::string& note : saved.notes) text += note + "\n";
  return text;
}

std::string network(const std::string& key) {
  return pickled_dict(
      {{"conv.weight", pickled_vector(key, 4)}, {"fc.bias", pickled_vector(key, 2)}});
}

// As torch.optim writes it: averages by number, and the groups.
std::string optimizer() {
  return pickled_dict(
      {{"state", pickled_dict({{"exp_avg", pickled_vector("9", 4)}})}, {"param_groups", "]"}});
}

}  // namespace

TEST_CASE("values within values, however deep, and within themselves, end in a sentence") {
  CHECK(contains(reason([] { found(nested_tuples(1'000'000)); }), "not a dict of tensors"));
  CHECK(contains(reason([] { found(tensor_of_itself()); }),
                 "\"weight\": it is a parameter within itself"));
  CHECK(contains(reason([] { found(module_within_itself()); }), "nested more than 64 deep"));
  // A dict that holds itself under the name by which a network is looked for.
  CHECK(contains(reason([] { found("}q\x01" + pickled_text("state_dict") + "h\x01" + "s"); }),
                 "nested more than 8 deep"));
  // Two ways into each of 40 modules: a million million modules, from a thousand bytes.
  std::string inner = pickled_module(pickled_global("a", "B"), {}, {}, {}) + "q\x01";
  for (int i = 0; i < 40; ++i) {
    inner =
        pickled_module(pickled_global("a", "B"), {}, {}, {{"l", inner}, {"r", "h\x01"}}) + "q\x01";
  }
  CHECK(contains(reason([&] { found(inner); }), "mentions its parts too often"));
  CHECK(contains(reason([] { read(std::string(kMaxPickleValues, ')')); }),
                 "more than 4194304 values"));
  CHECK(contains(reason([] { read(std::string(kMaxPickleValues, '(')); }),
                 "more than 4194304 values"));
}

TEST_CASE("a network is found where programs put it, and what else there is is said") {
  const SavedTensors alone = found(network("0"));
  CHECK(names(alone) == "conv.weight fc.bias");
  CHECK(alone.notes.empty());
  CHECK(alone.tensors.at("conv.weight").sizes == std::vector<std::int64_t>{4});

  for (const char* name : {"state_dict", "model_state_dict", "model", "net"}) {
    CAPTURE(name);
    const SavedTensors saved = found(pickled_dict({{"epoch", pickled_integer(7)},
                                                   {"loss", pickled_vector("8", 1)},
                                                   {name, network("0")},
                                                   {"optimizer", optimizer()}}));
    CHECK(names(saved) == "conv.weight fc.bias");
    CHECK(notes(saved) ==
          "its weights are in \"" + std::string(name) + "\"; not read: epoch, loss, optimizer\n");
  }
  // By another name it is found where it is the only one.
  CHECK(names(found(pickled_dict({{"densenet", network("0")}, {"optimizer", optimizer()}}))) ==
        "conv.weight fc.bias");
  CHECK(contains(
      reason([] { found(pickled_dict({{"student", network("0")}, {"teacher", network("1")}})); }),
      "several networks: student, teacher"));
  CHECK(contains(reason([] { found(optimizer()); }), "an optimizer's state"));
  CHECK(contains(reason([] { found(pickled_dict({{"epoch", "N"}, {"args", "}"}})); }),
                 "it has epoch, args"));
  CHECK(notes(found(pickled_dict({{"w", pickled_vector("0", 1)}, {"epoch", "N"}}))) ==
        "not tensors, and not read: epoch\n");
  // A seed of more than 64 bits and a call stand beside it; nothing is made of either.
  CHECK(names(found(pickled_dict(
            {{"state_dict", network("0")},
             {"seed", std::string("\x8a\x09") + std::string(9, '\1')},
             {"callback", pickled_global("os", "system") + pickled_tuple({pickled_text("true")}) +
                              "R"}}))) == "conv.weight fc.bias");
}

TEST_CASE("a module is its parameters and buffers, by the names that it would save") {
  const auto made = [](const std::string& outer, const std::string& part) {
    return pickled_module(
        outer, {{"scale", pickled_parameter(pickled_vector("0", 3))}, {"bias", "N"}}, {},
        {{"features", pickled_module(part, {{"weight", pickled_vector("1", 4)}},
                                     {{"running_mean", pickled_vector("2", 2)}}, {})}});
  };
  for (const std::string& value :
       {made(pickled_global("torchxrayvision.models", "DenseNet"), pickled_global("a", "B")),
        made(old_class("torchxrayvision.models", "DenseNet"), old_class("a", "B"))}) {
    const SavedTensors saved = found(value);
    CHECK(names(saved) == "features.running_mean features.weight scale");
    CHECK(contains(notes(saved), "torchxrayvision.models.DenseNet"));
    CHECK(names(found(pickled_dict({{"model", value}}))) == names(saved));
  }
  CHECK(contains(reason([] { found(pickled_global("argparse", "Namespace") + ")\x81}b"); }),
                 "not a dict of tensors or a module"));
}

TEST_CASE("a tensor reaches what lies in its storage, each element once") {
  const std::string bytes(40, '\7');
  const auto reach = [&](std::vector<std::int64_t> sizes, std::vector<std::int64_t> strides,
                         std::int64_t offset) {
    return elements_of({"0", ElementType::float32, offset, std::move(sizes), std::move(strides)},
                       view_of(bytes));
  };
  CHECK(reach({2, 5}, {5, 1}, 0).size == 40);
  CHECK(reach({2, 2}, {1, 2}, 3).size == 16);
  CHECK(reach({2, 2}, {1, 2}, 3).data == view_of(bytes).data + 12);
  CHECK(reach({}, {}, 9).size == 4);
  CHECK(reach({0, 7}, {1, 1}, 10).size == 0);
  const std::int64_t huge = std::int64_t{1} << 62;
  for (const auto& [sizes, strides, offset] :
       std::vector<std::tuple<std::vector<std::int64_t>, std::vector<std::int64_t>, std::int64_t>>{
           {{11}, {1}, 0},
           {{2}, {10}, 0},
           {{10}, {1}, 1},
           {{1}, {1}, 10},
           {{1}, {1}, -1},
           {{-1}, {1}, 0},
           {{2, 2}, {1}, 0},
           {{2}, {huge}, 0},
           {{huge}, {1}, 0},
           {{0}, {1}, 11},
           {{4, 4}, {1, 1}, 0},
           {{2}, {-1}, 5}}) {
    CHECK(contains(reason([&, &sizes = sizes, &strides = strides, &offset = offset] {
                     reach(sizes, strides, offset);
                   }),
                   "leave its storage of 10"));
  }
  CHECK(contains(reason([&] { reach({huge, huge}, {0, 0}, 0); }), "repeats elements"));
}

TEST_CASE("the stream of before PyTorch 1.6 gives each storage its bytes") {
  const std::string first = little_endian(0x3f800000, 4) + little_endian(0x40000000, 4);
  const std::string object =
      pickled_dict({{"state_dict", pickled_dict({{"w", pickled_vector("a", 2, true)}})},
                    {"optimizer", pickled_dict({{"m", pickled_vector("b", 1, true)}})}});
  const std::string file = saved_stream(object, {{"a", first}, {"b", std::string(4, '\1')}});
  const SavedStream stream = read_saved_stream(view_of(file));
  CHECK(names(stream.saved) == "w");
  CHECK(stream.storages.at("a").size == 8);
  CHECK(std::string(reinterpret_cast<const char*>(stream.storages.at("a").data), 8) == first);
  for (std::size_t size = 0; size < file.size(); ++size) {
    CHECK(!reason([&] { read_saved_stream(view_of(file.substr(0, size))); }).empty());
  }
  CHECK(contains(reason([&] {
                   const std::string other = saved_stream(object, {{"z", first}});
                   read_saved_stream(view_of(other));
                 }),
                 "its storage z"));
}

TEST_CASE("a pickle of Python 2 is read, a broken one refused, none executed") {
  // OrderedDict([['a', 1], ['b', -2]]) as Python 2 wrote it, with its short strings.
  const std::string python2 =
      "\x80\x02"
      "ccollections\nOrderedDict\nq\x01]q\x02(]q\x03(U\x01"
      "aq\x04K\x01"
      "e]q\x05(U\x01"
      "bq\x06J\xfe\xff\xff\xff"
      "ee\x85q\x07Rq\x08.";
  const auto read_whole = [](const std::string& text) {
    ByteView bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    return read_pickle(bytes);
  };
  const Pickle dict = read_whole(python2);
  const auto& items = *std::get<PickleDict>(dict.value.value);
  REQUIRE(items.size() == 2);
  CHECK(*std::get<PickleText>(items[0].first.value) == "a");
  CHECK(std::get<std::int64_t>(items[0].second.value) == 1);
  CHECK(std::get<std::int64_t>(items[1].second.value) == -2);
  for (std::size_t size = 0; size < python2.size(); ++size) {
    CHECK(
        contains(reason([&] { read_whole(python2.substr(0, size)); }), "not a pickle of weights"));
  }

  // os.system("true"), called: a value, never a deed.
  const Pickle call = read_whole(
      "\x80\x02"
      "cos\nsystem\nX\x04" +
      std::string(3, '\0') + "true\x85R.");
  CHECK(*std::get<const PickleCall*>(call.value.value)->function == "os.system");
  CHECK(contains(reason([&] { read_whole("\x80\x04."); }), "protocol is 4"));
  CHECK(contains(reason([&] { read_whole("\x80\x02\x82."); }), "0x82"));
}

TEST_CASE("a compressed entry of an archive is seen, and none where there is no archive") {
  const auto compressed = [](const std::string& text) {
    return has_compressed_entry(view_of(text));
  };
  CHECK(compressed(zip_directory(8)));
  CHECK_FALSE(compressed(zip_directory(0)));
  const std::string whole = zip_directory(8);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(compressed(whole.substr(0, size)));
  }
  // Compressed or not, it is told by its name alone.
  const auto program = [](const std::string& text) { return has_constants(view_of(text)); };
  const std::string script = zip_directory(8, "archive/constants.pkl");
  CHECK(program(script));
  CHECK_FALSE(program(zip_directory(0, "archive/data.pkl")));
  CHECK_FALSE(program(zip_directory(0, "archive/other_constants.pkl")));
  for (std::size_t size = 0; size < script.size(); ++size) {
    CHECK_FALSE(program(script.substr(0, size)));
  }
}
