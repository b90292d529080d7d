// The emoji that the bot uses, drawn with characters that every font has: a bare machine has no emoji font.

import { h } from "../dom.js";

const GLYPHS = {
  warning: ["⚠", "amber"],
  white_check_mark: ["✔", "green"],
  heavy_check_mark: ["✔", "green"],
  x: ["✘", "red"],
  gear: ["⚙", "grey"],
  hourglass_flowing_sand: ["◔", "grey"],
  hourglass: ["◔", "grey"],
  no_entry_sign: ["⊘", "red"],
  grey_question: ["?", "grey"],
  question: ["?", "red"],
  thumbsup: ["▲", "green"],
  "+1": ["▲", "green"],
  thumbsdown: ["▼", "red"],
  "-1": ["▼", "red"],
  eyes: ["◉", "grey"],
  bulb: ["✦", "amber"],
  telephone_receiver: ["☎", "green"],
  phone: ["☎", "green"],
  page_facing_up: ["❐", "grey"],
};

/** The glyph of a name, or `:name:` as it was written. */
export function emoji(name) {
  const known = GLYPHS[name];
  if (!known) return document.createTextNode(`:${name}:`);
  return h("span", { class: `emoji ${known[1]}`, role: "img", "aria-label": name.replaceAll("_", " ") }, known[0]);
}
