// What the core and the reader of DICOM say of a file, which is English, in the page's language. Rare
// sentences are quoted as they are.

import { type Key, language, t } from "./strings";

const known: readonly (readonly [RegExp, Key])[] = [
  [/^The file is empty/, "messageEmpty"],
  [/^This is a text file/, "messageText"],
  [/^This is a video/, "messageVideo"],
  [/^This is an? (.+?) image; expected a.* Save it as PNG/, "messageFormatOfImage"],
  [
    /^This is an? (.+?)(?: image| file| document| archive)?(?:, which [^;]*)?; expected a/,
    "messageFormat",
  ],
  [/^The file (?:ends after|is of no known)/, "messageUnknown"],
  [/^The (JPEG|PNG) is truncated/, "messageTruncated"],
  [/^The (JPEG|PNG) is damaged/, "messageDamaged"],
  [/^This PNG is animated/, "messageAnimated"],
  [/^This JPEG has four colour/, "messageCmyk"],
  [/^The (?:DICOM )?image is (\d+ x \d+) pixels; expected at most/, "messageTooLarge"],
  [/^There is not enough memory/, "messageMemory"],
  [
    /^The image is too small to be read: (\d+ x \d+) pixels; expected at least (\d+)/,
    "messageTooSmall",
  ],
  [/^The image is blank/, "messageBlank"],
  [/^The patient is (\d+) years old; the model was made for patients of (\d+)/, "messageChild"],
  [/^This is a lateral view/, "messageLateral"],
  [/^This is a colour picture/, "messageColour"],
  [/^The film is too dark to be read/, "messageDark"],
  [/^The film is too light to be read/, "messageLight"],
  [/^The film looks inverted/, "messageInverted"],
  [/^No lungs were found in the image/, "messageNoLungs"],
  [/^The file's modality is (\S+);/, "messageModality"],
  [/^The file's body part is ([^;]+);/, "messageBodyPart"],
  [/^This DICOM file is the directory/, "messageDirectory"],
  [/^This DICOM file is a structured report/, "messageReport"],
  [/^This DICOM file is a key object/, "messageKeyObject"],
  [/^This DICOM file is a PDF/, "messagePdf"],
  [/^This DICOM file is a presentation state/, "messagePresentation"],
  [/^(?:This DICOM file is .*, which|The DICOM file) holds no image/, "messageNoImage"],
  [/^The DICOM file says that its pixels are (.+), but they are (.+)\.$/, "messageOtherCoding"],
  [/^The pixels of this DICOM file are compressed/, "messageNoSyntax"],
  [/^The DICOM file has compressed pixels/, "messageNotCompressed"],
  [/^The transfer syntax of this DICOM file is (\S+) \(([^)]*)/, "messageSyntax"],
  [/^The .*DICOM file .*(?:damaged|truncated)/, "messageDicomDamaged"],
  [/^(?:The|This|There|[A-Z]\w+ \(\d{4},\w{4}\)) /, "messageOther"],
];

export function messageText(message: string): string {
  if (language() === "en") return message;
  for (const [pattern, key] of known) {
    const found = pattern.exec(message);
    if (found !== null) return t(key, { a: found[1] ?? "", b: found[2] ?? "", message });
  }
  return message; // the page's own, in the reader's language already
}
