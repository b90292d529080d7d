// A button with a menu of things to do, for mouse and keyboard.

import { h } from "./dom.js";
import { hide, showAt } from "./popup.js";

let count = 0;

/** `items` are `{label, description?, href?, act?}`. */
export function menuButton({ label, sign, focus, style = "button", items }) {
  const id = `menu-${(count += 1)}`;
  const list = h("ul", { id, role: "menu", class: "menu", popover: "auto", "aria-label": label });
  const button = h(
    "button",
    { type: "button", class: style, "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false", popovertarget: id, "data-focus": focus },
    sign,
  );
  const choose = (item) => {
    hide(list);
    button.focus();
    item.act?.();
  };
  list.append(...items.map((item) => h("li", { role: "none" }, entry(item, () => choose(item)))));
  list.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    showAt(list, button, { end: true });
    list.querySelector("[role=menuitem]")?.focus();
  });
  list.addEventListener("keydown", (event) => move(event, list));
  list.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !list.contains(event.relatedTarget)) hide(list);
  });
  return h("span", { class: "menu-holder" }, button, list);
}

function entry(item, choose) {
  const words = [h("span", {}, item.label), item.description && h("span", { class: "quiet" }, item.description)];
  const shared = { role: "menuitem", tabindex: "-1", onclick: choose };
  if (item.href) return h("a", { ...shared, href: item.href, target: "_blank", rel: "noopener noreferrer" }, words);
  return h("button", { ...shared, type: "button" }, words);
}

function move(event, list) {
  const entries = [...list.querySelectorAll("[role=menuitem]")];
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") hide(list);
  if (event.key === "Escape") event.stopPropagation(); // it closes the menu, not the thread or window below
  if (to === undefined) return;
  event.preventDefault();
  entries.at(to % entries.length)?.focus();
}
