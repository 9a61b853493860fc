#include "models/pickle.h"

#include <cstdio>
#include <cstring>
#include <map>
#include <stdexcept>

namespace thoraxlite {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error("not a pickle of weights: " + what);
}

// Python's pickletools names and describes each.
enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kEmptyDict = '}',
  kBinFloat = 'G',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
};

class PickleMachine {
 public:
  explicit PickleMachine(ByteView& source) : bytes(source) {}

  PickleValue run() {
    while (true) {
      const std::uint8_t opcode = take(1)[0];
      if (opcode == kStop) return pop();
      step(opcode);
    }
  }

 private:
  void step(std::uint8_t opcode) {
    switch (opcode) {
      case kProto: {
        const std::uint64_t protocol = number(1);
        if (protocol != 2) refuse("its protocol is " + std::to_string(protocol) + ", not 2");
        return;
      }
      case kMark:
        return marks.push_back(stack.size());
      case kNone:
        return push({});
      case kNewTrue:
        return push({true});
      case kNewFalse:
        return push({false});
      case kBinInt:
        return push({std::int64_t{static_cast<std::int32_t>(number(4))}});
      case kBinInt1:
        return push({static_cast<std::int64_t>(number(1))});
      case kBinInt2:
        return push({static_cast<std::int64_t>(number(2))});
      case kLong1:
        return push({long_integer(number(1))});
      case kBinFloat:
        return push({big_endian_double()});
      case kShortBinString:
        return push({text(number(1))});
      case kBinString:
      case kBinUnicode:
        return push({text(number(4))});
      case kGlobal: {
        const std::string module = line();
        return push({PickleGlobal{module + "." + line()}});
      }
      case kEmptyList:
      case kEmptyTuple:
        return push({std::make_shared<std::vector<PickleValue>>()});
      case kTuple:
        return push({above_mark()});
      case kTuple1:
        return push({top(1)});
      case kTuple2:
        return push({top(2)});
      case kTuple3:
        return push({top(3)});
      case kAppend:
        return append(top(1));
      case kAppends:
        return append(above_mark());
      case kEmptyDict:
        return push({new_dict()});
      case kSetItem:
        return set_items(top(2));
      case kSetItems:
        return set_items(above_mark());
      case kBinPut:
        return put(number(1));
      case kLongBinPut:
        return put(number(4));
      case kBinGet:
        return get(number(1));
      case kLongBinGet:
        return get(number(4));
      case kBinPersId:
        return push({PickleReference{pop_as<PickleList>("a tuple")}});
      case kReduce:
        return call();
      case kBuild:
        return build();
      default: {
        char hex[8];
        std::snprintf(hex, sizeof hex, "0x%02x", opcode);
        refuse(std::string("its opcode ") + hex + " is none that torch.save writes for tensors");
      }
    }
  }

  const std::uint8_t* take(std::uint64_t count) {
    if (count > bytes.size) refuse("it ends early");
    const std::uint8_t* taken = bytes.data;
    bytes.data += count;
    bytes.size -= static_cast<std::size_t>(count);
    return taken;
  }

  std::uint64_t number(int width) {
    const std::uint8_t* little_endian = take(static_cast<std::uint64_t>(width));
    std::uint64_t value = 0;
    for (int i = 0; i < width; ++i) value |= std::uint64_t{little_endian[i]} << (8 * i);
    return value;
  }

  std::int64_t long_integer(std::uint64_t width) {
    if (width > 8) refuse("it has an integer of more than 64 bits");
    if (width == 0) return 0;
    const int unused = 64 - 8 * static_cast<int>(width);
    // Two's complement of that many bytes: the shift to the left and back carries the sign.
    return static_cast<std::int64_t>(number(static_cast<int>(width)) << unused) >> unused;
  }

  double big_endian_double() {
    const std::uint8_t* big_endian = take(8);
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | big_endian[i];
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  std::string text(std::uint64_t size) {
    return std::string(reinterpret_cast<const char*>(take(size)), static_cast<std::size_t>(size));
  }

  std::string line() {
    std::string read;
    for (char c = 0; (c = static_cast<char>(take(1)[0])) != '\n';) read += c;
    return read;
  }

  static PickleDict new_dict() { return std::make_shared<PickleDict::element_type>(); }

  void push(PickleValue value) { stack.push_back(std::move(value)); }

  PickleValue pop() { return std::move((*top(1))[0]); }

  template <class T>
  T pop_as(const std::string& expected) {
    const PickleValue value = pop();
    const T* wanted = std::get_if<T>(&value.value);
    if (!wanted) refuse("it lacks " + expected + " where one is needed");
    return *wanted;
  }

  // Takes the last `count` values off the stack. None below the latest mark belongs to this part.
  PickleList top(std::size_t count) {
    const std::size_t floor = marks.empty() ? 0 : marks.back();
    if (stack.size() < floor + count) refuse("its stack runs empty");
    const auto begin = stack.end() - static_cast<std::ptrdiff_t>(count);
    auto values = std::make_shared<std::vector<PickleValue>>(begin, stack.end());
    stack.erase(begin, stack.end());
    return values;
  }

  PickleList above_mark() {
    if (marks.empty()) refuse("its stack has no mark");
    const PickleList values = top(stack.size() - marks.back());
    marks.pop_back();
    return values;
  }

  void append(const PickleList& values) {
    const auto list = pop_as<PickleList>("a list");
    list->insert(list->end(), values->begin(), values->end());
    push({list});
  }

  void set_items(const PickleList& values) {
    const auto dict = pop_as<PickleDict>("a dict");
    if (values->size() % 2 != 0) refuse("a key has no value");
    for (std::size_t i = 0; i < values->size(); i += 2) {
      dict->emplace_back((*values)[i], (*values)[i + 1]);
    }
    push({dict});
  }

  void put(std::uint64_t index) {
    if (stack.empty()) refuse("its stack runs empty");
    memo[index] = stack.back();
  }

  void get(std::uint64_t index) {
    const auto found = memo.find(index);
    if (found == memo.end()) refuse("it refers to a value that it does not have");
    push(found->second);
  }

  void call() {
    auto arguments = pop_as<PickleList>("a tuple");
    auto function = pop_as<PickleGlobal>("a function").name;
    if (function == "collections.OrderedDict") return push({ordered_dict(*arguments)});
    push({PickleCall{std::move(function), std::move(arguments)}});
  }

  // Python 3 calls it with nothing and sets items; Python 2 gave a list of [key, value].
  static PickleDict ordered_dict(const std::vector<PickleValue>& arguments) {
    PickleDict dict = new_dict();
    if (arguments.empty()) return dict;
    const auto* items = std::get_if<PickleList>(&arguments[0].value);
    if (!items) refuse("an OrderedDict is not made of a list");
    for (const PickleValue& item : **items) {
      const auto* pair = std::get_if<PickleList>(&item.value);
      if (!pair || (*pair)->size() != 2) refuse("an OrderedDict is not made of pairs");
      dict->emplace_back((**pair)[0], (**pair)[1]);
    }
    return dict;
  }

  // Sets attributes; a state_dict's _metadata holds versions of modules, which name no tensor.
  void build() {
    pop();
    push({pop_as<PickleDict>("a dict")});
  }

  ByteView& bytes;
  std::vector<PickleValue> stack;
  std::vector<std::size_t> marks;
  std::map<std::uint64_t, PickleValue> memo;
};

}  // namespace

PickleValue read_pickle(ByteView& bytes) {
  return PickleMachine(bytes).run();
}

}  // namespace thoraxlite
