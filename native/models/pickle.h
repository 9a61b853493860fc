// The part of Python's pickle (protocol 2) that torch.save writes: weights alone, checkpoints with
// an optimizer and hyperparameters beside them, whole modules.
//
// LibTorch's torch::pickle_load cannot stand in for it: it stops at the attribute _metadata that
// every state_dict carries (github.com/pytorch/pytorch/issues/100741), and does not know files from
// before PyTorch 1.6. Nothing is executed here: calls and objects come out as values for the caller
// to understand.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

struct PickleValue;
struct PickleCall;
struct PickleReference;

// A pickle may mention a value again, and within itself: values point to what the Pickle holds.
using PickleText = const std::string*;
using PickleList = const std::vector<PickleValue>*;  // a list or a tuple
using PickleDict = const std::vector<std::pair<PickleValue, PickleValue>>*;

struct PickleGlobal {
  PickleText name;  // module.class, such as torch.FloatStorage
};

struct PickleValue {
  // The first is None. An OrderedDict comes out as a dict, without its attributes; an integer of
  // more than 64 bits as a call of int without arguments.
  std::variant<std::monostate, bool, std::int64_t, double, PickleText, PickleList, PickleDict,
               PickleGlobal, const PickleCall*, const PickleReference*>
      value;
};

// A call or a new object; what is then put into it (BUILD, items) is its state.
struct PickleCall {
  PickleText function;  // module.function or module.class
  PickleList arguments;
  PickleValue state;  // None where there is none
};

struct PickleReference {
  PickleList id;  // what the writer put in place of an object stored elsewhere
};

// Holds every value of one pickle side by side, so that one nested a million times, or within
// itself, goes away like any other. Values stay where they are when it is moved.
struct Pickle {
  PickleValue value;  // what was pickled

  std::deque<std::string> texts;
  std::deque<std::vector<PickleValue>> lists;
  std::deque<std::vector<std::pair<PickleValue, PickleValue>>> dicts;
  std::deque<PickleCall> calls;
  std::deque<PickleReference> references;

  Pickle() = default;
  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = default;
  Pickle(const Pickle&) = delete;
  Pickle& operator=(const Pickle&) = delete;
};

// A checkpoint of ten thousand tensors with Adam's two averages of each has a million.
inline constexpr std::size_t kMaxPickleValues = std::size_t{1} << 22;

// Reads one pickle from the start of `bytes`, which then begin behind it. Throws std::runtime_error
// with what is wrong: bytes that end early, an opcode of another protocol, a stack that does not
// fit, more than kMaxPickleValues.
Pickle read_pickle(ByteView& bytes);

}  // namespace thoraxlite
