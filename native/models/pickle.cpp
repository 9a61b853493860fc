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
  kPop = '0',
  kPopMark = '1',
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
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
};

class PickleMachine {
 public:
  explicit PickleMachine(ByteView& source) : bytes(source) {}

  Pickle run() {
    while (true) {
      const std::uint8_t opcode = take(1)[0];
      if (opcode == kStop) {
        pickle.value = pop();
        return std::move(pickle);
      }
      step(opcode);
    }
  }

 private:
  using Values = std::vector<PickleValue>;
  using Items = std::vector<std::pair<PickleValue, PickleValue>>;

  void step(std::uint8_t opcode) {
    switch (opcode) {
      case kProto: {
        const std::uint64_t protocol = number(1);
        if (protocol != 2) refuse("its protocol is " + std::to_string(protocol) + ", not 2");
        return;
      }
      case kMark:
        return mark();
      case kPop:
        pop();
        return;
      case kPopMark:
        above_mark();
        return;
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
        return push(long_integer(number(1)));
      case kLong4:
        return push(long_integer(number(4)));
      case kBinFloat:
        return push({big_endian_double()});
      case kShortBinString:
        return push({text(number(1))});
      case kBinString:
      case kBinUnicode:
        return push({text(number(4))});
      case kGlobal: {
        const std::string module = line();
        return push({PickleGlobal{keep(module + "." + line())}});
      }
      case kEmptyList:
      case kEmptyTuple:
        return push({keep(Values{})});
      case kTuple:
        return push({keep(above_mark())});
      case kTuple1:
        return push({keep(top(1))});
      case kTuple2:
        return push({keep(top(2))});
      case kTuple3:
        return push({keep(top(3))});
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
        return push(
            {&pickle.references.emplace_back(PickleReference{pop_as<PickleList>("a tuple")})});
      case kReduce:
      case kNewObj:
        return call();
      case kBuild:
        return build();
      default: {
        char hex[8];
        std::snprintf(hex, sizeof hex, "0x%02x", opcode);
        refuse(std::string("its opcode ") + hex + " is none that torch.save writes");
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

  PickleValue long_integer(std::uint64_t width) {
    if (width > 8) {
      take(width);
      return {&pickle.calls.emplace_back(PickleCall{keep("int"), keep(Values{}), {}})};
    }
    if (width == 0) return {std::int64_t{0}};
    const int unused = 64 - 8 * static_cast<int>(width);
    // Two's complement of that many bytes: the shift to the left and back carries the sign.
    return {static_cast<std::int64_t>(number(static_cast<int>(width)) << unused) >> unused};
  }

  double big_endian_double() {
    const std::uint8_t* big_endian = take(8);
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | big_endian[i];
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  PickleText text(std::uint64_t size) {
    return keep(
        std::string(reinterpret_cast<const char*>(take(size)), static_cast<std::size_t>(size)));
  }

  std::string line() {
    std::string read;
    for (char c = 0; (c = static_cast<char>(take(1)[0])) != '\n';) read += c;
    return read;
  }

  PickleText keep(std::string text) { return &pickle.texts.emplace_back(std::move(text)); }
  PickleList keep(Values values) { return &pickle.lists.emplace_back(std::move(values)); }
  PickleDict new_dict() { return &pickle.dicts.emplace_back(); }

  // What a value points to was made here, not const; only the caller is to leave it as it is.
  static Values& open(PickleList list) { return const_cast<Values&>(*list); }
  static Items& open(PickleDict dict) { return const_cast<Items&>(*dict); }
  static PickleCall& open(const PickleCall* call) { return const_cast<PickleCall&>(*call); }

  // Every value was pushed once, and every mark costs as much.
  void count() {
    if (++made == kMaxPickleValues) {
      refuse("it has more than " + std::to_string(kMaxPickleValues) + " values");
    }
  }

  void push(PickleValue value) {
    count();
    stack.push_back(value);
  }

  void mark() {
    count();
    marks.push_back(stack.size());
  }

  // The end of what lies above the latest mark: nothing below it belongs to this part.
  std::size_t floor() const { return marks.empty() ? 0 : marks.back(); }

  PickleValue pop() {
    if (stack.size() <= floor()) refuse("its stack runs empty");
    const PickleValue value = stack.back();
    stack.pop_back();
    return value;
  }

  template <class T>
  T pop_as(const std::string& expected) {
    const PickleValue value = pop();
    const T* wanted = std::get_if<T>(&value.value);
    if (!wanted) refuse("it lacks " + expected + " where one is needed");
    return *wanted;
  }

  // Takes the last `count` values off the stack.
  Values top(std::size_t count) {
    if (stack.size() < floor() + count) refuse("its stack runs empty");
    const auto begin = stack.end() - static_cast<std::ptrdiff_t>(count);
    Values values(begin, stack.end());
    stack.erase(begin, stack.end());
    return values;
  }

  Values above_mark() {
    if (marks.empty()) refuse("its stack has no mark");
    Values values = top(stack.size() - marks.back());
    marks.pop_back();
    return values;
  }

  void append(const Values& values) {
    const auto list = pop_as<PickleList>("a list");
    open(list).insert(list->end(), values.begin(), values.end());
    push({list});
  }

  // A dict's items, or those of an object that is a dict too.
  void set_items(const Values& values) {
    const PickleValue target = pop();
    if (values.size() % 2 != 0) refuse("a key has no value");
    if (const auto* dict = std::get_if<PickleDict>(&target.value)) {
      for (std::size_t i = 0; i < values.size(); i += 2) {
        open(*dict).emplace_back(values[i], values[i + 1]);
      }
    } else if (!std::holds_alternative<const PickleCall*>(target.value)) {
      refuse("it lacks a dict where one is needed");
    }
    push(target);
  }

  void put(std::uint64_t index) {
    if (stack.empty()) refuse("its stack runs empty");
    count();
    memo[index] = stack.back();
  }

  void get(std::uint64_t index) {
    const auto found = memo.find(index);
    if (found == memo.end()) refuse("it refers to a value that it does not have");
    push(found->second);
  }

  // A function or class by its name. Before PyTorch 1.6 a module's class came as a reference:
  // ("module", class, file, source).
  PickleText callee() {
    const PickleValue value = pop();
    if (const auto* global = std::get_if<PickleGlobal>(&value.value)) return global->name;
    if (const auto* reference = std::get_if<const PickleReference*>(&value.value)) {
      const std::vector<PickleValue>& id = *(*reference)->id;
      const auto* kind = id.empty() ? nullptr : std::get_if<PickleText>(&id[0].value);
      const auto* global = id.size() < 2 ? nullptr : std::get_if<PickleGlobal>(&id[1].value);
      if (kind && **kind == "module" && global) return global->name;
    }
    refuse("it lacks a function where one is needed");
  }

  void call() {
    const auto arguments = pop_as<PickleList>("a tuple");
    const PickleText function = callee();
    if (*function == "collections.OrderedDict") return push({ordered_dict(*arguments)});
    push({&pickle.calls.emplace_back(PickleCall{function, arguments, {}})});
  }

  // Python 3 calls it with nothing and sets items; Python 2 gave a list of [key, value].
  PickleDict ordered_dict(const Values& arguments) {
    const PickleDict dict = new_dict();
    if (arguments.empty()) return dict;
    const auto* items = std::get_if<PickleList>(&arguments[0].value);
    if (!items) refuse("an OrderedDict is not made of a list");
    for (const PickleValue& item : **items) {
      const auto* pair = std::get_if<PickleList>(&item.value);
      if (!pair || (*pair)->size() != 2) refuse("an OrderedDict is not made of pairs");
      count();
      open(dict).emplace_back((**pair)[0], (**pair)[1]);
    }
    return dict;
  }

  // A dict's attributes are left out: a state_dict's _metadata holds versions of modules, which
  // name no tensor.
  void build() {
    const PickleValue state = pop();
    const PickleValue target = pop();
    if (const auto* call = std::get_if<const PickleCall*>(&target.value)) {
      open(*call).state = state;
    } else if (!std::holds_alternative<PickleDict>(target.value)) {
      refuse("it lacks an object where one is needed");
    }
    push(target);
  }

  ByteView& bytes;
  Pickle pickle;
  Values stack;
  std::vector<std::size_t> marks;
  std::map<std::uint64_t, PickleValue> memo;
  std::size_t made = 0;
};

}  // namespace

Pickle read_pickle(ByteView& bytes) {
  return PickleMachine(bytes).run();
}

}  // namespace thoraxlite
