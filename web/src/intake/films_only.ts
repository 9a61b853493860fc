// What of a folder can be a film. A patient's CD holds viewers, help and pictures of buttons beside
// its films: where its directory (DICOMDIR) shows that it is one, only DICOM files are films. Elsewhere
// all is taken but what is plainly no picture.

import { isDicom } from "../dicom/is_dicom";
import type { GivenFilm, LeftOut } from "./folders";

const endsLikeFilm = /\.(jpe?g|png|dcm|dicom)$/i;
const isDirectory = ({ name }: GivenFilm) => /(^|\/)DICOMDIR$/i.test(name);

export async function filmsOnly(
  files: readonly GivenFilm[],
): Promise<{ films: GivenFilm[]; leftOut: LeftOut[] }> {
  const isCd = files.some(isDirectory);
  const films: GivenFilm[] = [];
  const leftOut: LeftOut[] = [];
  await inTurns(files, async (given, i) => {
    const reason = await reasonToLeaveOut(given, isCd);
    if (reason === null) films[i] = given;
    else leftOut[i] = { name: given.name, reason };
  });
  // In the order of the files; holes are what went the other way.
  return { films: films.flat(), leftOut: leftOut.flat() };
}

async function reasonToLeaveOut(given: GivenFilm, isCd: boolean) {
  if (!isCd && endsLikeFilm.test(given.name)) return null;
  if (isDirectory(given)) return "noFilm";
  let start: Uint8Array;
  try {
    start = new Uint8Array(await given.file.slice(0, 512).arrayBuffer());
  } catch {
    return "unreadable";
  }
  if (isDicom(start)) return null;
  return isCd || isNoPicture(start) ? "noFilm" : null;
}

// Programs, documents, archives, databases and texts, by their first bytes.
const signatures = [
  "MZ",
  "\x7fELF",
  "%PDF",
  "PK\x03\x04",
  "\xd0\xcf\x11\xe0",
  "\x00\x00\x01\x00", // an icon
  "L\x00\x00\x00\x01\x14\x02\x00", // a link
  "\xca\xfe\xba\xbe",
  "Rar!",
  "7z\xbc\xaf",
  "\x1f\x8b",
  "SQLite",
  "\x00\x01\x00\x00\x00", // a font
  "MSCF",
  "ITSF",
];

function isNoPicture(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start);
  if (signatures.some((signature) => text.startsWith(signature))) return true;
  const isUtf16 = text.startsWith("\xff\xfe") || text.startsWith("\xfe\xff");
  return text !== "" && (isUtf16 || !/[\x00-\x08\x0e-\x1f\x7f]/.test(text));
}

// A folder may hold thousands: some at a time.
async function inTurns<T>(all: readonly T[], work: (one: T, index: number) => Promise<void>) {
  let next = 0;
  const turns = Array.from({ length: 16 }, async () => {
    while (next < all.length) {
      const index = next++;
      await work(all[index]!, index);
    }
  });
  await Promise.all(turns);
}
