// Line drawings on a grid of 20, for buttons whose name stands beside them or in their label.

const paths = {
  window: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  pan: "M10 2.5v15M2.5 10h15M10 2.5l-2 2M10 2.5l2 2M10 17.5l-2-2M10 17.5l2-2M2.5 10l2-2M2.5 10l2 2M17.5 10l-2-2M17.5 10l-2 2",
  magnifier: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12.2 12.2l4.8 4.8",
  zoomIn: "M10 4v12M4 10h12",
  zoomOut: "M4 10h12",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
  invert: "M3 3h14v14H3zM3 17L17 3",
  reset: "M4 4v4h4M4.3 8a6.5 6.5 0 1 1-.6 4",
  evidence: "M10 3c3.5 3 5.5 5.5 5.5 8a5.5 5.5 0 0 1-11 0c0-2.5 2-5 5.5-8z",
  lungs: "M8.7 7c-3 1.5-5 5-5 8.5 0 2 4 2 5-.5zM11.3 7c3 1.5 5 5 5 8.5 0 2-4 2-5-.5zM10 2.5V8",
  previous: "M12.5 4l-6 6 6 6",
  next: "M7.5 4l6 6-6 6",
  close: "M5 5l10 10M15 5L5 15",
  help: "M7 7.5a3 3 0 1 1 4.2 2.7c-.8.4-1.200.9-1.2 1.8M10 15.2v.1",
  waiting: "M10 4.5a5.5 5.5 0 1 0 .01 0M10 7v3.2l2 1.5",
  ok: "M4 10.5l4 4 8-9",
  refused: "M10 3.5l7 12.5H3zM10 8v4M10 14v.1",
  error: "M5 5l10 10M15 5L5 15",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
