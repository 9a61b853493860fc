// The part of Python's pickle (protocol 2) that weights saved by torch.save are written in.
//
// LibTorch's torch::pickle_load cannot stand in for it: it stops at the attribute _metadata that
// every state_dict carries (github.com/pytorch/pytorch/issues/100741), and does not know files from
// before PyTorch 1.6. Nothing is executed here: calls come out as values for the caller to
// understand.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

struct PickleValue;

// Shared, since a pickle may mention what it is still filling.
using PickleList = std::shared_ptr<std::vector<PickleValue>>;  // a list or a tuple
using PickleDict = std::shared_ptr<std::vector<std::pair<PickleValue, PickleValue>>>;

struct PickleGlobal {
  std::string name;  // module.class, such as torch.FloatStorage
};

struct PickleCall {
  std::string function;  // module.function
  PickleList arguments;
};

struct PickleReference {
  PickleList id;  // what the writer put in place of an object stored elsewhere
};

struct PickleValue {
  // The first is None. An OrderedDict comes out as a dict, without its attributes.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, PickleList, PickleDict,
               PickleGlobal, PickleCall, PickleReference>
      value;
};

// Reads one pickle from the start of `bytes`, which then begin behind it. Throws std::runtime_error
// with what is wrong: bytes that end early, an opcode of another protocol, a stack that does not
// fit.
PickleValue read_pickle(ByteView& bytes);

}  // namespace thoraxlite
