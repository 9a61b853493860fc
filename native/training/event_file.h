// What metrics.jsonl says of a run, as TensorBoard reads it, in the run folder.
//
// The file is records, each a uint64 length, the masked CRC32C of its 8 bytes, a payload and the
// masked CRC32C of that, all little-endian (tensorflow/core/lib/io/record_writer.h). A payload is a
// protocol buffer of type Event (tensorflow/core/util/event.proto): wall time, step, and a Summary
// of simple values (tensorflow/core/framework/summary.proto). Our own code, since Debian has
// neither TensorBoard nor TensorFlow's .proto files, and six fields are all that is needed of them.
#pragma once

#include <filesystem>

namespace thoraxlite {

inline constexpr const char* kEventFile = "events.out.tfevents.thoraxlite";

// Brings RUN/events.out.tfevents.thoraxlite to the epochs of RUN/metrics.jsonl: an event an epoch,
// its step the epoch, its tags the keys of the line ("loss/...", "figures/...", "training/...", and
// "accuracy_by_source/SOURCE"). Events of epochs that are no longer there, as after a kill, and
// what was only half written are cut off, so that no step comes twice. A value that is null has no
// point. Wall times are of the writing. Throws std::runtime_error naming the file.
void write_events(const std::filesystem::path& run);

}  // namespace thoraxlite
