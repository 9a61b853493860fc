// Where the film lies in the view. Lengths are pixels of the screen, of the device and not of CSS:
// the film's point (u, v) is shown at (x + u * scale, y + v * scale).

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly scale: number; // pixels of the screen for one of the film
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const largestScale = 16;

// The whole film, centred, as large as the view allows.
export function fit(film: Size, view: Size): Placement {
  return centred(film, view, fittingScale(film, view));
}

// Zooms so that the film's point under `at` stays there.
export function zoomAt(
  placement: Placement,
  factor: number,
  at: Point,
  film: Size,
  view: Size,
): Placement {
  const smallest = Math.min(fittingScale(film, view), 1) / 2;
  const scale = Math.min(Math.max(placement.scale * factor, smallest), largestScale);
  const ratio = scale / placement.scale;
  return held(
    { scale, x: at.x - (at.x - placement.x) * ratio, y: at.y - (at.y - placement.y) * ratio },
    film,
    view,
  );
}

// One pixel of the film on one of the screen, the point under `at` kept. Whole numbers, so that no
// pixel is a mixture of two.
export function oneToOne(placement: Placement, at: Point, film: Size, view: Size): Placement {
  const { x, y } = zoomAt(placement, 1 / placement.scale, at, film, view);
  return { scale: 1, x: Math.round(x), y: Math.round(y) };
}

export function panBy(placement: Placement, by: Point, film: Size, view: Size): Placement {
  return held({ ...placement, x: placement.x + by.x, y: placement.y + by.y }, film, view);
}

// The placement as a lens at `at` shows it: larger, the point under its middle kept.
export function magnified({ scale, x, y }: Placement, at: Point, factor: number): Placement {
  return {
    scale: scale * factor,
    x: at.x - (at.x - x) * factor,
    y: at.y - (at.y - y) * factor,
  };
}

export function filmPoint({ scale, x, y }: Placement, at: Point): Point {
  return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

function fittingScale(film: Size, view: Size): number {
  return Math.min(view.width / film.width, view.height / film.height);
}

function centred(film: Size, view: Size, scale: number): Placement {
  return {
    scale,
    x: (view.width - film.width * scale) / 2,
    y: (view.height - film.height * scale) / 2,
  };
}

// A film that is smaller than the view stays in its middle; a larger one cannot be lost outside.
function held(placement: Placement, film: Size, view: Size): Placement {
  const middle = centred(film, view, placement.scale);
  const along = (offset: number, length: number, room: number, centre: number) =>
    length <= room ? centre : Math.min(Math.max(offset, room / 2 - length), room / 2);
  return {
    scale: placement.scale,
    x: along(placement.x, film.width * placement.scale, view.width, middle.x),
    y: along(placement.y, film.height * placement.scale, view.height, middle.y),
  };
}
