// The entropy-coded pixels of one scan (ITU-T T.81, annexes F.2 and G). What cannot be decoded
// faithfully is an error, never made up: the functions say what is wrong, or nullptr.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/image/jpeg_bits.h"
#include "core/image/jpeg_headers.h"

namespace thoraxlite {

// The samples of one component, or so many rows of them as are needed at a time.
struct JpegPlane {
  std::uint8_t* samples = nullptr;  // [rows, stride], whole blocks
  std::size_t stride = 0;
  int first = 0;  // the component's row that `samples` begins with
  // Whether any of its blocks is not 128 throughout.
  bool has_contrast = false;

  const std::uint8_t* row(int y) const {
    return samples + static_cast<std::size_t>(y - first) * stride;
  }
};

// What both kinds of scan go by: MCUs, restart intervals, and the end.
class JpegScanReader {
 public:
  JpegScanReader(const JpegHeaders& headers, JpegScan scan, ByteView bytes);
  JpegScanReader(const JpegScanReader&) = delete;  // points into itself
  JpegScanReader& operator=(const JpegScanReader&) = delete;

  int rows() const { return rows_; }  // of MCUs

  // How many bytes may be there that belong to no pixel: some encoders round up. is_only: of the
  // file's scans, which may have zeros as well.
  const char* finish(bool is_only) const;

 protected:
  struct Block {
    int component = 0;
    int x = 0;  // in its MCU
    int y = 0;
    int across = 1;  // blocks of its component in an MCU
    int down = 1;
    int* predictor = nullptr;
  };
  // Whether an MCU may be read, behind its restart marker where one is due.
  const char* begin_mcu();
  // Which of two reasons it is that bits made no sense.
  const char* bad_code() const;

  const JpegHeaders& headers_;
  JpegScan scan_;
  JpegBits bits_;
  std::vector<Block> blocks_;  // of an MCU
  int wide_ = 0;               // MCUs
  int rows_ = 0;
  std::array<int, 3> predictors_{};
  int end_of_blocks_ = 0;  // how many more blocks have nothing new in a progressive scan

 private:
  int to_go_ = 0;  // MCUs up to the next restart marker
  int restarts_ = 0;
};

class SequentialScan : public JpegScanReader {
 public:
  using JpegScanReader::JpegScanReader;

  const char* begin();
  // Brings the blocks of the next row of MCUs into the planes of the scan's components.
  const char* read_row(std::vector<JpegPlane>& planes);

 private:
  std::array<std::optional<JpegCodeTable>, 4> dc_;
  std::array<std::optional<JpegCodeTable>, 4> ac_;
  int row_ = 0;
};

// The coefficients of one component.
struct JpegCoefficients {
  std::int16_t* values = nullptr;  // [rows, blocks_wide, 64], row by row
  int blocks_wide = 0;             // whole MCUs
  int blocks_high = 0;

  explicit JpegCoefficients(const JpegComponent& component);
  std::size_t bytes() const {
    return 64 * sizeof *values * static_cast<std::size_t>(blocks_wide) *
           static_cast<std::size_t>(blocks_high);
  }
  std::int16_t* block(int x, int y) const {
    return values + (static_cast<std::size_t>(y) * static_cast<std::size_t>(blocks_wide) +
                     static_cast<std::size_t>(x)) *
                        64;
  }
};

class ProgressiveScan : public JpegScanReader {
 public:
  using JpegScanReader::JpegScanReader;

  // The whole scan, and what it says of components' lowest bits.
  const char* read(std::vector<JpegComponent>& components,
                   std::vector<JpegCoefficients>& coefficients);

 private:
  const char* begin(std::vector<JpegComponent>& components);
  const char* read_first_dc(std::int16_t* block, int& predictor, const JpegCodeTable& table);
  const char* read_first_ac(std::int16_t* block);
  const char* refine_ac(std::int16_t* block);

  std::array<std::optional<JpegCodeTable>, 4> dc_;
  std::optional<JpegCodeTable> ac_;
};

}  // namespace thoraxlite
