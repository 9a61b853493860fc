// Every word of the page in German, key by key as in english.ts.

import type { Words } from "./table";
import { viewingGerman } from "./viewing_german";

export const german: Words = {
  ...viewingGerman,

  appName: "ThoraxLite",

  noticeShort:
    "Forschungssoftware, kein Medizinprodukt. Werte sind keine Befunde; ein Mensch entscheidet.",
  noticeLong:
    "Forschungssoftware. Kein Medizinprodukt und nicht für die Versorgung bestimmt. Ein Wert ist, " +
    "was ein Modell aus Bildpunkten berechnet hat, keine Tatsache über einen Menschen; es " +
    "entscheidet, wer Röntgenbilder befundet.",

  dropTitle: "Röntgenbilder irgendwo auf diese Seite ziehen",
  dropDetail: "JPEG, PNG oder DICOM, eines oder viele. Oder ein Bild mit Strg+V einfügen.",
  dropNow: "Loslassen, um die Bilder auszuwerten",
  choose: "Dateien wählen",

  columnFilm: "Bild",
  columnStatus: "Stand",
  filter: "Bilder filtern",
  filterName: "Name",
  filterAbove: "Befundwerte",
  anyStatus: "Jeder Stand",
  anyFinding: "Alle Befundwerte",
  anyAbove: "Irgendetwas über seiner Schwelle",
  filmsShown: "{{shown}} von {{total}} gezeigt",
  wideTable: "Nur Tabelle",
  saveCsvName: "thoraxlite.csv",
  pause: "Anhalten",
  resume: "Weiter",
  cancel: "Abbrechen",
  paused: "angehalten",
  remaining: "noch etwa {{time}}",
  trySample: "Eingebautes Beispiel ausprobieren",
  sampleDetail: "Ein gezeichnetes Phantom, kein Mensch.",
  sampleName: "gezeichnetes-phantom.jpg",
  pastedName: "eingefügtes Bild",
  unnamed: "Bild",

  films: "Bilder",
  progress: "{{done}} von {{total}} fertig",
  saveAllName: "thoraxlite.json",
  clear: "Liste leeren",
  clearShort: "Leeren",
  copy: "Als JSON kopieren",
  copied: "Kopiert",
  copyFailed: "Der Browser hat das Kopieren nicht erlaubt",

  findings: "Befundwerte",
  statusWaiting: "Wartet",
  statusOk: "Ausgewertet",
  statusRefused: "Nicht bewertet",
  statusError: "Kein Ergebnis",
  waitingDetail: "Wartet, bis es an der Reihe ist.",

  screenedSpoken: "{{file}}: {{findings}}.",
  failedSpoken: "{{file}}: {{status}}. {{message}}",

  model: "Modell",
  modelOpening: "Das Modell wird geöffnet …",
  modelFailed: "Das Modell konnte nicht geöffnet werden",
  modelSha256: "SHA-256",
  modelEngine: "Rechenkern",
  modelLabels: "Klassen",

  report: "Bericht drucken",
  reportDetail: "Eine Seite: das Bild, die Hinweise, Werte und Schwellen, und das Modell.",
  reportPatient: "Auch Name, Kennung, Geburtsdatum und Einrichtung drucken",
  print: "Drucken",
  reportTitle: "ThoraxLite: was ein Modell aus einem Bild berechnet hat",
  reportDate: "Gedruckt",
  reportScore: "Wert",
  reportThreshold: "Schwelle",
  reportInsideLungs: "Hinweise innerhalb der Lungenfelder",
  programVersion: "Programm",

  newVersion: "Eine neue Version dieser Seite liegt bereit.",
  newVersionWhich: "Es ist {{waiting}}; diese Seite ist {{running}}.",
  newVersionReload: "Damit neu laden",

  about: "Über",
  aboutTitle: "Über ThoraxLite",
  aboutVersion: "Version",
  aboutNotFor: "Wofür es nicht gedacht ist",
  aboutNotCare:
    "Kein Medizinprodukt und nicht für die Versorgung: Keine Behörde hat es geprüft, und keine " +
    "Entscheidung über einen Menschen darf darauf beruhen.",
  aboutNotFact:
    "Keine Feststellung von Tatsachen: Ein Wert ist, was ein kleines Netz zu einem Bild sagt.",
  aboutNotOthers:
    "Nicht für Bilder, die anders sind als die, mit denen es trainiert wurde; die Karte jedes " +
    "mitgelieferten Modells sagt, welche das waren und wo das Modell schwach ist.",
  aboutLicence:
    "ThoraxLite ist freie Software unter der Apache-Lizenz 2.0. In dieser Seite steckt auch die " +
    "Arbeit anderer, unter deren eigenen Lizenzen.",
  licences: "Die Lizenzen von allem, was in dieser Seite steckt",
  licencesBeside:
    "Derselbe Text ist die Datei LICENSES.txt, die neben der Seite weitergegeben wird.",

  settings: "Einstellungen",
  language: "Sprache",
  theme: "Farben",
  themeAuto: "Wie im System",
  themeLight: "Hell",
  themeDark: "Dunkel",
  themeContrast: "Hoher Kontrast",
  remember: "Einstellungen und Ergebnisse auf diesem Rechner merken",
  rememberFailed: "Der Browser behält keine Ergebnisse: {{reason}}",
  eraseKept: "Gemerktes löschen",

  verify: "Selbst nachprüfen",
  requestsAsked: "Anfragen, seit diese Seite offen ist",
  requestsForbidden: "Versuche, die die Richtlinie der Seite verboten hat",
  requestsNone: "Diese Seite hat das Netz um nichts gebeten.",
  requestsOwn: "Das sind die eigenen Teile der Seite:",
  verifyOffline: "Das Netz abschalten (Flugmodus), die Seite neu öffnen und ein Bild auswerten.",
  verifyDevtools:
    "Die Entwicklerwerkzeuge des Browsers öffnen (F12), Netzwerk wählen und ein Bild auswerten: " +
    "Es erscheint keine Zeile außer blob:-Adressen, und die liegen im Speicher dieser Seite.",
  verifyPolicy:
    "Den Quelltext der Seite ansehen: In den ersten Zeilen steht die Richtlinie, die der Browser " +
    "durchsetzt, darin default-src 'none'.",

  fileUnreadable: "Der Browser konnte die Datei nicht lesen: {{reason}}",
  crashed:
    "Die Berechnung ist bei dieser Datei unerwartet abgebrochen ({{reason}}). Sie wurde neu " +
    "gestartet; die anderen Dateien sind nicht betroffen.",
  overdue:
    "Die Berechnung war nach {{time}} nicht fertig und wurde beendet; die anderen Dateien sind " +
    "nicht betroffen.",
  noSimd:
    "Dieser Browser hat kein WebAssembly-SIMD, das die Berechnung braucht; nötig ist Chrome 91, " +
    "Firefox 89, Safari 16.4 oder ein neuerer, mit eingeschaltetem WebAssembly.",
  noModel: "Es gibt kein Modell zum Bewerten: {{reason}}",
  cancelled: "Abgebrochen, bevor es ausgewertet wurde.",
  fileReleased: "Die Seite hat die Datei dieses Bildes nicht mehr; bitte noch einmal geben.",
  unexpectedReply: "Die Berechnung hat eine Antwort gegeben, die die Seite nicht versteht.",

  refusalBlank: "Leeres Bild",
  refusalTooSmall: "Zu klein",
  refusalUnderexposed: "Unterbelichtet",
  refusalOverexposed: "Überbelichtet",
  refusalInverted: "Schwarz und weiß vertauscht",
  refusalLateral: "Seitliche Aufnahme",
  refusalColour: "Farbbild",
  refusalChild: "Kind",
  refusalBodyPart: "Laut Körperteil keine Thoraxaufnahme",
  refusalModality: "Laut Modalität keine Röntgenaufnahme",

  dicomModalityLut: "Gespeicherte Werte in der Modalitätstabelle der Datei nachgeschlagen",
  dicomRescale: "Gespeicherte Werte mit Steigung und Achsenabschnitt der Datei umgerechnet",
  dicomPadding: "Füllwerte ausgelassen und schwarz gezeigt",
  dicomFullRange: "Vom dunkelsten bis zum hellsten Wert des Bildes gezeigt",
  dicomVoiLut: "Grauwerte in der VOI-Tabelle der Datei nachgeschlagen",
  dicomWindowLinear: "Mit Mitte und Breite der Datei gefenstert, linear",
  dicomWindowLinearExact: "Mit Mitte und Breite der Datei gefenstert, exakt linear",
  dicomWindowSigmoid: "Mit Mitte und Breite der Datei gefenstert, sigmoid",
  dicomInverted: "Invertiert: Die Datei speichert Schwarz als Weiß",
  dicomPalette: "Farben in der Palette der Datei nachgeschlagen, dann grau gemacht",
  dicomColour: "Farben grau gemacht",
  turnedUpright: "Aufgerichtet, wie die Datei es angibt",
  leftOutTitle: "Was ausgelassen wurde",
  leftOut_one: "{{number}} Datei wurde ausgelassen:",
  leftOut_other: "{{number}} Dateien wurden ausgelassen:",
  leftOutNoFilm: "keine Aufnahme",
  leftOutUnreadable: "vom Browser nicht lesbar",
  leftOutTooLarge: "zu groß",
  leftOutEncrypted: "mit einem Kennwort gesperrt",
  leftOutDamaged: "beschädigt",
  mayMiss:
    "Eine vom Datenträger geöffnete Seite erhält aus mehreren Ordnern keine Dateien, deren Namen " +
    "ungewöhnliche Zeichen wie einen Doppelpunkt enthalten; ziehen Sie die Ordner einzeln herein oder " +
    "benutzen Sie die Schaltfläche.",
  folderEmpty: "{{name}} enthält keine Dateien.",
  chosenEmpty: "Der Ordner enthält keine Dateien.",
  filmNotes: "Hinweise zur Datei",
  noteTurnedUpright:
    "Die Datei ist nach eigener Angabe gespiegelt oder gedreht gespeichert; das Bild wurde " +
    "aufgerichtet.",
  noteWindowUnusable: "Ein Fenster der Datei ist nicht verwendbar; es wurde ausgelassen.",
  noteDecimalComma:
    "Eine Zahl der Datei hat ein Komma statt eines Punktes; es wurde als Punkt gelesen.",
  noteTableScaled:
    "Die Einträge der VOI-LUT der Datei füllen weniger Bits, als sie angibt; sie wurden nach dem " +
    "größten von ihnen skaliert.",
  noteColoursReread:
    "Das Bild ist nur grau, wenn seine Farben anders kodiert sind, als die Datei angibt; so wurden " +
    "sie gelesen.",
  noteFramesMissing: "Die Datei gibt mehr Bilder an, als sie enthält.",
  noteBytesSkipped: "Bytes hinter den Bildpunkten, die zu nichts gehören, wurden ausgelassen.",
  noteTransferSyntaxWrong:
    "Die Datei ist in einer anderen Übertragungssyntax geschrieben, als sie angibt.",

  // What became of films, and of lists of them
  statusShownAnyway: "Abgelehnt, trotzdem gezeigt",
  nothingAbove: "Nichts über der Schwelle",
  noThreshold: "Keine Schwelle gemessen",
  above: "über",
  below: "unter",
  near: "nahe",
  nearInBrackets: "(nahe der Schwelle)",
  nearInList: "nahe der Schwelle: {{label}} {{score}}",
  findingSpoken: "{{label}} {{score}}, {{side}} der Schwelle",
  notMeasured: "nicht gemessen",
  noFinding: "kein Befund",
  notScored: "Nicht ausgewertet",
  notScoredDetail: "Dieses Bild ist noch nicht ausgewertet.",
  labelAbove: "{{label}} über der Schwelle",
  refusalNoLungs: "Keine Lungen gefunden",
  refusalUnlike: "Anders als die Bilder, aus denen das Modell gelernt hat",
  reasonUnlike:
    "Anders als die Bilder, aus denen dieses Modell gelernt hat ({{distance}}; seine Grenze ist {{limit}}).",
  changeInverted: "invertiert",
  changeTurned90: "um eine Vierteldrehung nach rechts gedreht",
  changeTurned180: "um eine halbe Drehung gedreht",
  changeTurned270: "um eine Vierteldrehung nach links gedreht",
  wouldPass: "Es würde {{change}} nicht abgelehnt: Vielleicht wurde es so aufgenommen.",
  offerInverted: "Invertieren und auswerten",
  offerTurned90: "Nach rechts drehen und auswerten",
  offerTurned180: "Umdrehen und auswerten",
  offerTurned270: "Nach links drehen und auswerten",
  scoredAs: "Ausgewertet {{change}}; das Bild wird auch so gezeigt.",
  givenBefore_one: "Ein Bild war schon da; es steht in seiner Zeile.",
  givenBefore_other: "{{count}} Bilder waren schon da; sie stehen in ihren Zeilen.",
  scoreAgainBy_one: "{{films}} mit {{model}} auswerten",
  scoreAgainBy_other: "{{films}} mit {{model}} auswerten",
  scoreFilmAgainBy: "Auch mit {{model}} auswerten",
  scoreBy: "Mit {{model}} auswerten",
  saveCsv: "Speichern als CSV",
  saveAll: "Speichern als JSON",
  allCount: "alle {{films}}",
  shownCount_one: "{{films}} gezeigtes",
  shownCount_other: "{{films}} gezeigte",
  csvStyle: "Spalten und Dezimalzeichen der CSV",
  csvComma: "a,b 0.5",
  csvSemicolon: "a;b 0,5",
  csvTab: "Tab 0.5",
  removeMarked_one: "{{films}} entfernen",
  removeMarked_other: "{{films}} entfernen",
  filmsRemoved_one: "{{films}} Bild entfernt.",
  filmsRemoved_other: "{{films}} Bilder entfernt.",
  undo: "Rückgängig",
  newVersionLoses:
    "Die Ergebnisse auf dieser Seite sind nirgends sonst gespeichert. Neu laden verliert sie.",
  newVersionAnyway: "Neu laden und verlieren",
  stay: "Bleiben",
  rememberDetail:
    "Was dann ein Neuladen übersteht: Werte mit Zeit und Modell, Dateinamen mit ihren Ordnern, der SHA-256 der Dateien und bei DICOM die UIDs von Studie und Bild, und diese Einstellungen. Bilder und Patientennamen nie; ein Dateiname kann aber einen enthalten. Andere Seiten, die in diesem Browser von der Platte geöffnet werden, könnten sie lesen.",
  fileSha256: "SHA-256 der Datei",
  scoredAt: "Ausgewertet",
  reportSide: "Zur Schwelle",
  labelNormal: "Normal",
  labelPneumonia: "Pneumonie",
  labelCovid: "COVID-19",
  labelAtelectasis: "Atelektase",
  labelCardiomegaly: "Kardiomegalie",
  labelEffusion: "Erguss",
  labelPleuralEffusion: "Pleuraerguss",
  labelInfiltration: "Infiltrat",
  labelMass: "Raumforderung",
  labelNodule: "Rundherd",
  labelPneumothorax: "Pneumothorax",
  labelConsolidation: "Konsolidierung",
  labelEdema: "Ödem",
  labelEmphysema: "Emphysem",
  labelFibrosis: "Fibrose",
  labelPleuralThickening: "Pleuraverdickung",
  labelHernia: "Hernie",
  labelLungLesion: "Lungenläsion",
  labelLungOpacity: "Lungenverschattung",
  labelFracture: "Fraktur",
  labelEnlargedCardiomediastinum: "Verbreitertes Kardiomediastinum",
  lookForPneumothorax: "Pneumothorax",
  lookForEffusion: "Ergüssen",
  lookForNodules: "Rundherden und Raumforderungen",
  lookForHeartSize: "der Herzgröße",
  lookForFractures: "Frakturen",
  lookForDevices: "Schläuchen, Kathetern und Implantaten",
  readyAfter: "Bereit {{time}} nach dem Öffnen.",
  firstResult: "Erstes Ergebnis nach {{time}}, nach der Uhr dieser Seite.",
};
