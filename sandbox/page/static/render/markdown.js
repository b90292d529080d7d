// Standard Markdown (markdown blocks, streamed answers) as nodes: the blocks. What stands in a line is in spans.js.

import { h } from "../dom.js";
import { spans } from "./spans.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const DEEPEST = 12; // quotes and lists inside one another; deeper ones are shown as text

/** The nodes of a whole text. */
export function markdown(text) {
  return blocks(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

function blocks(lines, depth) {
  const nodes = [];
  const readers = depth < DEEPEST ? READERS : FLAT;
  let at = 0;
  while (at < lines.length) {
    at = readers.reduce((end, read) => end || read(lines, at, nodes, depth), 0) || paragraph(lines, at, nodes);
  }
  return nodes;
}

// A reader looks at the line `at`: it adds what it read to `nodes` and returns the line after that, or 0 when the line is
// not its own.

function blank(lines, at) {
  return lines[at].trim() ? 0 : at + 1;
}

function fence(lines, at, nodes) {
  const opened = FENCE.exec(lines[at]);
  if (!opened) return 0;
  let end = at + 1;
  const closes = (line) => line.trim().startsWith(opened[1]) && !line.trim().replaceAll(opened[1][0], "");
  while (end < lines.length && !closes(lines[end])) end += 1;
  nodes.push(h("pre", { tabindex: "0" }, h("code", {}, lines.slice(at + 1, end).join("\n"))));
  return Math.min(end + 1, lines.length);
}

function heading(lines, at, nodes) {
  const found = HEADING.exec(lines[at]);
  if (!found) return 0;
  // Slack shows all sizes alike; the page's own headings end at the second level.
  nodes.push(h("p", { class: "heading", role: "heading", "aria-level": "4" }, spans(found[2])));
  return at + 1;
}

function rule(lines, at, nodes) {
  if (!RULE.test(lines[at])) return 0;
  nodes.push(h("hr"));
  return at + 1;
}

function quote(lines, at, nodes, depth) {
  if (!QUOTE.test(lines[at])) return 0;
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  nodes.push(h("blockquote", {}, blocks(lines.slice(at, end).map((line) => QUOTE.exec(line)[1]), depth + 1)));
  return end;
}

function table(lines, at, nodes) {
  if (!isTable(lines, at)) return 0;
  const heads = cells(lines[at]);
  const sides = cells(lines[at + 1]).map((cell) => (/^:-*:$/.test(cell) ? "center" : cell.endsWith(":") ? "right" : "left"));
  let end = at + 2;
  const rows = [];
  while (end < lines.length && lines[end].includes("|")) rows.push(cells(lines[end++]));
  const row = (tag, list) => h("tr", {}, heads.map((_, n) => h(tag, { class: sides[n] }, spans(list[n] ?? ""))));
  const body = h("tbody", {}, rows.map((list) => row("td", list)));
  nodes.push(h("div", { class: "wide", tabindex: "0" }, h("table", {}, h("thead", {}, row("th", heads)), body)));
  return end;
}

function cells(line) {
  const bare = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return bare.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function list(lines, at, nodes, deep) {
  const first = ITEM.exec(lines[at]);
  if (!first) return 0;
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    const here = item && item[1].length < depth + 2 && item[1].length >= depth;
    if (here && /\d/.test(item[2]) !== ordered) break;
    if (here) items.push([item[3]]);
    else if (/^\s{2,}\S/.test(lines[end]) || (item && item[1].length >= depth + 2)) items.at(-1).push(lines[end].slice(Math.min(depth + 2, indent(lines[end]))));
    else if (!lines[end].trim() && continues(lines, end + 1, depth)) items.at(-1).push("");
    else break;
    end += 1;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : undefined;
  nodes.push(h(ordered ? "ol" : "ul", { start }, items.map((item) => listItem(item, deep + 1))));
  return end;
}

const indent = (line) => line.length - line.trimStart().length;

/** Whether a list goes on behind an empty line. */
function continues(lines, at, depth) {
  return at < lines.length && lines[at].trim() !== "" && (indent(lines[at]) > depth || ITEM.test(lines[at]));
}

function listItem(lines, depth) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(lines[0]);
  const first = task ? task[2] : lines[0];
  const rest = lines.slice(1).some((line) => line.trim()) ? blocks(lines.slice(1), depth) : [];
  const box = task && h("span", { class: "box", role: "img", "aria-label": task[1] === " " ? "open" : "done" }, task[1] === " " ? "☐" : "☑");
  return h("li", { class: task ? "task" : undefined }, box, spans(first), rest);
}

const READERS = [blank, fence, heading, rule, quote, table, list];
const FLAT = [blank, fence, heading, rule];

/** Whether something other than a paragraph begins here. */
function begins(lines, at) {
  const line = lines[at];
  return !line.trim() || [FENCE, HEADING, RULE, QUOTE, ITEM].some((sign) => sign.test(line)) || isTable(lines, at);
}

function isTable(lines, at) {
  return lines[at].includes("|") && at + 1 < lines.length && DELIMITER.test(lines[at + 1]);
}

function paragraph(lines, at, nodes) {
  let end = at + 1;
  while (end < lines.length && !begins(lines, end)) end += 1;
  const texts = lines.slice(at, end).map((line) => line.trim());
  nodes.push(h("p", {}, texts.flatMap((line, n) => (n ? [h("br"), ...spans(line)] : spans(line)))));
  return end;
}
