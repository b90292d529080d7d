// Tells what happened: to those who listen (aria-live), and in a line at the top when something was refused.

import { h } from "./dom.js";

const SHOWN_MS = 8000;

/** Says a sentence; a bad one is also shown. */
export function say(text, { bad = false, shown = bad } = {}) {
  if (!shown) {
    document.getElementById("news").textContent = text;
    return;
  }
  document.querySelector(".toast")?.remove();
  const toast = h("p", { class: bad ? "toast bad" : "toast", role: "alert" }, text);
  document.body.append(toast);
  setTimeout(() => toast.remove(), SHOWN_MS);
}
