// Views: the modal that lies on top of a person's stack.

import { act, uses } from "./acting.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { blocks } from "./render/blocks.js";
import { complain, entered, focusWrong, keep, unreadable } from "./render/fields.js";
import { store } from "./store.js";

let dialog = null;
let drawn = { id: "", looks: "", errors: "" };

const stack = () => store.views.filter((one) => one.type === "modal");

export function modal() {
  const views = stack();
  const view = views.at(-1);
  const errors = view ? JSON.stringify(view.errors) : "";
  const looks = view ? `${view.hash} ${errors}` : "";
  if (view?.id === drawn.id && looks === drawn.looks) return;
  const same = view?.id === drawn.id;
  const told = same && errors === drawn.errors;
  drawn = { id: view?.id, looks, errors };
  if (!view) {
    dialog?.close();
    dialog?.remove();
    dialog = null;
    return;
  }
  if (!dialog) {
    dialog = h("dialog", { class: "modal" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    document.body.append(dialog);
  }
  draw(view, { same, told, pushed: views.length > 1 });
}

/** Draws a view; where it is the one that stood there before, what was typed and the focus stay, unless something new is wrong. */
function draw(view, { same, told, pushed }) {
  const restore = same ? keep(dialog) : null;
  const focused = same && dialog.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const context = { ...uses({ view_id: view.id }), viewId: view.id, values: view.state.values, errors: view.errors };
  const close = view.close?.text ?? (view.submit ? "Cancel" : "Close");
  const form = h(
    "form",
    { method: "dialog", novalidate: true, "aria-labelledby": "modal-title" },
    h("div", { class: "head" },
      pushed && h("button", { type: "button", class: "plain back", "aria-label": "Back", title: "Back", onclick: leave }, icon("back")),
      h("h2", { id: "modal-title" }, view.title.text),
      h("button", { type: "button", class: "plain close", "aria-label": "Close window", onclick: leaveAll }, icon("close"))),
    h("div", { class: "content", tabindex: "0", role: "region", "aria-label": "Content" }, blocks(view.blocks, context)),
    h("div", { class: "foot" },
      h("button", { type: "button", class: "button", onclick: leave }, close),
      view.submit && h("button", { type: "submit", class: "button primary" }, view.submit.text)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view, form);
  });
  dialog.setAttribute("aria-labelledby", "modal-title");
  fill(dialog, form);
  restore?.(form);
  if (!dialog.open) dialog.showModal();
  if (Object.keys(view.errors).length && !told) focusWrong(form);
  else if (focused) form.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  else (form.querySelector("[autofocus]") ?? form.querySelector(".field input, .field textarea, .field select"))?.focus();
}

async function submit(view, form) {
  const button = form.querySelector("button[type=submit]");
  if (button.getAttribute("aria-busy")) return;
  form.querySelectorAll(".wrong").forEach((words) => words.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  const unread = unreadable(form);
  if (Object.keys(unread).length) return wrong(form, unread);
  button.setAttribute("aria-busy", "true");
  let seen;
  try {
    seen = await act("submit", { view_id: view.id, values: entered(form) });
  } finally {
    button.removeAttribute("aria-busy");
  }
  // A form that is gone was drawn anew meanwhile, with what is wrong.
  if (!seen?.errors || !form.isConnected) return;
  wrong(form, seen.errors);
  // The view brings the app's errors once more, maybe when the person types into another field, or presses a button, by then.
  if (seen.response_action !== "errors") return;
  const errors = JSON.stringify(seen.errors);
  drawn = { id: view.id, looks: `${view.hash} ${errors}`, errors };
}

/** What is wrong, at the fields; what Slack itself finds missing is told to the person only, so no view brings it. */
function wrong(form, errors) {
  for (const [block, words] of Object.entries(errors)) {
    const field = form.querySelector(`[data-block="${CSS.escape(block)}"]`)?.closest(".field");
    if (field) complain(field, words);
  }
  focusWrong(form);
}

/** Back to the view below, or away from the last one. */
function leave() {
  const view = stack().at(-1);
  return view && act("close", { view_id: view.id });
}

/** Away from all of them. */
function leaveAll() {
  const view = stack().at(-1);
  return view && act("close", { view_id: view.id, all: true });
}
