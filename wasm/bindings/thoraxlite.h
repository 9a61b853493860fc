// The C ABI that JavaScript calls. Strings are UTF-8 and zero-terminated; a returned string stays
// valid until the next call. One model, one image at a time: a module instance is one worker.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Which ThoraxLite this is, as core/version.h has it: "0.1.0 (c53e8087b2b1)". Valid for good.
const char* thoraxlite_version(void);

// Bytes inside the module's memory, to be filled before a call; NULL where there is no room.
uint8_t* thoraxlite_allocate(size_t size);
void thoraxlite_free(uint8_t* bytes);

// Opens the model; sha256 is the file's digest in hex, engine one of auto, simd, xnnpack,
// reference. threads: to run the simd engine on, in a module that has them; 0 is 1. Returns
// {"card": <the model card>, "version", "sha256", "engine"} or {"error": "..."} as JSON.
const char* thoraxlite_open(const uint8_t* model, size_t size, const char* sha256,
                            const char* engine, int threads);

// Screens one image file. Returns the JSON of thoraxlite::to_json, judged by the default operating
// point and, beside it, by each that the model has. show_anyway: 0 or 1. change: of
// core/film_change.h, by its number.
const char* thoraxlite_screen(const char* file_name, const uint8_t* file, size_t size,
                              int show_anyway, int change);

// The same for a film that the caller decoded: pixels [height, width], 0 (black) to max_value
// (white). The rest is FilmFacts (core/film_facts.h), as bindings/dicom.h gives it; notes has a bit
// for each.
const char* thoraxlite_screen_pixels(const char* file_name, const uint16_t* pixels, int width,
                                     int height, int max_value, double colourfulness,
                                     double age_years, int is_lateral, const char* body_part,
                                     const char* modality, unsigned notes, int show_anyway,
                                     int change);

// Of the last screening, valid until the next: a finding's evidence map, [height, width] as its
// JSON says, and the lung field, 0 or 1, as many pixels a side as the card's view.film says, or
// without a view its input.size. NULL where there is none.
const float* thoraxlite_evidence(int finding);
const uint8_t* thoraxlite_lung_field(void);

// Decodes an image file for a viewer; needs no model. Returns {"width", "height", "max_value"} or
// {"error": "..."}; pixels, [height, width], 0 is black, stay valid until the next decode, and are
// NULL after an error. Decoding an empty file (size 0) gives their memory back.
const char* thoraxlite_decode(const uint8_t* file, size_t size);
const uint16_t* thoraxlite_pixels(void);

#ifdef __cplusplus
}
#endif
