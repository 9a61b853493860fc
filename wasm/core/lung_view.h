// Where the lungs lie in a film, from what a lung network says, and the picture of them that a
// classifier sees. Training and screening both go through here.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// Of pixels in [0, 1]: a flatter film, or lung, counts as this, so that noise is not blown up.
inline constexpr float kLeastDeviation = 0.02f;

// A film with less lung than this has none.
inline constexpr float kLeastLungShare = 0.05f;

// What is done to all that is not lung.
enum class Outside {
  kept,   // nothing
  faded,  // fades to one grey, from the lungs' border outwards
  cut     // is that grey, and fades into it within the border: nothing but lung is seen
};

// How much of a film a classifier sees, read from the model card.
struct LungView {
  int film = 224;            // pixels a side that films are averaged to first
  float margin = 0.035f;     // around the lungs, of the film's side
  float mean = 0.5f;         // that pixels inside the lungs get
  float deviation = 0.175f;  // that they get around it
  Outside outside = Outside::faded;
};

// A rectangle of a film, in its pixels.
struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

// pixels: [side, side], 0 is black. What the lung network reads: their exact averages, [size,
// size], less their mean, over their deviation.
std::vector<float> lung_input(const std::vector<float>& pixels, int side, int size);

// logits: [map_side, map_side] of the lung network; above 0 is lung. The mask: [side, side], 1
// inside: bilinear between the map's positions. Parts that are smaller than a fifth of the largest
// are left out: they are marks and stomachs.
std::vector<std::uint8_t> lung_field(const std::vector<float>& logits, int map_side, int side);

// What tells lungs from what a lung network finds in other pictures, kLungFacts numbers: the share
// of the map that is lung, its mean logit inside and outside, each within +-kSureLogit, the number
// of parts as lung_field counts them, of the rectangle around the lungs the width and height, of
// the map's sides, and of the lungs the shares in its left and its upper half. Zeros where there is
// none. logits: [map_side, map_side].
std::vector<float> lung_facts(const std::vector<float>& logits, int map_side);

inline constexpr int kLungFacts = 8;
inline constexpr float kSureLogit = 10;

// Of the mask's pixels, those inside.
float lung_share(const std::vector<std::uint8_t>& lungs);

// The smallest rectangle around the lungs, and the view's margin; the whole film where there are
// none.
Box lung_box(const std::vector<std::uint8_t>& lungs, const LungView& view);

// pixels, lungs: [view.film, view.film]. The picture: [size, size] in [0, 1]. Pixels become
//
//   mean + (pixel - m) / s * deviation,   m, s of the pixels inside, s at least kLeastDeviation,
//
// so that exposure says nothing; what is outside becomes `mean` as the view says, over kSoftEdge of
// the film's side; and the box is averaged to the picture, without its aspect, so that framing says
// nothing either. A film without lungs is taken as all lung.
std::vector<float> lung_picture(const std::vector<float>& pixels,
                                const std::vector<std::uint8_t>& lungs, const Box& box,
                                const LungView& view, int size);

inline constexpr float kSoftEdge = 0.027f;

// Exact averages of a rectangle over [size, size]. pixels: rows of `stride`.
std::vector<float> average_area(const std::vector<float>& pixels, int stride, const Box& box,
                                int size);

}  // namespace thoraxlite
