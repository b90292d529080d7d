// Own documents: files that are dropped or chosen go into a bucket; their embedding is a job like any other.

import { house, telnyx } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./news.js";
import { base64 } from "./reading.js";
import { store } from "./store.js";

const MOST_BYTES = 100 * 2 ** 20; // Telnyx's limit for a document
const BUCKET = /^[a-z0-9][a-z0-9.\-]{0,62}$/;
let files = [];

/** Opens the window in which files and the bucket are chosen. */
export function addDocuments() {
  files = [];
  open();
}

/** Lets files be dropped anywhere on the page. */
export function takeDrops() {
  const sign = document.getElementById("drop");
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    sign.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) sign.hidden = true;
  });
  addEventListener("drop", (event) => {
    sign.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    files = [...event.dataTransfer.files];
    open();
  });
}

const BAD_NAME = "A bucket's name has 1 to 63 characters: a–z, 0–9, dots, and hyphens, and begins with a letter or digit.";
const NO_FILES = "Choose at least one file.";

function open() {
  document.querySelector("dialog.documents")?.remove();
  const chosen = h("ul", { class: "files" });
  const input = h("input", { type: "file", id: "files", multiple: true, onchange: () => { files = [...input.files]; list(chosen); } });
  const names = store.facts.buckets.map((one) => one.name);
  const bucket = h("input", { id: "bucket", list: "buckets", value: "docs", autocomplete: "off" });
  const dialog = h("dialog", { class: "modal documents", "aria-labelledby": "documents-title" });
  const content = h("div", { class: "content" },
    h("div", { class: "field" }, h("label", { for: "files" }, "Files (Markdown, text, HTML, PDF, …)"), input, chosen),
    h("div", { class: "field" }, h("label", { for: "bucket" }, "Bucket"), bucket, h("datalist", { id: "buckets" }, names.map((name) => h("option", { value: name })))),
    h("p", { class: "quiet" }, "An existing bucket or a new one: a–z, 0–9, dot, and hyphen. Embedding takes some seconds, and the bot shows its progress in #jobs. It searches a new bucket within fifteen seconds."));
  const add = h("button", { type: "submit", class: "button primary" }, "Add");
  const foot = h("div", { class: "foot" }, add);
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("div", { class: "head" }, h("h2", { id: "documents-title" }, "Add documents"), h("button", { type: "button", class: "plain close", "aria-label": "Close window", onclick: () => dialog.close() }, icon("close"))),
    content,
    foot,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (add.hasAttribute("aria-busy")) return;
    const name = bucket.value.trim();
    wrong(input, files.length ? "" : NO_FILES);
    wrong(bucket, BUCKET.test(name) ? "" : BAD_NAME);
    const first = form.querySelector("[aria-invalid]");
    if (first) return first.focus();
    add.setAttribute("aria-busy", "true");
    const unread = await upload(name);
    const added = files.length - unread.filter((one) => one.refused).length;
    const words = `${added} ${added === 1 ? "file" : "files"} added to ${name}`;
    if (!unread.length) {
      dialog.close();
      return say(`${words}; #jobs shows the progress.`, { shown: true });
    }
    const close = h("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, "Close");
    fill(content, h("p", { role: "status" }, `${words}. ${unread.length === 1 ? "One of your files" : `${unread.length} of your files`} can't be read, so the bot can't search ${unread.length === 1 ? "it" : "them"}. Save as PDF, Markdown, HTML, or UTF-8 text, and add again.`),
      h("ul", { class: "unread-files" }, unread.map((one) => h("li", {}, h("code", {}, one.name), ` ${one.reason}`))));
    fill(foot, close);
    close.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  list(chosen);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
}

/** Says below a field what is wrong with it; "" takes that away. */
function wrong(input, words) {
  input.closest(".field").querySelector(".wrong")?.remove();
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
  if (!words) return;
  const note = h("p", { class: "wrong", id: `${input.id}-wrong` }, words);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", note.id);
  input.closest(".field").append(note);
}

function list(chosen) {
  chosen.replaceChildren(...files.map((file) => h("li", {}, file.name)));
}

/** One after the other; those that weren't taken or can't be read, each with its name and reason. */
async function upload(bucket) {
  const unread = [];
  for (const file of files) {
    try {
      if (file.size > MOST_BYTES) throw new Error("It's larger than 100 MB.");
      await telnyx.act("documents", { bucket, filename: file.name, base64: await base64(file) });
    } catch (error) {
      unread.push({ name: file.name, reason: error.message, refused: true });
    }
  }
  const waiting = (await house.look("page")).buckets.find((one) => one.name === bucket)?.waiting ?? [];
  const failed = new Map(waiting.filter((one) => one.reason).map((one) => [one.name, one.reason]));
  const names = new Set(unread.map((one) => one.name));
  for (const { name } of files) if (failed.has(name) && !names.has(name)) unread.push({ name, reason: failed.get(name), refused: false });
  return unread;
}
