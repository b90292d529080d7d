// Changes a message that was written before, in its place.

import { act } from "./acting.js";
import { h } from "./dom.js";
import { channelNamed, handleOf, redraw, store } from "./store.js";

let open = null; // {key, inThread}

const keyOf = (message) => `${message.channel} ${message.ts}`;

/** Whether a message stands there as a box. */
export const isEdited = (message, inThread) => open !== null && open.key === keyOf(message) && open.inThread === inThread;

/** Opens the box. */
export function edit(message, inThread) {
  open = { key: keyOf(message), inThread };
  redraw();
  const box = document.getElementById("edit-box");
  box?.focus();
  box?.setSelectionRange(box.value.length, box.value.length);
}

function close() {
  open = null;
  redraw();
}

/** The box with what was typed, *Cancel*, and *Save*. */
export function editor(message) {
  const box = h("textarea", { id: "edit-box", rows: "1", "aria-label": "Edit message", value: typed(message.text) });
  const save = async () => {
    const text = box.value.trim();
    if (text && text !== typed(message.text) && !(await act("edit", { channel: message.channel, ts: message.ts, text }))) return;
    close();
  };
  const form = h(
    "form",
    { class: "editor" },
    box,
    h("div", { class: "actions" }, h("button", { type: "button", class: "button", onclick: close }, "Cancel"), h("button", { type: "submit", class: "button primary" }, "Save")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault(); // the thread stays open
      close();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  return form;
}

/** What a person typed, from what Slack made of it. */
function typed(text) {
  return text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${handleOf(id)}`)
    .replace(/<#(\w+)(?:\|[^>]*)?>/g, (_, id) => `#${channelNamed(id)?.name ?? id}`)
    .replace(/<([^<>|]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
