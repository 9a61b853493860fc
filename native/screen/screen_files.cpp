#include "screen_files.h"

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "core/dicom/is_dicom.h"
#include "core/image/decode.h"
#include "data/file_bytes.h"
#include "utc_now.h"

namespace thoraxlite {
namespace {

ScreenedFile screen_bytes(Screener& screener, const DicomReader& dicom, const std::string& path,
                          ByteView file, const ScreeningOptions& options) {
  ScreenedFile screened;
  if (is_dicom(file)) {
    auto film = dicom.read(file);
    if (!film) return {screener.no_result(path, film.error().message), {}};
    screened.screening = screener.screen(path, film->image, film->facts, options.show_anyway);
    screened.screening.film.study_uid = film->study_uid;
    screened.screening.film.sop_uid = film->sop_uid;
    if (options.with_image) screened.image = std::move(film->image);
    return screened;
  }
  screened.screening = screener.screen(path, file, options.show_anyway);
  // Decoded in full only for a picture; the network's input is read without.
  if (options.with_image && screened.screening.evidence) {
    Result<GreyImage> image = decode_image(file);
    if (image) screened.image = *std::move(image);
  }
  return screened;
}

ScreenedFile screen_file(Screener& screener, const DicomReader& dicom, const std::string& path,
                         const ScreeningOptions& options) {
  const auto bytes = read_file(path);
  ScreenedFile screened = bytes ? screen_bytes(screener, dicom, path, view(*bytes), options)
                                : ScreenedFile{screener.no_result(path, bytes.error().message), {}};
  if (bytes) screened.screening.film.sha256 = sha256_hex(view(*bytes));
  screened.screening.time = utc_now();
  return screened;
}

// Which file is next, and what is done and not yet used.
class Order {
 public:
  Order(std::size_t files, std::size_t most_ahead) : files_(files), most_ahead_(most_ahead) {}

  // Waits where too much is done and not used. Nothing once there is no more to do.
  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_over_ || next_ == files_ || next_ < used_ + most_ahead_; });
    if (is_over_ || next_ == files_) return std::nullopt;
    return next_++;
  }

  void done(std::size_t index, ScreenedFile file) {
    const std::lock_guard lock(mutex_);
    done_.emplace(index, std::move(file));
    changed_.notify_all();
  }

  ScreenedFile take(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_.count(index) > 0; });
    ScreenedFile file = std::move(done_.at(index));
    done_.erase(index);
    used_ = index + 1;
    changed_.notify_all();
    return file;
  }

  void end() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t files_;
  const std::size_t most_ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, ScreenedFile> done_;
  std::size_t next_ = 0;
  std::size_t used_ = 0;
  bool is_over_ = false;
};

}  // namespace

void screen_files(std::vector<Screener>& screeners, const DicomReader& dicom,
                  const std::vector<std::string>& paths, const ScreeningOptions& options,
                  const std::function<void(std::size_t, const ScreenedFile&)>& use) {
  Order order(paths.size(), 2 * screeners.size());
  const auto work = [&](Screener& screener) {
    while (const auto index = order.next()) {
      ScreenedFile file;
      try {
        file = screen_file(screener, dicom, paths[*index], options);
      } catch (const std::exception& error) {
        file = {screener.no_result(paths[*index], error.what()), {}};
      }
      order.done(*index, std::move(file));
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(screeners.size());
  for (Screener& screener : screeners) threads.emplace_back(work, std::ref(screener));
  std::exception_ptr failure;
  try {
    for (std::size_t i = 0; i < paths.size(); ++i) use(i, order.take(i));
  } catch (...) {
    failure = std::current_exception();
  }
  order.end();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace thoraxlite
