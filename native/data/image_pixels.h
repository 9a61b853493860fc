// An image file as the bytes that a network is given, by the very code that prepares a film for
// screening.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/film_facts.h"
#include "core/image/grey_image.h"
#include "core/image/read_film.h"
#include "core/result.h"
#include "dicom/dicom_reader.h"

namespace thoraxlite {

// The process's reader of DICOM files, made at the first call: a program makes that call before it
// starts a thread (dicom_reader.h).
const DicomReader& dicom_reader();

struct FilmFile {
  Film film;
  FilmFacts facts;  // what a DICOM file says of it; of others its colourfulness
};

// A JPEG, PNG or DICOM file's bytes, averaged onto [size, size]. Errors: unreadable, or no image.
Result<FilmFile> read_film_file(ByteView file, int size);

// Resized to size x size (core/image/prepare.h): size * size bytes, row by row, 0 black .. 255.
void store_pixels(const GreyImage& image, int size, std::uint8_t* pixels);
void store_pixels(const Film& film, std::uint8_t* pixels);  // of the film's own size

// The same of a file. Errors, with pixels untouched: those of read_file and read_film_file.
Result<void> read_pixels(const std::filesystem::path& file, int size, std::uint8_t* pixels);

}  // namespace thoraxlite
