// The page's own signs, drawn as lines: a bare machine has no font for most of them.

const SVG = "http://www.w3.org/2000/svg";

/** What is drawn in a square of 24 by 24. */
const PATHS = {
  back: "M15 5l-7 7 7 7",
  ban: "M12 3a9 9 0 1 0 .01 0M6 6l12 12",
  bolt: "M13 2L5 14h6l-1 8 9-12h-6z",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3 11v2h6v-2a6 6 0 0 0-3-11z",
  check: "M4 12l5 6L20 6",
  clock: "M12 3a9 9 0 1 0 .01 0M12 7v5l4 2",
  close: "M6 6l12 12M18 6L6 18",
  down: "M17 13V4h3v9zM17 13l-4 8c-2 0-3-1-2.5-4l.5-3H5l1.500-9H17",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 .01 0",
  file: "M6 2h8l5 5v15H6zM14 2v5h5",
  gear: "M12 8.500a3.500 3.500 0 1 0 .01 0M12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M5 19l3-3M16 8l3-3",
  ghost: "M5 21V10a7 7 0 0 1 14 0v11l-3-2-2 2-2-2-2 2-2-2zM10 10h.01M14 10h.01",
  hand: "M7 13V6M10 12V3M13 12V3M16 12V5M16 12l3-3c1 0 2 1 1 2l-4 8c-1 2-8 3-9-2V9",
  list: "M3 6h18M3 12h18M3 18h18",
  lock: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  moon: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z",
  mute: "M6 17h12l-1.500-3v-4a4.500 4.500 0 0 0-9 0v4zM10.500 20h3M4 4l16 16",
  phone: "M6 3h4l1.500 5-2.500 1.500a11 11 0 0 0 5.500 5.500L16 12.500l5 1.500v4c0 2-2 3-4 3C9 20 4 15 3 7c0-2 1-4 3-4z",
  plus: "M12 5v14M5 12h14",
  point: "M4 9v8M4 9h15a2 2 0 0 1 0 4h-6M13 13a2 2 0 0 1 0 4h-1M12 17c0 2-1 3-3 3H7l-3-3",
  question: "M8.500 9a3.500 3.500 0 1 1 5 3c-1 .700-1.500 1.200-1.500 3M12 18.500h.01",
  reply: "M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 6 6v4",
  save: "M12 3v12M7 10l5 5 5-5M4 20h16",
  send: "M4 12l17-8-7 17-3-7z",
  sound: "M4 10h4l5-5v14l-5-5H4zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  stop: "M7 7h10v10H7z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  turtle: "M4 16a7 7 0 0 1 14 0zM18 16c3 0 4-4 2-4s-2 2-2 4M7 16v3M15 16v3M8 12l3 4 3-4",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.500 4l-.500 3h6l-1.500 9H7",
  warning: "M12 3l10 18H2zM12 10v5M12 18h.01",
};

/** A sign beside words, or inside a button that has a label: nothing that is read out. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", PATHS[name]);
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("data-icon", name);
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(line);
  return drawing;
}
