// Views: the modal that stands on top of a person's stack.

import { slack } from "./api.js";
import { fill, h } from "./dom.js";
import { say } from "./news.js";
import { blocks } from "./render/blocks.js";
import { entered } from "./render/fields.js";
import { store } from "./store.js";

let dialog = null;
let drawn = "";

export function modal() {
  const view = store.views.filter((one) => one.type === "modal").at(-1);
  const looks = view ? `${view.id} ${view.hash} ${JSON.stringify(view.errors)}` : "";
  if (looks === drawn) return;
  drawn = looks;
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
  draw(view);
  if (!dialog.open) dialog.showModal();
}

function draw(view) {
  const use = (element, _block, value) => act("click", { view_id: view.id, action_id: element.action_id, value });
  const context = { use, viewId: view.id, values: view.state.values, errors: view.errors };
  const form = h(
    "form",
    { method: "dialog", "aria-labelledby": "modal-title" },
    h("div", { class: "head" }, h("h2", { id: "modal-title" }, view.title.text), h("button", { type: "button", class: "plain", "aria-label": "Close window", onclick: leave }, "✕")),
    h("div", { class: "content", tabindex: "0", role: "region", "aria-label": "Content" }, blocks(view.blocks, context)),
    h("div", { class: "foot" },
      h("button", { type: "button", class: "button", onclick: leave }, view.close?.text ?? (view.submit ? "Cancel" : "Close")),
      view.submit && h("button", { type: "submit", class: "button primary" }, view.submit.text)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view, form);
  });
  dialog.setAttribute("aria-labelledby", "modal-title");
  fill(dialog, form);
}

async function submit(view, form) {
  form.querySelectorAll(".wrong").forEach((words) => words.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  const seen = await act("submit", { view_id: view.id, values: entered(form) });
  if (!seen?.errors) return;
  // What Slack itself finds missing is told to the person only, so it is shown here.
  for (const [block, words] of Object.entries(seen.errors)) {
    const input = form.querySelector(`[data-block="${CSS.escape(block)}"]`);
    if (!input || input.getAttribute("aria-invalid")) continue;
    const id = `${input.id}-wrong`;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
    input.after(h("p", { class: "wrong", id }, words));
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function leave() {
  const view = store.views.filter((one) => one.type === "modal").at(-1);
  return view && act("close", { view_id: view.id });
}

async function act(what, fields) {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  try {
    const seen = await slack.act(what, { user: store.user, ...given });
    if (seen.ok === false && !seen.errors) say(seen.error, { bad: true });
    return seen;
  } catch (error) {
    say(error.message, { bad: true });
    return null;
  }
}
