// Files that a message carries: a card each, which opens the file; pictures are shown.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { store } from "../store.js";

const KILO = 1000;

export function fileCards(files) {
  if (!files?.length) return null;
  return h("ul", { class: "file-cards", "aria-label": files.length === 1 ? "File" : "Files" }, files.map((file) => h("li", {}, card(file))));
}

function card(file) {
  if (file.mode === "tombstone") return h("p", { class: "quiet" }, "This file was deleted.");
  const href = `/slack/control/files/content?${new URLSearchParams({ user: store.user, file: file.id })}`;
  const opens = { href, target: "_blank", rel: "noopener noreferrer", "data-focus": file.id };
  const about = h("span", { class: "quiet" }, `${kind(file)} · ${size(file.size)}`);
  const name = h("strong", {}, file.title);
  if (!file.mimetype.startsWith("image/") || file.mimetype.includes("svg")) {
    return h("a", { ...opens, class: "file-card" }, h("span", { class: "sign", "aria-hidden": "true" }, icon("file")), h("span", { class: "words" }, name, about));
  }
  // The description of the picture is the name of the link.
  return h("figure", {}, h("figcaption", {}, name, about), h("a", opens, h("img", { src: href, alt: file.alt_txt || file.title })));
}

const kind = (file) => (file.filetype === "binary" ? "File" : file.filetype.toUpperCase());

function size(bytes) {
  if (bytes < KILO) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const [value, unit] = bytes < KILO * KILO ? [bytes / KILO, "kB"] : [bytes / KILO / KILO, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
