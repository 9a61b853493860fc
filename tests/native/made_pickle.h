// What torch.save writes, made opcode by opcode, so that tests and fuzzers need no Python.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace thoraxlite {

inline std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 255);
  return text;
}

// Each of these leaves one value on the stack.
inline std::string pickled_text(const std::string& text) {
  return "X" + little_endian(text.size(), 4) + text;
}

inline std::string pickled_integer(std::int64_t number) {
  return "J" + little_endian(static_cast<std::uint32_t>(number), 4);
}

inline std::string pickled_global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

inline std::string pickled_tuple(const std::vector<std::string>& values) {
  std::string text = "(";
  for (const std::string& value : values) text += value;
  return text + "t";
}

using PickledItems = std::vector<std::pair<std::string, std::string>>;  // name, pickled value

inline std::string pickled_dict(const PickledItems& items) {
  std::string text = pickled_global("collections", "OrderedDict") + ")R(";
  for (const auto& [name, value] : items) text += pickled_text(name) + value;
  return text + "u";
}

// window: what the stream of before PyTorch 1.6 adds, None.
inline std::string pickled_storage(const std::string& type, const std::string& key,
                                   std::int64_t elements, bool window = false) {
  std::vector<std::string> id = {pickled_text("storage"), pickled_global("torch", type),
                                 pickled_text(key), pickled_text("cpu"), pickled_integer(elements)};
  if (window) id.push_back("N");
  return pickled_tuple(id) + "Q";
}

inline std::string pickled_integers(const std::vector<std::int64_t>& numbers) {
  std::vector<std::string> values;
  for (const std::int64_t number : numbers) values.push_back(pickled_integer(number));
  return pickled_tuple(values);
}

inline std::string pickled_tensor(const std::string& storage,
                                  const std::vector<std::int64_t>& sizes,
                                  const std::vector<std::int64_t>& strides,
                                  std::int64_t offset = 0) {
  return pickled_global("torch._utils", "_rebuild_tensor_v2") +
         pickled_tuple({storage, pickled_integer(offset), pickled_integers(sizes),
                        pickled_integers(strides), "\x89", pickled_dict({})}) +
         "R";
}

inline std::string pickled_vector(const std::string& key, std::int64_t elements,
                                  bool window = false) {
  return pickled_tensor(pickled_storage("FloatStorage", key, elements, window), {elements}, {1});
}

inline std::string pickled_parameter(const std::string& tensor) {
  return pickled_global("torch._utils", "_rebuild_parameter") +
         pickled_tuple({tensor, "\x88", pickled_dict({})}) + "R";
}

// As torch.nn.Module's default: its class, made anew, with its attributes put into it.
inline std::string pickled_module(const std::string& python_class, const PickledItems& parameters,
                                  const PickledItems& buffers, const PickledItems& modules) {
  return python_class + ")\x81}(" + pickled_text("training") + "\x89" +
         pickled_text("_parameters") + pickled_dict(parameters) + pickled_text("_buffers") +
         pickled_dict(buffers) + pickled_text("_non_persistent_buffers_set") +
         pickled_global("__builtin__", "set") + "]\x85R" + pickled_text("_modules") +
         pickled_dict(modules) + pickled_text("op_threshs") + "N" + "ub";
}

// The class as PyTorch before 1.6 wrote it: with its file and its source.
inline std::string old_class(const std::string& module, const std::string& name) {
  return pickled_tuple({pickled_text("module"), pickled_global(module, name),
                        pickled_text(module + ".py"), pickled_text("class " + name + ": pass\n")}) +
         "Q";
}

inline std::string pickle_of(const std::string& value) {
  return "\x80\x02" + value + ".";
}

// A file of before PyTorch 1.6. storages: key, and its bytes as float32.
inline std::string saved_stream(const std::string& value, const PickledItems& storages) {
  std::string text("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  text += pickle_of(pickled_integer(1001));
  text += pickle_of(pickled_dict({{"little_endian", "\x88"}}));
  text += pickle_of(value);
  std::string keys = "](";
  for (const auto& [key, bytes] : storages) keys += pickled_text(key);
  text += pickle_of(keys + "e");
  for (const auto& [key, bytes] : storages) text += little_endian(bytes.size() / 4, 8) + bytes;
  return text;
}

// The directory of a zip archive of one entry, and no contents.
inline std::string zip_directory(int method, const std::string& name = "") {
  const std::string start = "PK\3\4";
  const std::string entry = "PK\1\2" + std::string(6, '\0') + static_cast<char>(method) +
                            std::string(17, '\0') + little_endian(name.size(), 2) +
                            std::string(16, '\0') + name;
  return start + entry + "PK\5\6" + std::string(12, '\0') + little_endian(start.size(), 4) +
         std::string(2, '\0');
}

// As many tuples of one as that, each within the next.
inline std::string nested_tuples(std::size_t depth) {
  return ")" + std::string(depth, '\x85');
}

// A parameter whose tensor is the parameter, in a dict beside the list that closes the circle.
inline std::string tensor_of_itself() {
  return "}" + pickled_text("weight") + pickled_global("torch._utils", "_rebuild_parameter") +
         "]q" + std::string(1, '\0') + "Rq\x01s" + pickled_text("circle") + "h" +
         std::string(1, '\0') + "h\x01" + "as";
}

// A module that is its own part.
inline std::string module_within_itself() {
  return pickled_global("torch.nn", "Module") + ")\x81q\x01}(" + pickled_text("_parameters") +
         pickled_dict({{"w", pickled_vector("0", 2)}}) + pickled_text("_modules") +
         pickled_dict({{"inner", "h\x01"}}) + "ub";
}

}  // namespace thoraxlite
