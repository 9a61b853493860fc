// Labels as people write them, in the page's language. A label that is not known here is shown as it
// is, without its underscores.

import { type Key, t } from "./strings";

const keys: Record<string, Key> = {
  normal: "labelNormal",
  pneumonia: "labelPneumonia",
  covid: "labelCovid",
  atelectasis: "labelAtelectasis",
  cardiomegaly: "labelCardiomegaly",
  effusion: "labelEffusion",
  "pleural effusion": "labelPleuralEffusion",
  infiltration: "labelInfiltration",
  mass: "labelMass",
  nodule: "labelNodule",
  pneumothorax: "labelPneumothorax",
  consolidation: "labelConsolidation",
  edema: "labelEdema",
  emphysema: "labelEmphysema",
  fibrosis: "labelFibrosis",
  "pleural thickening": "labelPleuralThickening",
  hernia: "labelHernia",
  "lung lesion": "labelLungLesion",
  "lung opacity": "labelLungOpacity",
  fracture: "labelFracture",
  "enlarged cardiomediastinum": "labelEnlargedCardiomediastinum",
};

export function labelText(label: string): string {
  const plain = label.replaceAll("_", " ").trim();
  const key = keys[plain.toLowerCase()];
  return key === undefined ? plain.charAt(0).toUpperCase() + plain.slice(1) : t(key);
}

// What a reader of chest films might look for, each with the labels that stand for it.
const lookedFor: readonly { key: Key; labels: readonly string[] }[] = [
  { key: "lookForPneumothorax", labels: ["pneumothorax"] },
  { key: "lookForEffusion", labels: ["effusion", "pleural effusion"] },
  { key: "lookForNodules", labels: ["nodule", "mass", "lung lesion"] },
  { key: "lookForHeartSize", labels: ["cardiomegaly", "enlarged cardiomediastinum"] },
  { key: "lookForFractures", labels: ["fracture"] },
  { key: "lookForDevices", labels: ["support devices"] },
];

// Of these, what a model with such labels does not look for.
export function notLookedFor(labels: readonly string[]): string[] {
  const known = labels.map((label) => label.replaceAll("_", " ").toLowerCase());
  return lookedFor
    .filter(({ labels }) => !labels.some((label) => known.includes(label)))
    .map(({ key }) => t(key));
}
