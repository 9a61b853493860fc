#include "models/saved_tensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <stdexcept>

namespace thoraxlite {
namespace {

// Each pickle of the stream from before 1.6 is one of these, in this order: this number, the
// protocol's version, the writer's machine, the object, the keys of the storages that follow.
constexpr std::array<std::uint8_t, 15> kStreamMagic = {
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

// Far beyond any network: modules in modules, and tensors (EfficientNet-B7 has 1,381).
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxTensors = 100'000;
constexpr std::size_t kMaxLabels = 1000;
constexpr std::size_t kMaxNameBytes = 1000;
constexpr std::size_t kMaxEntriesSeen = 100'000'000;  // a module may be mentioned again and again
constexpr std::size_t kMaxDimensions = 16;

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(what);
}

// A name of the file's, as part of a sentence.
std::string shown(const std::string& name) {
  constexpr std::size_t kShown = 100;
  std::string text = name.substr(0, kShown);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return name.size() > kShown ? text + "..." : text;
}

template <class T>
const T& as(const PickleValue& value, const char* expected) {
  const T* wanted = std::get_if<T>(&value.value);
  if (!wanted) refuse(std::string("it lacks ") + expected);
  return *wanted;
}

const std::string& text(const PickleValue& value, const char* expected) {
  return *as<PickleText>(value, expected);
}

const PickleValue& element(PickleList list, std::size_t index) {
  if (index >= list->size()) refuse("a tuple is too short");
  return (*list)[index];
}

const PickleCall* call_of(const PickleValue& value) {
  const auto* call = std::get_if<const PickleCall*>(&value.value);
  return call ? *call : nullptr;
}

std::vector<std::int64_t> integers(const PickleValue& tuple) {
  const PickleList list = as<PickleList>(tuple, "a tuple of integers");
  if (list->size() > kMaxDimensions) {
    refuse("it has more than " + std::to_string(kMaxDimensions) + " dimensions");
  }
  std::vector<std::int64_t> values;
  for (const PickleValue& value : *list) values.push_back(as<std::int64_t>(value, "an integer"));
  return values;
}

ElementType type_of_storage(const std::string& storage) {
  static const std::map<std::string, ElementType> known = {
      {"torch.HalfStorage", ElementType::float16},
      {"torch.BFloat16Storage", ElementType::bfloat16},
      {"torch.FloatStorage", ElementType::float32},
      {"torch.DoubleStorage", ElementType::float64},
      {"torch.LongStorage", ElementType::int64},
      {"torch.IntStorage", ElementType::int32},
      {"torch.ShortStorage", ElementType::int16},
      {"torch.CharStorage", ElementType::int8},
      {"torch.ByteStorage", ElementType::uint8},
      {"torch.BoolStorage", ElementType::boolean}};
  const auto found = known.find(storage);
  if (found == known.end()) {
    refuse("its storage is " + shown(storage) +
           "; expected real numbers, integers or truth values");
  }
  return found->second;
}

// ("storage", type, key, device, elements)
SavedTensor storage_of(const PickleValue& value) {
  const PickleList id = as<const PickleReference*>(value, "a storage")->id;
  if (text(element(id, 0), "the word storage") != "storage") {
    refuse("it refers to something other than a storage");
  }
  // The stream's sixth is a window into a storage, which no state_dict has had since 0.2.
  if (id->size() > 5 && !std::holds_alternative<std::monostate>((*id)[5].value)) {
    refuse("its storages share memory");
  }
  SavedTensor tensor{};
  tensor.type = type_of_storage(*as<PickleGlobal>(element(id, 1), "a type of storage").name);
  tensor.storage = text(element(id, 2), "a storage's key");
  return tensor;
}

bool is_tensor(const PickleValue& value) {
  const PickleCall* call = call_of(value);
  return call && call->function->rfind("torch._utils._rebuild_", 0) == 0;
}

// Parameters are tensors in a call of their own; nobody nests them deeper.
SavedTensor tensor_of(const PickleValue& value) {
  const PickleCall* call = call_of(value);
  for (int depth = 0; call && (*call->function == "torch._utils._rebuild_parameter" ||
                               *call->function == "torch._utils._rebuild_parameter_with_state");
       ++depth) {
    if (depth == 2) refuse("it is a parameter within itself");
    call = call_of(element(call->arguments, 0));
  }
  if (!call) refuse("it is not a tensor");
  if (*call->function != "torch._utils._rebuild_tensor_v2" &&
      *call->function != "torch._utils._rebuild_tensor") {
    refuse("it is made by " + shown(*call->function) + "; expected a dense tensor");
  }
  SavedTensor tensor = storage_of(element(call->arguments, 0));
  tensor.offset = as<std::int64_t>(element(call->arguments, 1), "an offset");
  tensor.sizes = integers(element(call->arguments, 2));
  tensor.strides = integers(element(call->arguments, 3));
  return tensor;
}

PickleDict dict_of(const PickleValue* value) {
  const auto* dict = value ? std::get_if<PickleDict>(&value->value) : nullptr;
  return dict ? *dict : nullptr;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 6;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
    list += (i == 0 ? "" : ", ") + shown(names[i]);
  }
  const std::size_t others = names.size() - std::min(names.size(), kShown);
  if (others > 0) list += " and " + (others == 1 ? "another" : std::to_string(others) + " others");
  return list;
}

class Finder {
 public:
  SavedTensors tensors_in(const PickleValue& value) {
    look(value, 0);
    return std::move(found_);
  }

