// The emoji that the bot uses, drawn as lines: a bare machine has no emoji font.

import { h } from "../dom.js";
import { icon } from "../icons.js";

const DRAWN = {
  warning: ["warning", "amber"],
  white_check_mark: ["check", "green"],
  heavy_check_mark: ["check", "green"],
  x: ["close", "red"],
  gear: ["gear", "grey"],
  hourglass_flowing_sand: ["clock", "grey"],
  hourglass: ["clock", "grey"],
  no_entry_sign: ["ban", "red"],
  grey_question: ["question", "grey"],
  question: ["question", "red"],
  thumbsup: ["up", "green"],
  "+1": ["up", "green"],
  thumbsdown: ["down", "red"],
  "-1": ["down", "red"],
  eyes: ["eye", "grey"],
  lock: ["lock", "grey"],
  bulb: ["bulb", "amber"],
  telephone_receiver: ["phone", "green"],
  phone: ["phone", "green"],
  page_facing_up: ["file", "grey"],
  point_right: ["point", "green"],
  raising_hand: ["hand", "amber"],
  zzz: ["moon", "grey"],
  no_bell: ["mute", "grey"],
  clock3: ["clock", "amber"],
  turtle: ["turtle", "amber"],
  ghost: ["ghost", "grey"],
};

/** The drawing of a name, or `:name:` as it was written. */
export function emoji(name) {
  const known = DRAWN[name];
  if (!known) return document.createTextNode(`:${name}:`);
  return h("span", { class: `emoji ${known[1]}`, role: "img", "aria-label": name.replaceAll("_", " ") }, icon(known[0]));
}
