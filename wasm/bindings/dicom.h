// The C ABI of the page's reader of DICOM files: core/dicom, and in between, for frames that it has
// no decoder for, whoever calls. Strings are UTF-8 and zero-terminated; a returned string stays
// valid until the next call. An error is {"error": "one sentence"}. One file at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bytes inside the module's memory; NULL where there is no room.
uint8_t* dicom_allocate(size_t size);

// Opens a file, whose bytes must stay until the next; frame from 0; window: an index, -1 for the
// full range, INT32_MIN for the first one or else the full range. Returns
// {"syntax":{"uid","name"},"columns","rows","samples","is_rgb":its decoder gives
// RGB,"frames","frame","windows":[{"name","centre","width","function"}],"window",
//  "steps":[what is done to the
//  pixels],"age_years":number|null,"is_lateral","body_part","modality",
//  "study_uid","sop_uid","view_position","character_sets":[..],"patient_name","patient_id","birth_date","institution"}
// or an error. Texts that the file has in its own letters stand as their bytes, one a character.
const char* dicom_open(const uint8_t* file, size_t size, int frame, int window);

// Decodes the frame. Returns {"coding":""} once its samples are there; or {"coding","at","size"},
// where a stream of jpeg_ls or jpeg_2000 lies in memory, to be decoded by the caller; or an error.
const char* dicom_decode(void);

// Room for the samples that the caller decodes: [rows, columns, samples], or planes.
uint16_t* dicom_samples(void);

// Makes the film of the samples. is_planar, is_rgb (the decoder has undone a colour
// transformation): of samples that the caller decoded. Returns
// {"width","height","colourfulness","notes":bits of FilmNote} or an error; pixels [height, width],
// 0 (black) to 65535 (white), stay valid until the next file.
const char* dicom_film(int is_planar, int is_rgb);
const uint16_t* dicom_pixels(void);

#ifdef __cplusplus
}
#endif