 private:
  PickleDict seen(PickleDict dict) {
    entries_seen_ += dict->size() + 1;
    if (entries_seen_ > kMaxEntriesSeen) refuse("it mentions its parts too often");
    return dict;
  }

  const PickleValue* find(PickleDict dict, const char* wanted) {
    for (const auto& [key, value] : *seen(dict)) {
      const auto* name = std::get_if<PickleText>(&key.value);
      if (name && **name == wanted) return &value;
    }
    return nullptr;
  }

  // A module's attributes; null for all else.
  PickleDict module_state(const PickleValue& value) {
    const PickleCall* call = call_of(value);
    const PickleDict state = call ? dict_of(&call->state) : nullptr;
    return state && dict_of(find(state, "_modules")) && dict_of(find(state, "_parameters"))
               ? state
               : nullptr;
  }

  bool has_tensors(PickleDict dict) {
    return std::any_of(seen(dict)->begin(), dict->end(),
                       [](const auto& item) { return is_tensor(item.second); });
  }

  bool holds_network(const PickleValue& value) {
    const PickleDict dict = dict_of(&value);
    return module_state(value) || (dict && has_tensors(dict));
  }

  void look(const PickleValue& value, int depth) {
    // A checkpoint holds its network two or three dicts deep.
    constexpr int kMaxDicts = 8;
    if (depth == kMaxDicts) {
      refuse("its dicts are nested more than " + std::to_string(kMaxDicts) + " deep");
    }
    if (const PickleDict state = module_state(value)) {
      found_.module = shown(*call_of(value)->function);
      take_labels(state);
      found_.notes.push_back("a whole module, " + shown(*call_of(value)->function) +
                             ": its parameters and buffers are read, none of its code is run");
      return add_module(state, "", 0);
    }
    const PickleDict dict = dict_of(&value);
    if (!dict) refuse("its object is not a dict of tensors or a module");
    take_labels(dict);
    if (find(dict, "param_groups")) refuse("it is an optimizer's state; expected a network's");
    if (const PickleValue* entry = usual(dict)) return look(*entry, depth + 1);
    if (has_tensors(dict)) return add_dict(dict);
    const PickleValue* network = nullptr;
    std::vector<std::string> networks, others;
    for (const auto& [key, entry] : *seen(dict)) {
      const auto* name = std::get_if<PickleText>(&key.value);
      if (!name) continue;
      const bool holds = holds_network(entry);
      (holds ? networks : others).push_back(**name);
      if (holds) network = &entry;
    }
    if (networks.size() > 1) {
      refuse("it has several networks: " + listed(networks) + "; expected one alone");
    }
    if (!network) {
      refuse("it has no dict of tensors" +
             (others.empty() ? std::string() : "; it has " + listed(others)) +
             "; expected torch.save(model.state_dict(), file)");
    }
    say_taken(dict, network);
    look(*network, depth + 1);
  }

  // A list of texts under a usual name: TorchXRayVision's has its labels so.
  void take_labels(PickleDict dict) {
    for (const char* name : {"pathologies", "targets", "labels", "classes", "class_names"}) {
      const PickleValue* entry = find(dict, name);
      const auto* list = entry ? std::get_if<PickleList>(&entry->value) : nullptr;
      if (!list || (*list)->size() > kMaxLabels) continue;
      std::vector<std::string> labels;
      for (const PickleValue& label : **list) {
        const auto* own = std::get_if<PickleText>(&label.value);
        if (own) labels.push_back(shown(**own));
      }
      if (labels.empty() || labels.size() != (*list)->size()) continue;
      found_.labels = std::move(labels);
      return;
    }
  }

  // The entry by which the common programs name the network.
  const PickleValue* usual(PickleDict dict) {
    for (const char* name :
         {"state_dict", "model_state_dict", "model", "network", "net", "module", "weights"}) {
      const PickleValue* entry = find(dict, name);
      if (!entry || (!module_state(*entry) && !dict_of(entry))) continue;
      say_taken(dict, entry);
      return entry;
    }
    return nullptr;
  }

