// Slack's mrkdwn (sections, contexts, plain messages) as nodes.
// https://docs.slack.dev/messaging/formatting-message-text

import { h } from "../dom.js";
import { formatDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { link } from "./links.js";
import { reference, split } from "./mentions.js";

const unescape = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

/** A whole text with its paragraphs, quotes and preformatted parts. */
export function mrkdwn(text) {
  return text.split(/(```[\s\S]*?```)/g).flatMap((part) => {
    if (part.startsWith("```") && part.length >= 6) {
      return [h("pre", { tabindex: "0" }, h("code", {}, unescape(part.slice(3, -3).replace(/^\n|\n$/g, ""))))];
    }
    return quoted(part);
  });
}

function quoted(text) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length) nodes.push(h("blockquote", {}, lines(quote)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length) nodes.push(...lines(plain));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const found = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (found) {
      endPlain();
      quote.push(found[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return nodes;
}

function lines(list) {
  return list.flatMap((line, n) => (n ? [h("br"), ...inline(line)] : inline(line)));
}

const PATTERN = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])",
    "(?<![\\w:]):(?<emoji>[a-z0-9_+-]+):(?![\\w:])",
  ].join("|"),
  "g",
);

/** One line: emphasis, code, links, references, emoji. */
export function inline(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PATTERN)) {
    if (found.index > at) nodes.push(unescape(text.slice(at, found.index)));
    nodes.push(node(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(unescape(text.slice(at)));
  return nodes;
}

function node(found) {
  const { code, angle, bold, italic, strike, emoji: name } = found.groups;
  if (code !== undefined) return h("code", {}, unescape(code));
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  if (name !== undefined) return emoji(name);
  return angled(angle);
}

/** What stands between angle brackets: a reference, a date, a link, or just text. */
function angled(inner) {
  const known = reference(inner);
  if (known) return known;
  const [target, label] = split(inner);
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("!")) return unescape(label ?? target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return unescape(`<${inner}>`);
  const url = unescape(target);
  return link(url, label === undefined ? url.replace(/^mailto:/, "") : inline(label));
}

function dated(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const text = formatDate(Number(seconds), format ?? "") ?? unescape(fallback ?? "");
  const stamp = new Date(Number(seconds) * 1000);
  const when = Number.isNaN(stamp.getTime()) ? undefined : stamp.toISOString();
  const time = h("time", { datetime: when, title: unescape(fallback ?? "") }, text);
  return url ? link(unescape(url), time) : time;
}
