export interface Notice {
  name: string;
  licence: string; // SPDX, where there is such a name
  text: string;
}
export interface Library {
  name: string;
  licence: string;
  texts: unknown[];
}
export function textOf(library: Library): string;
export function linkedInto(product: string): Library[];
export function packageNotices(folder: string): Notice[];
export function commentsOfOwners(source: string): string[];
export function compose(notices: Notice[], product: string): string;