  void say_taken(PickleDict dict, const PickleValue* taken) {
    std::string name;
    std::vector<std::string> others;
    for (const auto& [key, entry] : *seen(dict)) {
      const auto* own = std::get_if<PickleText>(&key.value);
      if (!own) continue;
      if (&entry == taken) {
        name = **own;
      } else {
        others.push_back(**own);
      }
    }
    found_.notes.push_back("its weights are in \"" + shown(name) + "\"" +
                           (others.empty() ? "" : "; not read: " + listed(others)));
  }

  void add(const std::string& name, const PickleValue& value) {
    if (name.size() > kMaxNameBytes) refuse("entry \"" + shown(name) + "\": its name is too long");
    try {
      found_.tensors[name] = tensor_of(value);
    } catch (const std::runtime_error& error) {
      refuse("entry \"" + shown(name) + "\": " + error.what());
    }
    if (found_.tensors.size() > kMaxTensors) {
      refuse("it has more than " + std::to_string(kMaxTensors) + " tensors");
    }
  }

  void add_dict(PickleDict dict) {
    std::vector<std::string> others;
    for (const auto& [key, value] : *seen(dict)) {
      const std::string& name = text(key, "a text as key");
      if (is_tensor(value)) {
        add(name, value);
      } else {
        others.push_back(name);
      }
    }
    if (!others.empty()) found_.notes.push_back("not tensors, and not read: " + listed(others));
  }

  // torch.nn.Module keeps its tensors in _parameters and _buffers, and other modules in _modules.
  void add_module(PickleDict state, const std::string& prefix, int depth) {
    if (depth == kMaxDepth || prefix.size() > kMaxNameBytes) {
      refuse("its modules are nested more than " + std::to_string(kMaxDepth) + " deep");
    }
    for (const char* kind : {"_parameters", "_buffers"}) {
      const PickleDict tensors = dict_of(find(state, kind));
      if (!tensors) continue;
      for (const auto& [key, value] : *seen(tensors)) {
        if (!std::holds_alternative<std::monostate>(value.value)) {
          add(prefix + text(key, "a text as name"), value);
        }
      }
    }
    for (const auto& [key, value] : *seen(dict_of(find(state, "_modules")))) {
      const PickleDict inner = module_state(value);
      if (inner) add_module(inner, prefix + text(key, "a text as name") + ".", depth + 1);
    }
  }

  SavedTensors found_;
  std::size_t entries_seen_ = 0;
};

void require_little_endian(const PickleValue& machine) {
  for (const auto& [key, value] : *as<PickleDict>(machine, "the writer's machine")) {
    if (text(key, "a text as key") == "little_endian" && !as<bool>(value, "an order")) {
      refuse("its numbers are big-endian; expected little-endian");
    }
  }
}

// How many bytes an element of each storage has: every tensor of the file says so, also those of an
// optimizer, and one storage has one type.
std::map<std::string, std::size_t> widths_of(const Pickle& pickle) {
  std::map<std::string, std::size_t> widths;
  for (const PickleReference& reference : pickle.references) {
    const std::vector<PickleValue>& id = *reference.id;
    const auto* kind = id.empty() ? nullptr : std::get_if<PickleText>(&id[0].value);
    if (!kind || **kind != "storage") continue;
    const SavedTensor tensor = storage_of({&reference});
    const auto [at, fresh] = widths.emplace(tensor.storage, bytes_of(tensor.type));
    if (!fresh && at->second != bytes_of(tensor.type)) {
      refuse("its storage " + shown(tensor.storage) + " has two types");
    }
  }
  return widths;
}

}  // namespace

std::size_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::float64:
    case ElementType::int64:
      return 8;
    case ElementType::float32:
    case ElementType::int32:
      return 4;
    case ElementType::float16:
    case ElementType::bfloat16:
    case ElementType::int16:
      return 2;
    case ElementType::int8:
    case ElementType::uint8:
    case ElementType::boolean:
      return 1;
  }
  return 0;
}

SavedTensors find_tensors(const Pickle& pickle) {
  return Finder().tensors_in(pickle.value);
}

ByteView elements_of(const SavedTensor& tensor, ByteView storage) {
  const std::size_t width = bytes_of(tensor.type);
  const auto elements = static_cast<std::int64_t>(storage.size / width);
  std::int64_t last = tensor.offset;
  std::int64_t count = 1;
  bool sound = tensor.offset >= 0 && tensor.offset <= elements &&
               tensor.sizes.size() == tensor.strides.size();
  const bool empty = std::count(tensor.sizes.begin(), tensor.sizes.end(), 0) > 0;
  for (std::size_t i = 0; sound && i < tensor.sizes.size(); ++i) {
    const std::int64_t size = tensor.sizes[i], stride = tensor.strides[i];
    sound = size >= 0 && stride >= 0;
    if (!sound || empty) continue;
    if (size > 1 && stride == 0) refuse("it repeats elements of its storage");
    sound = size <= 1 || stride <= (elements - last) / (size - 1);
    if (sound && size > 1) last += (size - 1) * stride;
    // Windows that overlap could ask for more memory than any file has.
    sound = sound && (count == 0 || size <= elements / count);
    count *= size;
  }
  if (!sound || (!empty && last >= elements)) {
    refuse("its elements leave its storage of " + std::to_string(elements));
  }
  if (empty) return {storage.data, 0};
  return {storage.data + static_cast<std::size_t>(tensor.offset) * width,
          static_cast<std::size_t>(last + 1 - tensor.offset) * width};
}

