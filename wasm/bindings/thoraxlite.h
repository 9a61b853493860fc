// The C ABI that JavaScript calls. Strings are UTF-8 and zero-terminated; a returned string stays
// valid until the next call. One model, one image at a time: a module instance is one worker.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bytes inside the module's memory, to be filled before a call; NULL where there is no room.
uint8_t* thoraxlite_allocate(size_t size);
void thoraxlite_free(uint8_t* bytes);

// Opens the model; sha256 is the file's digest in hex, engine one of auto, reference, xnnpack.
// Returns {"card": <the model card>, "sha256", "engine"} or {"error": "..."} as JSON.
const char* thoraxlite_open(const uint8_t* model, size_t size, const char* sha256,
                            const char* engine);

// Screens one image file. Returns the JSON of thoraxlite::to_json.
const char* thoraxlite_screen(const char* file_name, const uint8_t* file, size_t size);

#ifdef __cplusplus
}
#endif
