// How networks that were trained by a model's settings fare on the hospital that each never saw, out of
// the card in its file (native/evaluation/left_out_figures.h). A card is whatever a file holds: what does
// not fit is left out.

import { count, type Json, number, object } from "./card_json";
import { type Interval, interval } from "./model_evaluation";

export interface ClassRecall {
  readonly label: string;
  readonly films: number;
  readonly recall: Interval;
}

export interface Hospital {
  readonly name: string;
  readonly films: number;
  readonly classes: readonly ClassRecall[]; // that it has, at least one
  readonly areaUnderRoc: Interval | null; // normal against the others; where it has enough of both
}

export interface LeftOut {
  readonly epochs: number | null; // of those networks
  readonly hospitals: readonly Hospital[]; // at least one
}

export function leftOutOf(card: Json): LeftOut | null {
  const said = object(object(card.evaluation).left_out);
  const hospitals = Object.entries(object(object(said.test).hospitals)).flatMap(([name, value]) => {
    const hospital = object(value);
    const films = count(hospital.films);
    const classes = Object.entries(object(hospital.classes)).flatMap(([label, value]) => {
      const of = object(value);
      const recall = interval(of, "recall");
      return recall === null || count(of.films) === 0
        ? []
        : [{ label, films: count(of.films), recall }];
    });
    if (films === 0 || classes.length === 0) return [];
    return [{ name, films, classes, areaUnderRoc: interval(hospital, "area_under_roc") }];
  });
  return hospitals.length === 0 ? null : { epochs: number(said.epochs), hospitals };
}