bool is_saved_stream(ByteView bytes) {
  return bytes.size >= kStreamMagic.size() &&
         std::equal(kStreamMagic.begin(), kStreamMagic.end(), bytes.data);
}

SavedStream read_saved_stream(ByteView bytes) {
  if (!is_saved_stream(bytes)) refuse("not a file that torch.save wrote");
  bytes = {bytes.data + kStreamMagic.size(), bytes.size - kStreamMagic.size()};
  constexpr std::int64_t kVersion = 1001;
  if (as<std::int64_t>(read_pickle(bytes).value, "its version") != kVersion) {
    refuse("its version is not " + std::to_string(kVersion));
  }
  require_little_endian(read_pickle(bytes).value);
  const Pickle object = read_pickle(bytes);
  SavedStream stream{find_tensors(object), {}};
  const std::map<std::string, std::size_t> widths = widths_of(object);
  const Pickle keys = read_pickle(bytes);
  for (const PickleValue& value : *as<PickleList>(keys.value, "the storages' keys")) {
    const std::string& key = text(value, "a storage's key");
    constexpr std::size_t kCountBytes = 8;
    std::uint64_t count = 0;
    if (bytes.size < kCountBytes) refuse("it ends early");
    for (std::size_t i = 0; i < kCountBytes; ++i) count |= std::uint64_t{bytes.data[i]} << (8 * i);
    bytes = {bytes.data + kCountBytes, bytes.size - kCountBytes};
    const auto width = widths.find(key);
    if (width == widths.end() || count > bytes.size / width->second) {
      refuse("its storage " + shown(key) + " ends early or belongs to no tensor");
    }
    const std::size_t size = static_cast<std::size_t>(count) * width->second;
    stream.storages[key] = {bytes.data, size};
    bytes = {bytes.data + size, bytes.size - size};
  }
  return stream;
}

namespace {

struct ZipEntry {
  std::uint64_t method = 0;  // 0: not compressed
  std::string name;
};

// By APPNOTE.TXT 4.3.12 to 4.3.16. The directory is looked for as LibTorch's reader (miniz) does:
// from the end, and by the record of 64 bits where there is one.
template <class Wanted>
bool has_entry(ByteView zip, Wanted wanted) {
  const auto number = [&](std::uint64_t at, int width) {
    std::uint64_t value = 0;
    if (at > zip.size || zip.size - at < static_cast<std::uint64_t>(width)) return value;
    for (int i = 0; i < width; ++i) value |= std::uint64_t{zip.data[at + i]} << (8 * i);
    return value;
  };
  constexpr std::uint64_t kEnd = 0x06054b50, kEndBytes = 22;
  constexpr std::uint64_t kLocator = 0x07064b50, kLocatorBytes = 20;
  constexpr std::uint64_t kEntry = 0x02014b50, kEntryBytes = 46;
  if (zip.size < kEndBytes) return false;
  std::uint64_t end = zip.size - kEndBytes;
  while (end > 0 && number(end, 4) != kEnd) --end;
  if (number(end, 4) != kEnd) return false;
  std::uint64_t at = number(end + 16, 4);
  if (end >= kLocatorBytes && number(end - kLocatorBytes, 4) == kLocator) {
    at = number(number(end - kLocatorBytes + 8, 8) + 48, 8);
  }
  while (number(at, 4) == kEntry) {
    const std::uint64_t name = number(at + 28, 2);
    ZipEntry entry{number(at + 10, 2), {}};
    if (at + kEntryBytes <= zip.size && name <= zip.size - at - kEntryBytes) {
      entry.name.assign(zip.data + at + kEntryBytes, zip.data + at + kEntryBytes + name);
    }
    if (wanted(entry)) return true;
    at += kEntryBytes + name + number(at + 30, 2) + number(at + 32, 2);
  }
  return false;
}

}  // namespace

bool has_compressed_entry(ByteView zip) {
  return has_entry(zip, [](const ZipEntry& entry) { return entry.method != 0; });
}

bool has_constants(ByteView zip) {
  return has_entry(zip, [](const ZipEntry& entry) {
    const std::size_t slash = entry.name.rfind('/');
    return entry.name.substr(slash + 1) == "constants.pkl";
  });
}

}  // namespace thoraxlite
