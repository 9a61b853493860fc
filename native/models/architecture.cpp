#include "models/architecture.h"

#include <stdexcept>

#include "models/densenet.h"
#include "models/inception_v3.h"
#include "models/student.h"

namespace thoraxlite {

std::shared_ptr<Network> make_network(const NetworkOptions& options) {
  if (options.architecture == "student") {
    StudentOptions student;
    student.labels = options.labels;
    student.hidden = options.hidden;
    student.stride = options.stride;
    student.dropout = options.dropout;
    return std::make_shared<Student>(student);
  }
  if (options.architecture == "densenet121") {
    return std::make_shared<DenseNet>(
        DenseNetOptions{options.labels, options.channels, options.dropout});
  }
  if (options.architecture == "inception_v3") {
    return std::make_shared<InceptionV3>(
        InceptionV3Options{options.labels, options.channels, options.dropout, true});
  }
  throw std::runtime_error("architecture '" + options.architecture +
                           "' is not known; expected student, densenet121 or inception_v3");
}

}  // namespace thoraxlite
