// The attributes that are read, and their values: by what PS3.6 says that an attribute is, and
// never by the representation that a file gives it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/dicom/data_set.h"

namespace thoraxlite {

struct DicomAttribute {
  DicomTag tag = 0;
  const char* keyword = "";
};

inline constexpr DicomAttribute kMediaStorageSOPClassUID{0x00020002, "MediaStorageSOPClassUID"};
inline constexpr DicomAttribute kTransferSyntaxUID{0x00020010, "TransferSyntaxUID"};
inline constexpr DicomAttribute kDirectoryRecordSequence{0x00041220, "DirectoryRecordSequence"};
inline constexpr DicomAttribute kSpecificCharacterSet{0x00080005, "SpecificCharacterSet"};
inline constexpr DicomAttribute kSOPClassUID{0x00080016, "SOPClassUID"};
inline constexpr DicomAttribute kSOPInstanceUID{0x00080018, "SOPInstanceUID"};
inline constexpr DicomAttribute kStudyDate{0x00080020, "StudyDate"};
inline constexpr DicomAttribute kSeriesDate{0x00080021, "SeriesDate"};
inline constexpr DicomAttribute kAcquisitionDate{0x00080022, "AcquisitionDate"};
inline constexpr DicomAttribute kContentDate{0x00080023, "ContentDate"};
inline constexpr DicomAttribute kModality{0x00080060, "Modality"};
inline constexpr DicomAttribute kInstitutionName{0x00080080, "InstitutionName"};
inline constexpr DicomAttribute kCodeValue{0x00080100, "CodeValue"};
inline constexpr DicomAttribute kCodeMeaning{0x00080104, "CodeMeaning"};
inline constexpr DicomAttribute kPatientName{0x00100010, "PatientName"};
inline constexpr DicomAttribute kPatientID{0x00100020, "PatientID"};
inline constexpr DicomAttribute kPatientBirthDate{0x00100030, "PatientBirthDate"};
inline constexpr DicomAttribute kPatientAge{0x00101010, "PatientAge"};
inline constexpr DicomAttribute kBodyPartExamined{0x00180015, "BodyPartExamined"};
inline constexpr DicomAttribute kViewPosition{0x00185101, "ViewPosition"};
inline constexpr DicomAttribute kFieldOfViewRotation{0x00187032, "FieldOfViewRotation"};
inline constexpr DicomAttribute kFieldOfViewHorizontalFlip{0x00187034, "FieldOfViewHorizontalFlip"};
inline constexpr DicomAttribute kStudyInstanceUID{0x0020000d, "StudyInstanceUID"};
inline constexpr DicomAttribute kPatientOrientation{0x00200020, "PatientOrientation"};
inline constexpr DicomAttribute kSamplesPerPixel{0x00280002, "SamplesPerPixel"};
inline constexpr DicomAttribute kPhotometricInterpretation{0x00280004, "PhotometricInterpretation"};
inline constexpr DicomAttribute kPlanarConfiguration{0x00280006, "PlanarConfiguration"};
inline constexpr DicomAttribute kNumberOfFrames{0x00280008, "NumberOfFrames"};
inline constexpr DicomAttribute kRows{0x00280010, "Rows"};
inline constexpr DicomAttribute kColumns{0x00280011, "Columns"};
inline constexpr DicomAttribute kBitsAllocated{0x00280100, "BitsAllocated"};
inline constexpr DicomAttribute kBitsStored{0x00280101, "BitsStored"};
inline constexpr DicomAttribute kHighBit{0x00280102, "HighBit"};
inline constexpr DicomAttribute kPixelRepresentation{0x00280103, "PixelRepresentation"};
inline constexpr DicomAttribute kPixelPaddingValue{0x00280120, "PixelPaddingValue"};
inline constexpr DicomAttribute kPixelPaddingRangeLimit{0x00280121, "PixelPaddingRangeLimit"};
inline constexpr DicomAttribute kWindowCenter{0x00281050, "WindowCenter"};
inline constexpr DicomAttribute kWindowWidth{0x00281051, "WindowWidth"};
inline constexpr DicomAttribute kRescaleIntercept{0x00281052, "RescaleIntercept"};
inline constexpr DicomAttribute kRescaleSlope{0x00281053, "RescaleSlope"};
inline constexpr DicomAttribute kWindowCenterWidthExplanation{0x00281055,
                                                              "WindowCenterWidthExplanation"};
inline constexpr DicomAttribute kVOILUTFunction{0x00281056, "VOILUTFunction"};
inline constexpr DicomAttribute kPaletteDescriptors[] = {
    {0x00281101, "RedPaletteColorLookupTableDescriptor"},
    {0x00281102, "GreenPaletteColorLookupTableDescriptor"},
    {0x00281103, "BluePaletteColorLookupTableDescriptor"}};
inline constexpr DicomAttribute kPaletteTables[] = {
    {0x00281201, "RedPaletteColorLookupTableData"},
    {0x00281202, "GreenPaletteColorLookupTableData"},
    {0x00281203, "BluePaletteColorLookupTableData"}};
inline constexpr DicomAttribute kModalityLUTSequence{0x00283000, "ModalityLUTSequence"};
inline constexpr DicomAttribute kLUTDescriptor{0x00283002, "LUTDescriptor"};
inline constexpr DicomAttribute kLUTExplanation{0x00283003, "LUTExplanation"};
inline constexpr DicomAttribute kLUTData{0x00283006, "LUTData"};
inline constexpr DicomAttribute kVOILUTSequence{0x00283010, "VOILUTSequence"};
inline constexpr DicomAttribute kFrameVOILUTSequence{0x00289132, "FrameVOILUTSequence"};
inline constexpr DicomAttribute kPixelValueTransformationSequence{
    0x00289145, "PixelValueTransformationSequence"};
inline constexpr DicomAttribute kViewCodeSequence{0x00540220, "ViewCodeSequence"};
inline constexpr DicomAttribute kPresentationLUTShape{0x20500020, "PresentationLUTShape"};
inline constexpr DicomAttribute kSharedFunctionalGroupsSequence{0x52009229,
                                                                "SharedFunctionalGroupsSequence"};
inline constexpr DicomAttribute kPerFrameFunctionalGroupsSequence{
    0x52009230, "PerFrameFunctionalGroupsSequence"};
inline constexpr DicomAttribute kExtendedOffsetTable{0x7fe00001, "ExtendedOffsetTable"};
inline constexpr DicomAttribute kPixelData{0x7fe00010, "PixelData"};

// Whether it is one of those above; and of those, whether it is a sequence.
bool is_read(DicomTag tag);
bool is_sequence(DicomTag tag);

// "Rows (0028,0010)", for sentences.
std::string named(const DicomAttribute& attribute);

// The bytes of its value; empty where it is missing or empty.
ByteView bytes_of(const DataSet& data, const DicomAttribute& attribute);

// Numbers of 16 bits, their bits as they are.
std::size_t word_count(const DataSet& data, const DicomAttribute& attribute);
std::optional<std::uint16_t> word(const DataSet& data, const DicomAttribute& attribute,
                                  std::size_t index = 0);
Result<std::uint16_t> required_word(const DataSet& data, const DicomAttribute& attribute);
// All that are there, at most `most`.
std::vector<std::uint16_t> words(const DataSet& data, const DicomAttribute& attribute,
                                 std::size_t most);

// Texts without the spaces around them, as bytes.
std::vector<std::string> texts(const DataSet& data, const DicomAttribute& attribute);
std::string text(const DataSet& data, const DicomAttribute& attribute);

// Numbers in text (DS, IS). A comma stands for the point where some program wrote so. Nothing where
// it is no number.
std::optional<double> to_number(const std::string& value);
// Errors: what is no number.
Result<std::vector<double>> decimals(const DataSet& data, const DicomAttribute& attribute);
Result<double> decimal(const DataSet& data, const DicomAttribute& attribute, double if_missing);

// Items of a sequence; none where there is no such sequence.
const std::vector<DataSet>& items(const DataSet& data, const DicomAttribute& sequence);

// What a file says is shown in a sentence, but not all of it, and no control characters.
std::string shortened(const std::string& value);

}  // namespace thoraxlite
