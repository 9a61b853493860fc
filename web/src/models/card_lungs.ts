// What a model sees of a film, and how well its lung network found the lungs of test films, out of the
// card in its file. A card is whatever a file holds: what does not fit is left out.

import { count, isObject, type Json, number, object, objects } from "./card_json";
import { type Interval, interval } from "./model_evaluation";

// The part of a film that a model sees (wasm/core/lung_view.h).
export interface LungView {
  readonly margin: number; // around the lungs, of the film's side
  readonly keepsOutside: boolean; // what lies outside the lungs; else it fades
}

// Of some films: how lung fields agree with masks that people drew (native/lungs/lung_figures.h).
export interface LungFigures {
  readonly films: string; // "all", "children", "adults", or a source
  readonly count: number;
  readonly dice: Interval; // mean
  readonly tenth: number | null; // of the films' Dice, the tenth percentile
  readonly areaError: number | null; // mean, as a share of the area that was drawn
}

export const hasLungNetwork = (card: Json): boolean => isObject(card.lungs);

// Null where it sees the whole film.
export function viewOf({ view }: Json): LungView | null {
  const margin = number(object(view).margin);
  return margin === null ? null : { margin, keepsOutside: object(view).outside === "kept" };
}

export function lungFiguresOf(card: Json): LungFigures[] {
  return objects(object(object(card.lungs).evaluation).test).flatMap((row) => {
    const dice = interval(row, "dice");
    const films = count(row.count);
    if (typeof row.films !== "string" || films === 0 || dice === null) return [];
    const tenth = interval(row, "dice_10")?.value ?? null;
    const error = number(row.area_error);
    const areaError = error !== null && error >= 0 ? error : null;
    return [{ films: row.films, count: films, dice, tenth, areaError }];
  });
}
