// The two table blocks as HTML tables: headers with a scope, a caption where the block has one.

import { fill, h } from "../dom.js";
import { richText } from "./rich_text.js";

const PAGE = 5; // rows of a data table when the app does not say

const cell = (one) => (one.type === "rich_text" ? richText(one.elements) : String(one.text ?? one.value ?? ""));
const sideOf = (align) => ({ center: "center", right: "right" })[align];

export function table(block) {
  const side = (n) => sideOf(block.column_settings?.[n]?.align);
  const [first, ...rest] = block.rows;
  const head = h("tr", {}, first.map((one, n) => h("th", { scope: "col", class: side(n) }, cell(one))));
  const row = (list) => h("tr", {}, list.map((one, n) => h("td", { class: side(n) }, cell(one))));
  return h("div", { class: "block wide", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rest.map(row))));
}

/** A data table: sorted by its headers, a page at a time. */
export function dataTable(block) {
  const [header, ...rows] = block.rows;
  const size = block.page_size ?? PAGE;
  const named = block.row_header_column_index ?? 0;
  const numeric = header.map((_, n) => rows.every((row) => row[n]?.type === "raw_number"));
  const state = { page: 0, by: -1, down: false };
  const body = h("tbody");
  const where = h("span", { role: "status" });
  const step = (words, by) => h("button", { type: "button", class: "button small", onclick: () => { state.page += by; draw(); } }, words);
  const [back, on] = [step("Previous", -1), step("Next", 1)];
  const heads = header.map((one, n) =>
    h("th", { scope: "col", class: numeric[n] ? "right" : null }, h("button", { type: "button", class: "sort", onclick: () => sort(n) }, cell(one))));

  function sort(n) {
    state.down = state.by === n && !state.down;
    Object.assign(state, { by: n, page: 0 });
    draw();
  }

  function draw() {
    const sorted = state.by < 0 ? rows : [...rows].sort((a, b) => compare(a[state.by], b[state.by]) * (state.down ? -1 : 1));
    const start = state.page * size;
    const one = (row) => h("tr", {}, row.map((entry, n) =>
      h(n === named ? "th" : "td", { scope: n === named ? "row" : null, class: numeric[n] ? "right" : null }, cell(entry))));
    fill(body, sorted.slice(start, start + size).map(one));
    heads.forEach((head, n) => (n === state.by ? head.setAttribute("aria-sort", state.down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    where.textContent = `${start + 1}–${Math.min(start + size, rows.length)} of ${rows.length}`;
    back.disabled = state.page === 0;
    on.disabled = start + size >= rows.length;
  }

  draw();
  return h(
    "div",
    { class: "block data-table" },
    h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": block.caption },
      h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, heads)), body)),
    rows.length > size && h("p", { class: "pager" }, back, where, on),
  );
}

function compare(a, b) {
  if (a.type === "raw_number" && b.type === "raw_number") return a.value - b.value;
  return plain(a).localeCompare(plain(b), undefined, { numeric: true });
}

function plain(one) {
  if (one.type !== "rich_text") return String(one.text ?? one.value ?? "");
  const words = (node) => (Array.isArray(node) ? node.map(words).join("") : (node.text ?? node.name ?? "") + words(node.elements ?? []));
  return words(one.elements);
}
