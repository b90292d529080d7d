// Block Kit as Slack shows it. A block that this page does not know shows its name in red: it is a finding.

import { h } from "../dom.js";
import { chart } from "./charts.js";
import { control } from "./elements.js";
import { field } from "./fields.js";
import { link } from "./links.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

/**
 * The nodes of some blocks. `use(element, blockId, value)` is called when someone presses or chooses something, and
 * `suggest(element, blockId, typed)` when a menu asks for its options; `values` are what inputs of a view hold and `errors` what
 * is wrong with them, both by block id.
 */
export function blocks(list, context) {
  // A block that the app gave no name has one here only; several rows of a list may use the same action id.
  const inBlock = (block) => ({
    use: (element, _name, value) => context.use?.(element, block.block_id, value),
    suggest: (element, typed) => context.suggest?.(element, block.block_id, typed),
  });
  return list.map((block, n) => guarded(block, { ...context, ...inBlock(block), blockId: block.block_id ?? `block-${n + 1}` }));
}

/** A block of a shape that cannot be drawn is shown as broken; the rest of the message stays readable. */
function guarded(block, context) {
  const draw = BLOCKS[block.type];
  if (!draw) return unknown("block", block.type);
  try {
    return draw(block, context);
  } catch (error) {
    console.error(error);
    return h("div", { class: "unknown" }, `broken block: ${block.type}`);
  }
}

function unknown(what, type) {
  return h("div", { class: "unknown" }, `unknown ${what}: ${type}`);
}

/** A text object. */
export function text(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text) : mrkdwnFree(object.text);
}

function mrkdwnFree(words) {
  return words.split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line]));
}

function section(block, context) {
  const body = block.text && h("div", { class: "text" }, text(block.text));
  const columns = block.fields && h("div", { class: "fields" }, block.fields.map((one) => h("div", {}, text(one))));
  const side = block.accessory && h("div", { class: "accessory" }, element(block.accessory, context));
  return h("div", { class: "block section" }, h("div", { class: "main" }, body, columns), side);
}

function element(one, context) {
  if (one.type === "image") return picture(one);
  return control(one, context) ?? unknown("element", one.type);
}

/** A picture of this server is loaded; one from elsewhere is named, because this page asks no one else for anything. */
function picture(one) {
  const url = URL.canParse(one.image_url ?? "", location.href) ? new URL(one.image_url, location.href) : null;
  if (url?.origin === location.origin) return h("img", { src: url.href, alt: one.alt_text });
  const words = `Picture: ${one.alt_text || "without a description"}`;
  return h("span", { class: "picture" }, one.image_url ? link(one.image_url, words) : words);
}

function image(block) {
  const title = block.title && h("figcaption", {}, text(block.title));
  return h("figure", { class: "block" }, title, picture(block));
}

function contextBlock(block) {
  const part = (one) => (one.type === "image" ? picture(one) : h("div", {}, text(one)));
  return h("div", { class: "block context" }, block.elements.map(part));
}

/** Blocks under a title, which opens and closes them where the app lets people do that. */
function container(block, context) {
  const title = block.rich_text_title ? richText(block.rich_text_title.elements) : text(block.title);
  const head = [block.icon && picture(block.icon), h("span", { class: "title" }, title), block.subtitle && h("span", { class: "quiet" }, text(block.subtitle))];
  const inside = h("div", { class: "inside" }, blocks(block.child_blocks, context));
  if (!block.is_collapsible) return h("div", { class: "block container" }, h("div", { class: "head" }, head), block.has_header_divider && h("hr"), inside);
  return h("details", { class: "block container", open: !block.default_collapsed }, h("summary", {}, head), inside);
}

function row(kind) {
  return (block, context) =>
    h("div", { class: `block ${kind}` }, block.elements.map((one) => element(one, context)));
}

const BLOCKS = {
  section,
  header: (block) => h("div", { class: "block header", role: "heading", "aria-level": "3" }, text(block.text)),
  context: contextBlock,
  divider: () => h("hr", { class: "block" }),
  actions: row("actions"),
  context_actions: row("actions quiet"),
  markdown: (block) => h("div", { class: "block markdown" }, markdown(block.text)),
  rich_text: (block) => h("div", { class: "block rich" }, richText(block.elements)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  container,
  image,
  input: field,
};
