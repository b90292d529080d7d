// Files that a message carries: a card each, which opens the file, with a way to save it. Pictures are shown, sound is played, of text one sees the beginning.

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { store } from "../store.js";

const KILO = 1000;
const READ_BYTES = 100 * KILO; // of text; a longer one is opened, not shown
const LINES = 6;
const LINE = 200; // characters

let count = 0;

export function fileCards(files) {
  if (!files?.length) return null;
  return h("ul", { class: "file-cards", "aria-label": files.length === 1 ? "File" : "Files" }, files.map((file) => h("li", {}, card(file))));
}

function card(file) {
  if (file.mode === "tombstone") return h("p", { class: "quiet" }, "This file was deleted.");
  const href = `/slack/control/files/content?${new URLSearchParams({ user: store.user, file: file.id })}`;
  const id = `file-${(count += 1)}`;
  const opens = { href, target: "_blank", rel: "noopener noreferrer", "data-focus": file.id };
  const name = h("strong", { id }, file.title);
  const about = h("span", { class: "quiet" }, `${kind(file)} · ${size(file.size)}`);
  const saves = h("a", { href, download: file.name, class: "save", "aria-label": "Download", "aria-describedby": id, title: "Download" }, icon("save"));
  const is = (type) => file.mimetype.startsWith(type);
  if (is("image/") && !file.mimetype.includes("svg")) {
    // The description of the picture is the name of the link.
    return h("figure", {}, h("figcaption", {}, name, about, saves), h("a", opens, h("img", { src: href, alt: file.alt_txt || file.title })));
  }
  const link = h("a", { ...opens, class: "file-card" }, h("span", { class: "sign", "aria-hidden": "true" }, icon(is("audio/") ? "sound" : "file")), h("span", { class: "words" }, name, about));
  return h("div", { class: "file" }, h("div", { class: "line" }, link, saves), is("audio/") ? player(href, id) : preview(file, href));
}

function player(href, id) {
  return h("audio", { controls: true, preload: "none", src: href, "aria-labelledby": id });
}

/** The first lines of a text, once they are there. */
function preview(file, href) {
  const readable = file.mimetype.startsWith("text/") || file.mimetype === "application/json";
  if (!readable || file.size > READ_BYTES) return null;
  const box = h("pre", { class: "preview", tabindex: "0", "aria-label": `Beginning of ${file.title}`, hidden: true });
  fetch(href)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => {
      const lines = text.trimEnd().split("\n");
      fill(box, [...lines.slice(0, LINES).map((line) => line.slice(0, LINE)), ...(lines.length > LINES ? ["…"] : [])].join("\n"));
      box.hidden = !text;
      const list = box.closest(".messages");
      if (list?.atEnd) list.scrollTop = list.scrollHeight;
    })
    .catch(() => box.remove()); // the file is still there to be opened
  return box;
}

const kind = (file) => (file.filetype === "binary" ? "File" : file.filetype.toUpperCase());

function size(bytes) {
  if (bytes < KILO) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const [value, unit] = bytes < KILO * KILO ? [bytes / KILO, "kB"] : [bytes / KILO / KILO, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
