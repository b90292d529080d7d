// What stands inside a line of Markdown: code, emphasis, links, references.

import { h } from "../dom.js";
import { emoji } from "./emoji.js";
import { link } from "./links.js";
import { reference } from "./mentions.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

const PATTERN = new RegExp(
  [
    "\\\\(?<literal>[!-/:-@[-`{-~])",
    "(?<ticks>`+)(?<code>(?:(?!\\k<ticks>)[\\s\\S])+?)\\k<ticks>(?!`)",
    "!?\\[(?<label>(?:[^\\[\\]]|\\[[^\\[\\]]*\\])*)\\]\\(\\s*<?(?<target>[^\\s()<>]*(?:\\([^\\s()]*\\)[^\\s()<>]*)*)>?(?:\\s+[\"'(][^\\n]*?[\"')])?\\s*\\)",
    "<(?<angle>[^<>\\s][^<>\\n]*)>",
    "(?<both>\\*\\*\\*|___)(?=\\S)(?<bothText>.+?)(?<=\\S)\\k<both>",
    "(?<strong>\\*\\*|(?<!\\w)__)(?=\\S)(?<strongText>.+?)(?<=\\S)\\k<strong>(?!\\*)",
    "(?<em>\\*|(?<!\\w)_)(?=\\S)(?<emText>(?:(?!\\k<em>).|\\k<em>{2})+?)(?<=\\S)\\k<em>(?![\\w*])",
    "~~(?=\\S)(?<strike>.+?)(?<=\\S)~~",
    "(?<![\\w/])(?<url>https?:\\/\\/[^\\s<>\"'`\\u200b]+[^\\s<>\"'`.,;:!?)\\]\\u200b])",
    "&(?<entity>amp|lt|gt|quot|apos|nbsp);",
    "(?<![\\w:]):(?<emoji>[a-z][a-z0-9_+-]*):(?![\\w:])",
  ].join("|"),
  "g",
);

/** The nodes of one line. */
export function spans(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PATTERN)) {
    if (found.index > at) nodes.push(text.slice(at, found.index));
    nodes.push(node(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}

function node(found) {
  const part = found.groups;
  if (part.literal !== undefined) return part.literal;
  if (part.code !== undefined) return h("code", {}, part.code.replace(/^ (.*) $/, "$1"));
  // Slack shows an image of Markdown as a link, too.
  if (part.target !== undefined) return link(part.target, spans(part.label || part.target));
  if (part.angle !== undefined) return angled(part.angle, found[0]);
  if (part.bothText !== undefined) return h("strong", {}, h("em", {}, spans(part.bothText)));
  if (part.strongText !== undefined) return h("strong", {}, spans(part.strongText));
  if (part.emText !== undefined) return h("em", {}, spans(part.emText));
  if (part.strike !== undefined) return h("s", {}, spans(part.strike));
  if (part.url !== undefined) return link(part.url, part.url);
  if (part.entity !== undefined) return ENTITIES[part.entity];
  return emoji(part.emoji);
}

function angled(inner, whole) {
  const known = reference(inner);
  if (known) return known;
  const [target, label] = inner.split("|");
  return /^(?:https?:\/\/|mailto:)\S+$/i.test(target) ? link(target, label ?? target.replace(/^mailto:/i, "")) : whole;
}
