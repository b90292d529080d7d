// Own documents: files that are dropped or chosen go into a bucket; their embedding is a job like any other.

import { telnyx } from "./api.js";
import { h } from "./dom.js";
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

function open() {
  document.querySelector("dialog.documents")?.remove();
  const chosen = h("ul", { class: "files" });
  const input = h("input", { type: "file", id: "files", multiple: true, onchange: () => { files = [...input.files]; list(chosen); } });
  const names = store.facts.buckets.map((one) => one.name);
  const bucket = h("input", { id: "bucket", list: "buckets", value: "docs", autocomplete: "off", pattern: BUCKET.source, required: true });
  const dialog = h("dialog", { class: "modal documents", "aria-labelledby": "documents-title" });
  const form = h(
    "form",
    { method: "dialog" },
    h("div", { class: "head" }, h("h2", { id: "documents-title" }, "Add documents"), h("button", { type: "button", class: "plain", "aria-label": "Close window", onclick: () => dialog.close() }, "✕")),
    h("div", { class: "content" },
      h("div", { class: "field" }, h("label", { for: "files" }, "Files (Markdown, text, HTML, PDF, …)"), input, chosen),
      h("div", { class: "field" }, h("label", { for: "bucket" }, "Bucket"), bucket, h("datalist", { id: "buckets" }, names.map((name) => h("option", { value: name }))),
        h("p", { class: "quiet" }, "An existing bucket or a new one: a–z, 0–9, dot and hyphen. The bot shows the progress of the embedding in #jobs; it takes some seconds. It searches a new bucket within fifteen seconds."))),
    h("div", { class: "foot" }, h("button", { type: "submit", class: "button primary" }, "Add")),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!files.length) return input.focus();
    dialog.close();
    await upload(bucket.value.trim());
  });
  dialog.addEventListener("close", () => dialog.remove());
  list(chosen);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
}

function list(chosen) {
  chosen.replaceChildren(...files.map((file) => h("li", {}, file.name)));
}

/** One after the other; what cannot be added is named, the others are added all the same. */
async function upload(bucket) {
  const refused = [];
  for (const file of files) {
    try {
      if (file.size > MOST_BYTES) throw new Error("larger than 100 MB");
      await telnyx.act("documents", { bucket, filename: file.name, base64: await base64(file) });
    } catch (error) {
      refused.push(`${file.name}: ${error.message}`);
    }
  }
  const added = files.length - refused.length;
  const words = `${added} ${added === 1 ? "file" : "files"} added to ${bucket}; #jobs shows the progress.`;
  say([added ? words : "", ...refused].filter(Boolean).join(" · "), { bad: refused.length > 0, shown: true });
}

