// Which film it is, as its data set says: patient's age, view, body part, modality, orientation.
// Coded values and Code Strings only; what people write into descriptions judges no film.
#pragma once

#include <optional>

#include "core/dicom/data_set.h"
#include "core/film_facts.h"

namespace thoraxlite {

// Years; from PatientAge ("045Y", also "45Y", "45", "6M"), else from the dates of birth and study:
// whole years by the calendar, so that a birthday is one. NaN where neither tells.
double age_years(const DataSet& data);

// View Position, or else View Code Sequence (PS3.16 CID 4010), or else a Patient Orientation whose
// rows run to the front or back. False where they say nothing, more than one thing, or decubitus.
bool is_lateral(const DataSet& data);

// Body Part Examined where it is a part that no chest film shows; empty where it is missing, of the
// chest, or unknown.
std::string other_body_part(const DataSet& data);

// Modality where it is one that gives no radiographs; else empty.
std::string other_modality(const DataSet& data);

// Patient Orientation (C.7.6.1.1.1) of a frontal film, for which "L\F" is upright: the patient's
// left at the viewer's right, feet down. Where that is missing, what Field of View Horizontal Flip
// and Rotation (C.8.11.4) say was done to the pixels is undone.
Orientation orientation_of(const DataSet& data);

}  // namespace thoraxlite
