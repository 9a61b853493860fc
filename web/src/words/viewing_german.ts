// German words for looking at a film, its findings and the models.

export const viewingGerman = {
  // The way in
  chooseFolder: "Ordner wählen",
  addFiles: "Dateien dazu",
  addFolder: "Ordner dazu",
  welcomePrivate:
    "Nichts verlässt diesen Rechner: Die Seite verbietet sich selbst jede Verbindung.",
  close: "Schließen",

  // The film
  keyNextFilm: "Nächstes Bild",
  keyPreviousFilm: "Voriges Bild",
  position: "{{index}} von {{count}}",
  decoding: "Das Bild wird dekodiert …",
  filmView: "Bild {{file}}",
  filmShown: "Das Bild {{file}} bei {{zoom}}",
  filmViewKeys:
    "Pfeiltasten bewegen das Bild, mit Umschalt ändern sie das Fenster. Plus und Minus zoomen. Fragezeichen: alle Tasten.",
  filmTools: "Werkzeuge für das Bild",
  dragTools: "Was Ziehen bewirkt",
  toolWindow: "Fensterung durch Ziehen",
  toolPan: "Verschieben durch Ziehen",
  toolMagnifier: "Lupe",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  fit: "Ganzes Bild einpassen",
  oneToOne: "1:1, ein Bildpunkt auf einem Punkt des Bildschirms",
  invert: "Schwarz und weiß vertauschen",
  reset: "Zoom, Fenster und Umkehrung zurücksetzen",
  window: "Fenster",
  windowCentre: "Fenstermitte",
  windowWidth: "Fensterbreite",
  centreShort: "M",
  widthShort: "B",
  presetWhole: "Ganzer Bereich",
  presetMiddle: "Ohne Extreme",
  presetLungs: "Lungenfelder",
  presetDense: "Außerhalb der Lungenfelder",
  presetOwn: "Von Hand",
  fileWindow: "Fenster der Datei",
  unnamedWindow: "Nr. {{number}}",
  zoom: "Zoom {{zoom}}",
  filmSize: "{{width}} × {{height}}, Werte 0 bis {{most}}",
  frame: "Einzelbild",
  ofFrames: "von {{frames}}",
  steps: "Mit den Bildpunkten geschah:",
  showPatient: "Patientendaten zeigen",
  hidePatient: "Patientendaten verbergen",
  patientName: "Name",
  patientId: "Patientennummer",
  birthDate: "Geburtsdatum",
  institution: "Einrichtung",
  notSaid: "keine Angabe",

  // Findings
  sensitivity: "Sensitivität",
  specificity: "Spezifität",
  prevalence: "Prävalenz in Prozent",
  prevalenceSlider: "Prävalenz",
  positivePredictiveValue: "Positiver Vorhersagewert",
  negativePredictiveValue: "Negativer Vorhersagewert",
  undefinedShare: "nicht definiert",

  // Evidence
  evidenceFor: "Was für {{label}} spricht",
  showEvidence: "Karte zeigen",
  opacity: "Deckkraft",
  legend: "erhöht den Logit um",
  showLungField: "Lungenfelder umranden",
  evidenceNote: "Wo das Modell findet, was diesen Wert erhöht. Kein Umriss eines Befunds.",
  lungFieldNote:
    "Die Lungenfelder hat ein Netz gefunden, das aus Umrissen von Menschenhand gelernt hat. Die dieses Projekts schließen den größten Teil des Herzschattens ein. Nicht zum Messen.",

  // Refusals
  showAnyway: "Werte trotzdem zeigen",
  showAnywayNote:
    "Für ein solches Bild ist das Modell nicht gemacht. Das Bild und alles, was davon gespeichert wird, wird gekennzeichnet.",
  shownAnyway: "Trotzdem gezeigt: Für dieses Bild ist das Modell nicht gemacht.",

  // Models
  models: "Modelle",
  ownModel: "eigene Datei",
  chooseModel: "Modelldatei öffnen",
  chooseModelDetail:
    "Eine .safetensors-Datei dieses Projekts, wie cxr-distill import sie auch aus anderen Netzen macht. Man kann sie überall hineinziehen.",
  modelOpeningNamed: "{{name}} wird geöffnet …",
  modelRefused: "{{name}} ist nicht brauchbar: {{reason}}",
  modelCardOf: "Modellkarte von {{name}}",
  notFor: "Wofür es nicht da ist",
  notForPatients: "Nicht für Patienten: Forschungssoftware, kein Medizinprodukt.",
  notForUnsaid:
    "Mehr sagt die Datei nicht darüber, wofür es nicht da ist. Fragen Sie, wer sie gemacht hat.",
  saidOfUse: "Verwendung, Lizenz, Zitat",
  saidByMaker: "So sagt es, wer die Datei gemacht hat. Geprüft hat es hier niemand.",
  licenceUnsaid: "Die Datei sagt es nicht. Fragen Sie, wer sie gemacht hat.",
  intendedUse: "Vorgesehen für",
  licence: "Lizenz",
  citation: "So zitieren",
  evaluation: "Auswertung",
  split: "Teilmenge",
  accuracyBySource: "Treffer nach Herkunft der Bilder",
  source: "Herkunft",
  allSources: "alle",
  images: "Bilder",
  accuracy95: "Treffer (95 %)",
  figuresByLabel: "An den Schwellen",
  finding: "Befundwert",
  figure: "Maß",
  value95: "Wert (95 %)",
  areaUnderRoc: "AUROC",
  intervalText: "{{value}} ({{low}} bis {{high}})",
  averagePrecision: "Mittlere Präzision (AUPRC)",
  brierScore: "Brier-Wert (0 ist am besten)",
  figuresBySubgroup: "Nach Untergruppen der Bilder",
  subgroupColumn: "Nach",
  subgroup: "Untergruppe",
  meanAreaUnderRoc95: "Mittlere AUROC (95 %)",
  ageInYears: "Alter in Jahren",
  sex: "Geschlecht",
  view: "Projektion",
  intervalsByPatient: "95-%-Intervalle nach Patienten (Patienten: {{patients}}).",
  intervalsByBoth:
    "95-%-Intervalle nach Patienten (Patienten: {{patients}}; Bilder, deren Patient unbekannt ist, jedes für sich: {{films}}).",
  intervalsByFilm:
    "95-%-Intervalle nach Bildern: welche vom selben Patienten sind, ist unbekannt. Sind es mehrere, sind die Intervalle womöglich zu schmal.",
  rocOf: "ROC: {{label}}",
  rocWords: "ROC-Kurve von {{label}}, Fläche {{area}}",
  falsePositiveRate: "1 - Spezifität",
  reliabilityOf: "Verlässlichkeit: {{label}}",
  reliabilityWords: "Verlässlichkeit von {{label}}: wie oft der Befund bei jedem Wert vorliegt",
  meanScore: "mittlerer Wert",
  partWithFinding: "Anteil mit dem Befund",
  axes: "Waagrecht: {{across}}. Senkrecht: {{up}}.",
  confusion: "Wahre Klasse und wie sie genannt wurde",
  trueAndCalled: "Wahr, genannt",
  whatIsRefused: "Was es ablehnt",
  refusedShares:
    "Abgelehnt werden {{films}} von {{filmCount}} Testbildern und {{others}} von {{otherCount}} anderen: gedrehte, zerlegte und invertierte Aufnahmen, Zeichnungen, Fotografien.",
  noveltyRoc: "ROC: keine frontale Thoraxaufnahme",
  noveltyRocWords:
    "ROC-Kurve des Abstands von den Trainingsbildern: andere Bilder gegen Testbilder, Fläche {{area}}. Der Punkt ist, was mit den einfachen Regeln abgelehnt wird.",
  filmsRefused: "abgelehnte Testbilder",
  othersRefused: "abgelehnte andere Bilder",
  neverSeen: "Krankenhäuser, die das Training nie sah",
  neverSeenHow:
    "Testbilder eines ausgelassenen Krankenhauses, bewertet von einem Netz, das mit denselben Einstellungen an Bildern aller anderen Krankenhäuser trainiert wurde. Das, und nicht die Zahlen bekannter Krankenhäuser darunter, ist anderswo zu erwarten.",
  neverSeenEpochs:
    "Diese Netze wurden je {{epochs}} Epochen lang trainiert; dieses Modell selbst hat alle Krankenhäuser gesehen.",
  neverSeenFigures: "Wie oft jede Art von Bild als das benannt wurde, was es ist",
  leftOutSource: "Ausgelassen",
  calledSo95: "So benannt (95 %)",
  normalAreaUnderRoc95: "Normal gegen alle anderen, AUROC (95 %)",
  whatItSees: "Was es sieht",
  seesWhole: "Es sieht das ganze Bild.",
  seesLungs:
    "Es sieht einen Teil des Bildes: das Rechteck um die Lungen, die sein Lungennetz findet, mit einem Rand von {{margin}} der Bildseite, auf ein Quadrat gebracht.",
  seesEvened:
    "Helligkeit und Kontrast werden nach den Bildpunkten in den Lungenfeldern ausgeglichen.",
  seesFaded: "Was außerhalb der Lungenfelder liegt, verläuft in ein gleichmäßiges Grau.",
  seesKept: "Was außerhalb der Lungenfelder, aber im Rechteck liegt, bleibt erhalten.",
  noEvidenceMap: "Keine Karte: Das Netz endet nicht in einem Mittel und einer linearen Schicht.",
  noLungNetwork:
    "Es hat kein Netz, das die Lungen findet: Sie werden nicht umrandet, und ob das, was für einen Befund spricht, in ihnen liegt, wird nicht gesagt.",
  lungNetwork:
    "Sein Lungennetz hat aus Umrissen von Menschenhand gelernt; die dieses Projekts schließen den größten Teil des Herzschattens ein. Die Lungenfelder sind, was dieses Netz gefunden hat. Zum Messen taugen sie nicht. Ein Bild, in dem es keine Lungen findet, wird abgelehnt.",
  lungFigures: "Lungenfelder gegen Umrisse von Menschenhand, auf Testbildern",
  filmGroup: "Von",
  groupChildren: "Kindern",
  groupAdults: "Erwachsenen",
  meanDice95: "Mittlerer Dice-Wert (95 %)",
  tenthOfDice: "Ein Zehntel liegt unter",
  areaError: "Mittlerer Fehler der Fläche",
  diceNote: "Dice: 1, wo beide gleich sind, 0, wo sie nichts gemeinsam haben.",
  provenance: "Woher es kommt",
  wholeCard: "Die ganze Modellkarte",
  cardAsJson: "Die Karte in der Datei, als JSON",

  // Help
  help: "Hilfe und Tasten",
  helpHands:
    "Mit dem gewählten Werkzeug auf dem Bild ziehen: seitwärts für den Kontrast, nach oben für heller. Rad oder zwei Finger zoomen, mittlere Taste oder Umschalt verschiebt, ein Doppelklick wechselt zwischen dem ganzen Bild und eins zu eins.",
  keysEverywhere: "Tasten",
  keysOnFilm: "Tasten, während das Bild den Fokus hat",
  singleKeys: "Buchstaben und Ziffern wirken überall, wo der Fokus ist",
  shiftKey: "Umschalt",
  keyNextPreset: "Nächstes Fenster",
  keyLeft: "Nach links",
  keyRight: "Nach rechts",
  keyUp: "Nach oben",
  keyDown: "Nach unten",
  keyBrighter: "Heller",
  keyDarker: "Dunkler",
  keyWider: "Weniger Kontrast",
  keyNarrower: "Mehr Kontrast",
  keyNextFrame: "Nächstes Einzelbild",
  keyPreviousFrame: "Voriges Einzelbild",
  keyNextFinding: "Nächster Befundwert",

  // Results, and the model that gave them
  notInTable: "nicht unter den {{count}} gezeigten",
  neither: "Keines dieser Muster",
  neitherDetail:
    "Wie sehr das Bild denen gleicht, die im Training „{{label}}“ hießen. Das ist kein Befund und schließt nichts aus: Wonach das Modell nicht sucht, das sieht es nicht.",
  unmeasuredDetail:
    "Nie gemessen: Es gab kein Bild damit, oder keines ohne, um eine Schwelle zu finden. Was der Wert bedeutet, ist nicht bekannt.",
  sourceThreshold:
    "Das Netz brachte eine Schwelle von {{threshold}} mit, die hier niemand geprüft hat.",
  tooFewToChoose:
    "An diesem Arbeitspunkt gibt es keine Schwelle: Von den Bildern, an denen sie gewählt worden wäre, hatten {{positives}} den Befund und {{others}} nicht, und das sind zu wenige. Der Wert sagt hier nichts.",
  operatingPoint: "Arbeitspunkt",
  operatingPoints: "Arbeitspunkte",
  figuresByPoint: "Auf Testbildern, ohne Kinder, wo die Datei solche Zahlen hat",
  pointYouden: "Sensitivität und Spezifität zusammen am besten (Youden)",
  pointSensitivity: "Sensitivität von {{sensitivity}}",
  pointOfAdults: "{{point}}, ohne Kinder",
  operatingPointDetail:
    "Seine Schwellen wurden an Validierungsbildern gewählt. Was sie auf Testbildern wert sind, steht bei jedem Befund, wo es gemessen wurde. Die Werte bleiben dieselben.",
  pointNotOfModel: "Dieses Modell hat nicht: {{wanted}}. Beurteilt wird nach: {{own}}.",
  judgedAnew: "Alle Werte sind neu beurteilt. Arbeitspunkt: {{point}}.",
  scoreAbove: "{{score}} liegt über der Schwelle von {{threshold}}.",
  scoreBelow: "{{score}} liegt unter der Schwelle von {{threshold}}.",
  scoreNear: "{{score}} liegt nahe der Schwelle von {{threshold}}.",
  thresholdRange:
    "Mit anderen Patienten wäre sie irgendwo zwischen {{low}} und {{high}} gesetzt worden.",
  noTestFigures: "Die Datei enthält dafür keine Zahlen von Testbildern.",
  testFilms_one: "An dieser Schwelle, auf {{films}} Testbild:",
  testFilms_other: "An dieser Schwelle, auf {{films}} Testbildern:",
  testFilmsOfAdults_one: "An dieser Schwelle, auf {{films}} Testbild, ohne Kinder:",
  testFilmsOfAdults_other: "An dieser Schwelle, auf {{films}} Testbildern, ohne Kinder:",
  tooFewFilms_one: "{{films}} Bild, zu wenige",
  tooFewFilms_other: "{{films}} Bilder, zu wenige",
  shareOfFilms: "{{share}}, {{part}} von {{films}} Bildern",
  belowFolded_one: "{{findings}} Befund unter der Schwelle",
  belowFolded_other: "{{findings}} Befunde unter ihren Schwellen",
  unmeasuredFolded_one: "{{findings}} Befund, nicht gemessen",
  unmeasuredFolded_other: "{{findings}} Befunde, nicht gemessen",
  pinFinding: "Diesen Befund beim nächsten Bild offen lassen",
  prevalenceTitle: "Wie häufig ist es bei Ihnen?",
  sayPrevalence: "Sagen Sie, wie häufig es ist; dann steht hier, was das Ergebnis dort wert ist.",
  prevalenceLimits: "Von {{least}} bis {{most}}.",
  prevalenceNote:
    "Nach dem Satz von Bayes aus beiden Anteilen oben und, in Klammern, aus den Enden ihrer Intervalle; gilt nur für Bilder wie jene.",
  noEvidence: "Nichts auf dem Bild spricht für {{label}}.",
  evidencePeak: "Am hellsten ist es {{place}}.",
  upperRightLung:
    "im oberen Drittel der Lungenfelder, auf der rechten Seite des Patienten (links im Bild)",
  middleRightLung:
    "im mittleren Drittel der Lungenfelder, auf der rechten Seite des Patienten (links im Bild)",
  lowerRightLung:
    "im unteren Drittel der Lungenfelder, auf der rechten Seite des Patienten (links im Bild)",
  upperLeftLung:
    "im oberen Drittel der Lungenfelder, auf der linken Seite des Patienten (rechts im Bild)",
  middleLeftLung:
    "im mittleren Drittel der Lungenfelder, auf der linken Seite des Patienten (rechts im Bild)",
  lowerLeftLung:
    "im unteren Drittel der Lungenfelder, auf der linken Seite des Patienten (rechts im Bild)",
  topLeftOfFilm:
    "außerhalb der Lungenfelder, oben im Bild auf der rechten Seite des Patienten (links im Bild)",
  leftOfFilm: "außerhalb der Lungenfelder, auf der rechten Seite des Patienten (links im Bild)",
  bottomLeftOfFilm:
    "außerhalb der Lungenfelder, unten im Bild auf der rechten Seite des Patienten (links im Bild)",
  topOfFilm: "außerhalb der Lungenfelder, oben im Bild",
  middleOfFilm: "außerhalb der Lungenfelder, in der Mitte des Bildes",
  bottomOfFilm: "außerhalb der Lungenfelder, unten im Bild",
  topRightOfFilm:
    "außerhalb der Lungenfelder, oben im Bild auf der linken Seite des Patienten (rechts im Bild)",
  rightOfFilm: "außerhalb der Lungenfelder, auf der linken Seite des Patienten (rechts im Bild)",
  bottomRightOfFilm:
    "außerhalb der Lungenfelder, unten im Bild auf der linken Seite des Patienten (rechts im Bild)",
  hardlyAnyInLungs: "Kaum etwas davon liegt in den Lungenfeldern.",
  lessInLungs: "Weniger als die Hälfte davon liegt in den Lungenfeldern.",
  halfInLungs: "Etwa die Hälfte davon liegt in den Lungenfeldern.",
  moreInLungs: "Mehr als die Hälfte davon liegt in den Lungenfeldern.",
  nearlyAllInLungs: "Fast alles davon liegt in den Lungenfeldern.",
  evidenceUnusual:
    "Davon liegt weniger in den Lungenfeldern als bei fast allen Testbildern, bei denen dieses Modell recht hatte: Hier beruht der Wert auf etwas anderem.",
  evidenceOfModel:
    "Auf {{outside}} der {{films}} Testbilder, auf denen dieses Modell etwas fand, lag das meiste, was dafür sprach, außerhalb der Lungenfelder.",
  evidenceByDefault: "Das wurde an diesem Arbeitspunkt gezählt: {{point}}.",
  mapComing: "Die Karte wird wieder erstellt, von {{model}}.",
  mapNotHeld:
    "Die Seite hat die Karte zu diesen Werten nicht mehr, und {{model}}, von dem sie sind, ist nicht offen.",
  scoredBy: "Von {{model}}, {{time}}",
  timeUnknown: "Zeit unbekannt",
  measuredOnNothing:
    "Hier an keinem Bild gemessen: Die Werte sind nicht kalibriert, und eine gemessene Schwelle gibt es nicht.",
  measuredOn: "Gemessen an {{films}}.",
  ofChildren_one: "{{films}} Bild von Kindern",
  ofChildren_other: "{{films}} Bildern von Kindern",
  ofAdults_one: "{{films}} Bild von Erwachsenen",
  ofAdults_other: "{{films}} Bildern von Erwachsenen",
  ofUnknownAge_one: "{{films}} Bild ohne Angabe des Alters",
  ofUnknownAge_other: "{{films}} Bildern ohne Angabe des Alters",
  populationUnknown: "Die Datei sagt nicht, an wem gemessen wurde: an Kindern oder Erwachsenen.",
  looksOnlyFor_one: "Es sucht nur nach {{findings}}: nicht nach {{others}} und nach nichts sonst.",
  looksOnlyFor_other:
    "Es sucht nur nach diesen Befunden ({{findings}}): nicht nach {{others}} und nach nichts sonst.",
  looksFor: "Es sucht nur nach diesen Befunden ({{findings}}).",
  refusesNothingElse:
    "Es weiß nicht, wie Thoraxaufnahmen aussehen: Auch andere Bilder können Werte bekommen.",
  keyRemove: "Das Bild aus der Liste nehmen",
  whatWordsMean: "Was heißen diese Wörter?",
  meansScore: "Wert",
  meansScoreText:
    "Eine Zahl von 0 bis 100, die das Netz aus den Bildpunkten berechnet. Sie ist keine Wahrscheinlichkeit, dass der Patient etwas hat.",
  meansThreshold: "Schwelle",
  meansThresholdText:
    "Der Wert, von dem an ein Befund als darüber gilt. Sie wurde an anderen Bildern gewählt: wo Sensitivität und Spezifität zusammen am besten waren oder, bei Modellen mit mehreren Arbeitspunkten, wie der gewählte es sagt. Sie ist die Mitte der Linie neben dem Wert. „Nahe“ heißt, dass sie mit anderen Patienten auf der anderen Seite dieses Werts hätte liegen können.",
  meansEvidence: "Was dafür spricht",
  meansEvidenceText:
    "Was jede Stelle des Bildes zu einem Wert beiträgt. Es zeigt, was das Netz benutzt hat, nicht, wo etwas ist.",
  meansLungFields: "Lungenfelder",
  meansLungFieldsText:
    "Wo ein Netz die Lungen findet, bei Modellen, die eines haben. Es hat aus Umrissen von Menschenhand gelernt; die dieses Projekts schließen den größten Teil des Herzschattens ein. Nicht zum Messen.",
  meansUnlike: "Anders als die Bilder, aus denen das Modell gelernt hat",
  meansUnlikeText:
    "Wie weit ein Bild von denen des Trainings entfernt ist, nach seinem Aussehen und danach, was das Netz darin sieht. Jenseits der Grenze wird es nicht bewertet. Eine Thoraxaufnahme kann es trotzdem sein.",

  // What is said of files
  messageEmpty: "Die Datei ist leer; erwartet wird ein Bild als JPEG, PNG oder DICOM.",
  messageText: "Das ist eine Textdatei; erwartet wird ein Bild als JPEG, PNG oder DICOM.",
  messageVideo: "Das ist ein Video; erwartet wird ein Bild als JPEG, PNG oder DICOM.",
  messageFormat:
    "Diese Datei hat das Format {{a}}; erwartet wird ein Bild als JPEG, PNG oder DICOM.",
  messageUnknown:
    "Die Datei hat kein bekanntes Format; erwartet wird ein Bild als JPEG, PNG oder DICOM.",
  messageTruncated: "Die Datei ({{a}}) ist abgeschnitten: Ein Teil von ihr fehlt.",
  messageDamaged: "Die Datei ({{a}}) ist beschädigt.",
  messageAnimated: "Dieses PNG ist bewegt; erwartet wird ein stehendes Bild.",
  messageCmyk: "Dieses JPEG hat vier Farben (CMYK); erwartet wird Grau oder RGB.",
  messageTooLarge: "Das Bild hat {{a}} Bildpunkte; das ist zu groß.",
  messageMemory: "Der Speicher reicht nicht aus.",
  messageTooSmall:
    "Das Bild ist zu klein: {{a}} Bildpunkte; erwartet werden mindestens {{b}} auf jeder Seite.",
  messageBlank: "Das Bild ist leer: Alle Bildpunkte sind gleich.",
  messageChild:
    "Der Patient ist {{a}} Jahre alt; das Modell ist für Patienten ab {{b}} Jahren gemacht.",
  messageLateral: "Das ist eine seitliche Aufnahme; das Modell ist für frontale gemacht.",
  messageColour: "Das ist ein Farbbild; erwartet wird eine graue Aufnahme.",
  messageDark: "Das Bild ist zu dunkel: Es ist fast ganz schwarz.",
  messageLight: "Das Bild ist zu hell: Es ist fast ganz weiß.",
  messageInverted: "Das Bild sieht invertiert aus: Die Wirbelsäule ist dunkler als die Lungen.",
  messageNoLungs:
    "Im Bild wurden keine Lungen gefunden; erwartet wird eine frontale Thoraxaufnahme.",
  messageFormatOfImage:
    "Diese Datei hat das Format {{a}}; erwartet wird ein Bild als JPEG, PNG oder DICOM. Speichern Sie sie als PNG; dabei geht nichts verloren.",
  messageModality:
    "Die Modalität der Datei ist {{a}}; das Modell ist für Röntgenaufnahmen gemacht.",
  messageBodyPart:
    "Der Körperteil der Datei ist {{a}}; das Modell ist für Thoraxaufnahmen gemacht.",
  messageDirectory:
    "Das ist das Verzeichnis eines DICOM-Datenträgers (DICOMDIR); es enthält kein Bild.",
  messageReport: "Das ist ein strukturierter Befund; er enthält kein Bild.",
  messageKeyObject: "Das ist eine Auswahl wichtiger Objekte; sie enthält kein Bild.",
  messagePdf: "Das ist ein PDF-Dokument in einer DICOM-Datei; es enthält kein Bild.",
  messagePresentation: "Das ist ein Präsentationszustand; er enthält kein Bild.",
  messageOtherCoding:
    "Die DICOM-Datei gibt an, dass ihre Bildpunkte als {{a}} kodiert sind; sie sind aber {{b}}.",
  messageNoSyntax:
    "Die Bildpunkte dieser DICOM-Datei sind komprimiert, und ihr fehlen die Metadaten, die sagen, wie.",
  messageNotCompressed:
    "Die Bildpunkte der DICOM-Datei sind komprimiert, und sie gibt an, dass sie es nicht sind.",
  messageNoImage: "Die DICOM-Datei enthält kein Bild.",
  messageSyntax:
    "Die Transfersyntax dieser DICOM-Datei ist {{a}} ({{b}}); sie wird hier nicht gelesen.",
  messageDicomDamaged: "Die DICOM-Datei ist beschädigt oder abgeschnitten.",
  messageOther: "So lässt sich die Datei nicht verwenden. Im Wortlaut (englisch): „{{message}}“",
};
