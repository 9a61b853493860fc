// A DICOM file to a film: the core reads it, and what it has no decoder for is decoded here.

import { DicomCore, type Description } from "./core";
import { decode, type WasmBinaries } from "./decoders";
import type { DicomChoice, DicomFilm, StepKey } from "./film";
import { decodeText } from "./letters";

const firstWindow = -(2 ** 31); // or the full range where there is none
const none = -2; // there is no such frame or window
const index = (value: number) => (Number.isInteger(value) ? value : none);

// Throws an Error whose message is one sentence for a person, and nothing else.
export async function readFilm(
  file: Uint8Array,
  choice: DicomChoice,
  binaries: WasmBinaries,
): Promise<DicomFilm> {
  try {
    return await read(file, choice, binaries);
  } catch (error) {
    // A trap: the core takes every byte as hostile, so what is left is memory.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
      throw new Error("There is not enough memory to read the DICOM file.");
    throw error;
  }
}

async function read(
  file: Uint8Array,
  { frame = 0, window = firstWindow }: DicomChoice,
  binaries: WasmBinaries,
): Promise<DicomFilm> {
  const core = await DicomCore.create(binaries);
  const about = core.open(file, index(frame), index(window));
  const planar = await decodeFrame(core, about, binaries);
  const film = core.film(planar, about.is_rgb);
  const text = (bytes: string) =>
    decodeText(bytes, about.character_sets).replaceAll("\0", "").trim();
  return {
    width: film.width,
    height: film.height,
    maxValue: 65535,
    pixels: film.pixels,
    frames: about.frames,
    frame: about.frame,
    windows: about.windows.map((window) => ({ ...window, name: text(window.name) })),
    window: about.window,
    steps: about.steps as StepKey[],
    colourfulness: film.colourfulness,
    ageYears: about.age_years ?? NaN,
    isLateral: about.is_lateral,
    bodyPart: about.body_part,
    modality: about.modality,
    notes: film.notes,
    viewPosition: about.view_position,
    studyUid: about.study_uid,
    sopUid: about.sop_uid,
    transferSyntax: about.syntax,
    patient: {
      name: text(about.patient_name),
      id: text(about.patient_id),
      birthDate: about.birth_date,
      institution: text(about.institution),
    },
  };
}

// Whether the samples that were decoded here lie in planes.
async function decodeFrame(
  core: DicomCore,
  about: Description,
  binaries: WasmBinaries,
): Promise<boolean> {
  const compressed = core.decode();
  if (compressed === null) return false;
  const { coding, stream } = compressed;
  const count = about.columns * about.rows * about.samples;
  let samples = await decode(coding, stream, count, binaries);
  // Some encoders leave a byte of 0 between the last pixel and the end marker, which CharLS takes for
  // damage.
  if (samples === null && coding === "jpeg_ls" && stream.at(-3) === 0) {
    const shorter = Uint8Array.from([...stream.subarray(0, -3), 0xff, 0xd9]);
    samples = await decode(coding, shorter, count, binaries);
  }
  if (samples === null) {
    const name = coding === "jpeg_ls" ? "JPEG-LS" : "JPEG 2000";
    throw new Error(`The ${name} image inside the DICOM file is damaged or truncated.`);
  }
  core.giveSamples(samples.data);
  return samples.planar;
}
