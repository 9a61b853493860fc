#include "dicom/dicom_reader.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace thoraxlite {
namespace {

// A sanitizer reserves more of the address space than any film needs.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;
#elif defined(__has_feature)
constexpr bool kLimitsMemory = !__has_feature(address_sanitizer);
#else
constexpr bool kLimitsMemory = true;
#endif

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int descriptor() const { return descriptor_; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  // False where the other end has gone.
  bool write(const void* data, std::size_t size) const {
    const char* next = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t sent = ::send(descriptor_, next, size, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return false;
      next += sent;
      size -= static_cast<std::size_t>(sent);
    }
    return true;
  }
  bool read(void* data, std::size_t size) const {
    char* next = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t received = ::recv(descriptor_, next, size, 0);
      if (received < 0 && errno == EINTR) continue;
      if (received <= 0) return false;
      next += received;
      size -= static_cast<std::size_t>(received);
    }
    return true;
  }

  template <class Value>
  bool write(const Value& value) const {
    return write(&value, sizeof value);
  }
  template <class Value>
  bool read(Value& value) const {
    return read(&value, sizeof value);
  }
  template <class Sequence>
  bool write_all(const Sequence& values) const {
    return write(std::uint64_t{values.size()}) &&
           write(values.data(), values.size() * sizeof values[0]);
  }
  template <class Sequence>
  bool read_all(Sequence& values, std::uint64_t most) const {
    std::uint64_t size = 0;
    if (!read(size) || size > most) return false;
    values.resize(size);
    return read(values.data(), size * sizeof values[0]);
  }

 private:
  int descriptor_;
};

constexpr std::uint64_t kMostText = 1 << 16;
constexpr std::uint64_t kMostPixels = 1 << 26;

bool write_film(const Socket& socket, const Result<DicomFilm>& film) {
  if (!socket.write(film.has_value())) return false;
  if (!film) return socket.write_all(film.error().message);
  const FilmFacts& facts = film->facts;
  return socket.write(film->image.width) && socket.write(film->image.height) &&
         socket.write(film->image.max_value) && socket.write_all(film->image.pixels) &&
         socket.write(facts.colourfulness) && socket.write(facts.age_years) &&
         socket.write(facts.is_lateral) && socket.write_all(facts.other_body_part) &&
         socket.write_all(facts.other_modality) && socket.write_all(facts.notes) &&
         socket.write_all(film->study_uid) && socket.write_all(film->sop_uid);
}

bool read_film(const Socket& socket, Result<DicomFilm>& film) {
  bool is_film = false;
  if (!socket.read(is_film)) return false;
  if (!is_film) {
    Error error;
    if (!socket.read_all(error.message, kMostText)) return false;
    film = tl::unexpected(std::move(error));
    return true;
  }
  film = DicomFilm{};
  FilmFacts& facts = film->facts;
  GreyImage& image = film->image;
  return socket.read(image.width) && socket.read(image.height) && socket.read(image.max_value) &&
         socket.read_all(image.pixels, kMostPixels) && image.width > 0 && image.height > 0 &&
         image.pixels.size() ==
             static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) &&
         socket.read(facts.colourfulness) && socket.read(facts.age_years) &&
         socket.read(facts.is_lateral) && socket.read_all(facts.other_body_part, kMostText) &&
         socket.read_all(facts.other_modality, kMostText) &&
         socket.read_all(facts.notes, kFilmNotes) && socket.read_all(film->study_uid, kMostText) &&
         socket.read_all(film->sop_uid, kMostText);
}

// One byte, with room for a descriptor beside it.
struct Message {
  Message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
};

bool send_descriptor(int socket, int descriptor) {
  Message message;
  cmsghdr* header = CMSG_FIRSTHDR(&message.header);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  ssize_t sent = 0;
  do sent = sendmsg(socket, &message.header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == 1;
}

// -1 once the other end has gone.
int receive_descriptor(int socket) {
  while (true) {
    Message message;
    const ssize_t received = recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return -1;
    const cmsghdr* header = CMSG_FIRSTHDR(&message.header);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS) continue;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
  }
}

void limit(decltype(RLIMIT_CPU) resource, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(resource, &both);
}

// Bytes of address space that this process has already: a program may come with gigabytes of
// libraries.
rlim_t address_space() {
  unsigned long pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

// In the process of one file.
void read_one(const Socket& socket, DicomReader::Read read) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, DicomReader::kMostSeconds);
  if (kLimitsMemory) limit(RLIMIT_AS, address_space() + DicomReader::kMostMemory);
  std::vector<std::uint8_t> file;
  if (!socket.read_all(file, std::uint64_t{1} << 40)) return;
  write_film(socket, read({file.data(), file.size()}));
}

[[noreturn]] void serve(int requests, DicomReader::Read read) {
  std::signal(SIGCHLD, SIG_IGN);  // whoever asked sees the socket close
  // Those are sent to a program's whole group, which may have work to finish: this ends with it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  while (true) {
    const int descriptor = receive_descriptor(requests);
    if (descriptor < 0) _exit(0);
    if (fork() == 0) {
      close(requests);
      const Socket socket(descriptor);
      try {
        read_one(socket, read);
      } catch (...) {
        _exit(1);
      }
      _exit(0);
    }
    close(descriptor);
  }
}

}  // namespace

DicomReader::DicomReader(Read read) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("No socket could be made for reading DICOM files.");
  }
  server_ = fork();
  if (server_ == 0) {
    close(ends[0]);
    serve(ends[1], read);
  }
  close(ends[1]);
  requests_ = ends[0];
  if (server_ < 0) {
    close(requests_);
    throw std::runtime_error("No process could be started for reading DICOM files.");
  }
}

DicomReader::~DicomReader() {
  // Not only closed: another process that was forked may hold it too.
  shutdown(requests_, SHUT_RDWR);
  close(requests_);
  waitpid(server_, nullptr, 0);
}

Result<DicomFilm> DicomReader::read(ByteView file) const {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail("There are too many open files to read the DICOM file.");
  }
  const Socket own(ends[0]);
  {
    const Socket theirs(ends[1]);
    send_descriptor(requests_, theirs.descriptor());
  }
  // Where that process has ended already, so has its answer.
  own.write(std::uint64_t{file.size}) && own.write(file.data, file.size);
  Result<DicomFilm> film;
  if (!read_film(own, film)) {
    return fail(
        "The DICOM file made its reader fail, or take more than a minute or 4 GB; it is damaged, "
        "or this program cannot read it.");
  }
  return film;
}

}  // namespace thoraxlite
