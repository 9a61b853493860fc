// Who the film is of. The page shows names only when asked for, and keeps none of them.

import type { DataSet } from "dicom-parser";
import { attribute, bytesOf, elementOf, text, texts, type Attribute } from "./attributes";

export interface Patient {
  readonly name: string;
  readonly id: string;
  readonly birthDate: string; // YYYYMMDD
  readonly institution: string;
}

const SpecificCharacterSet = attribute("x00080005", "SpecificCharacterSet");
const StudyDate = attribute("x00080020", "StudyDate");
const InstitutionName = attribute("x00080080", "InstitutionName");
const PatientName = attribute("x00100010", "PatientName");
const PatientID = attribute("x00100020", "PatientID");
const PatientBirthDate = attribute("x00100030", "PatientBirthDate");
const PatientAge = attribute("x00101010", "PatientAge");
const StudyInstanceUID = attribute("x0020000d", "StudyInstanceUID");
const SOPInstanceUID = attribute("x00080018", "SOPInstanceUID");
const ViewPosition = attribute("x00185101", "ViewPosition");

// Defined terms of PS3.3 C.12.1.1.2 to the Encoding Standard's labels.
const encodings: Record<string, string> = {
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "windows-1254",
  "ISO_IR 166": "windows-874",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 192": "utf-8",
  "ISO 2022 IR 87": "iso-2022-jp",
  GB18030: "gb18030",
  GBK: "gbk",
};

export function patientOf(data: DataSet): Patient {
  // The last of several is the one with more letters than ASCII.
  const term = texts(data, SpecificCharacterSet).at(-1) ?? "";
  const decoder = new TextDecoder(encodings[term] ?? "latin1");
  const read = (which: Attribute) => {
    const element = elementOf(data, which);
    if (element === undefined) return "";
    return decoder.decode(bytesOf(data, element)).replaceAll("\0", "").trim();
  };
  return {
    name: read(PatientName),
    id: read(PatientID),
    birthDate: text(data, PatientBirthDate),
    institution: read(InstitutionName),
  };
}

// NaN where the file does not tell. From PatientAge ("045Y"), else from the dates of birth and study.
export function ageYears(data: DataSet): number {
  const age = /^(\d{3})([DWMY])$/.exec(text(data, PatientAge));
  if (age !== null) {
    const daysOf = { D: 1, W: 7, M: 365.25 / 12, Y: 365.25 } as const;
    return (Number(age[1]) * daysOf[age[2] as keyof typeof daysOf]) / 365.25;
  }
  const days = (day(text(data, StudyDate)) - day(text(data, PatientBirthDate))) / 86_400_000;
  return days >= 0 ? days / 365.25 : NaN;
}

function day(date: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  return parts === null ? NaN : Date.UTC(+parts[1]!, +parts[2]! - 1, +parts[3]!);
}

export function viewPosition(data: DataSet): string {
  return text(data, ViewPosition);
}

// Which film it is, whatever its file is called.
export function uidsOf(data: DataSet): { studyUid: string; sopUid: string } {
  return { studyUid: text(data, StudyInstanceUID), sopUid: text(data, SOPInstanceUID) };
}
