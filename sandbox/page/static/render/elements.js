// What people press and choose: buttons, feedback, menus, pickers.

import { combobox } from "../combobox.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";
import { boxes, chosenIn, listed, options } from "./choices.js";
import { safeUrl } from "./links.js";

let count = 0;

/** An interactive element, or null when it is not known. */
export function control(element, context) {
  return ELEMENTS[element.type]?.(element, context) ?? null;
}

/** Whether the person means it, where the element wants that asked. */
function meant({ confirm }) {
  return !confirm || window.confirm(`${confirm.title.text}\n\n${confirm.text.text}`);
}

/** Uses an element once, after asking when the element wants that. */
function used(element, context, value) {
  return async (event) => {
    const target = event.currentTarget;
    if (!meant(element)) return;
    target.setAttribute("aria-busy", "true");
    try {
      await context.use(element, context.blockId, typeof value === "function" ? value(target) : value);
    } finally {
      target.removeAttribute("aria-busy");
    }
  };
}

const focusOf = (element, context) => `${context.blockId}/${element.action_id}`;
const nameOf = (element, fallback) => element.placeholder?.text ?? fallback;

/** Signs that stand alone on a button: a bare machine has no font for them. */
const THUMBS = { "👍": "up", "👎": "down" };

function button(element, context) {
  const url = element.url && safeUrl(element.url);
  const properties = {
    class: `button ${element.style ?? ""}`,
    "data-focus": `${focusOf(element, context)}/${element.value ?? ""}`,
    "aria-label": element.accessibility_label,
    onclick: used(element, context, element.value),
  };
  const shown = THUMBS[element.text.text] ? icon(THUMBS[element.text.text]) : element.text.text;
  if (url) return h("a", { ...properties, href: url, target: "_blank", rel: "noopener noreferrer" }, shown);
  return h("button", { ...properties, type: "button" }, shown);
}

function feedback(element, context) {
  const side = (name, sign) => {
    const one = element[name];
    const label = one.accessibility_label ?? one.text.text;
    const focus = `${focusOf(element, context)}/${name}`;
    return h("button", { type: "button", class: "button thumb", "aria-label": label, title: label, "data-focus": focus, onclick: used(element, context, one.value) }, icon(sign));
  };
  return h("span", { class: "thumbs" }, side("positive_button", "up"), side("negative_button", "down"));
}

function overflow(element, context) {
  const item = (option) => ({
    label: option.text.text,
    description: option.description?.text,
    href: option.url && safeUrl(option.url),
    act: () => meant(element) && context.use(element, context.blockId, option.value),
  });
  return menuButton({ label: "More actions", sign: icon("more"), style: "button overflow", focus: focusOf(element, context), items: element.options.map(item) });
}

function menu(source) {
  return (element, context) => {
    const first = nameOf(element, "Choose…");
    const chosen = chosenIn(element, context.values?.[context.blockId]?.[element.action_id]);
    const none = h("option", { value: "", disabled: true, selected: chosen.size === 0 }, first);
    const properties = { "aria-label": first, "data-focus": focusOf(element, context), onchange: used(element, context, (select) => select.value) };
    return h("select", properties, none, listed(element, source, chosen));
  };
}

function several(element, context) {
  const chosen = chosenIn(element, context.values?.[context.blockId]?.[element.action_id]);
  const picked = (select) => [...select.selectedOptions].map((option) => option.value);
  const properties = { "aria-label": nameOf(element, "Choose…"), multiple: true, "data-focus": focusOf(element, context), onchange: used(element, context, picked) };
  return h("select", properties, listed(element, options.fixed, chosen));
}

function external(element, context) {
  const id = `menu-field-${(count += 1)}`;
  const held = context.values?.[context.blockId]?.[element.action_id];
  const initial = held ? (held.selected_options ?? [held.selected_option]) : [element.initial_option, ...(element.initial_options ?? [])];
  const made = combobox({
    element,
    marks: { id, "aria-label": nameOf(element, "Type to search"), "data-focus": focusOf(element, context) },
    initial: initial.filter(Boolean),
    suggest: (typed) => context.suggest(element, typed),
  });
  made.onpick = () => {
    const values = made.chosen.map((one) => one.value);
    if (meant(element)) context.use(element, context.blockId, element.type.startsWith("multi_") ? values : values[0]);
  };
  return made;
}

function choice(element, context) {
  const name = `choice-${(count += 1)}`;
  const checked = (input) => [...input.closest("[role]").querySelectorAll("input:checked")].map((one) => one.value);
  const value = element.type === "radio_buttons" ? (input) => input.value : checked;
  const chosen = chosenIn(element, context.values?.[context.blockId]?.[element.action_id]);
  return boxes(element, { name, chosen, marks: { "aria-label": "Choices" }, onchange: used(element, context, value) });
}

const ELEMENTS = {
  button,
  icon_button: (element, context) => button({ ...element, accessibility_label: element.text.text }, context),
  feedback_buttons: feedback,
  static_select: menu(options.fixed),
  multi_static_select: several,
  external_select: external,
  multi_external_select: external,
  overflow,
  users_select: menu(options.people),
  channels_select: menu(options.channels),
  conversations_select: menu(options.channels),
  radio_buttons: choice,
  checkboxes: choice,
  datepicker: (element, context) =>
    h("input", { type: "date", "aria-label": nameOf(element, "Date"), value: element.initial_date ?? "", onchange: used(element, context, (input) => input.value) }),
};
