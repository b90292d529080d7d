// rich_text blocks: what Slack's editor makes, and what cannot be anything but text.

import { h } from "../dom.js";
import { formatDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { link } from "./links.js";
import { broadcast, channelMention, userMention } from "./mentions.js";

/** The nodes of the parts of a rich_text block. */
export function richText(parts) {
  return parts.map(part);
}

function part(piece) {
  const draw = PARTS[piece.type];
  return draw ? draw(piece) : h("span", { class: "unknown" }, `unknown part: ${piece.type}`);
}

const PARTS = {
  rich_text_section: (piece) => h("span", { class: "line" }, piece.elements.map(inline)),
  rich_text_quote: (piece) => h("blockquote", {}, piece.elements.map(inline)),
  rich_text_preformatted: (piece) => h("pre", { tabindex: "0" }, h("code", {}, piece.elements.map(inline))),
  rich_text_list: (piece) => {
    const level = Math.min(Math.max(piece.indent ?? 0, 0), 8);
    const start = piece.style === "ordered" ? (piece.offset ?? 0) + 1 : undefined;
    const items = piece.elements.map((item) => h("li", {}, part(item)));
    return h(piece.style === "ordered" ? "ol" : "ul", { class: `indent-${level}`, start }, items);
  },
};

function inline(element) {
  const draw = INLINE[element.type];
  return draw ? styled(draw(element), element.style) : h("span", { class: "unknown" }, `unknown element: ${element.type}`);
}

const INLINE = {
  text: (one) => one.text.split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line])),
  link: (one) => link(one.url, one.text ?? one.url),
  user: (one) => userMention(one.user_id),
  channel: (one) => channelMention(one.channel_id),
  usergroup: (one) => h("span", { class: "mention loud" }, `@${one.usergroup_id}`),
  broadcast: (one) => broadcast(one.range),
  emoji: (one) => emoji(one.name),
  date: (one) => h("time", {}, formatDate(one.timestamp, one.format) ?? one.fallback ?? ""),
  color: (one) => h("code", {}, one.value),
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function styled(nodes, style = {}) {
  return Object.entries(STYLES).reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), nodes);
}
