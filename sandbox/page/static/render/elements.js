// What people press and choose: buttons, feedback, menus, pickers.

import { h } from "../dom.js";
import { channelNamed, store } from "../store.js";
import { safeUrl } from "./links.js";

/** An interactive element, or null when it is not known. */
export function control(element, context) {
  return ELEMENTS[element.type]?.(element, context) ?? null;
}

/** Uses an element once, after asking when the element wants that. */
function used(element, context, value) {
  return async (event) => {
    const target = event.currentTarget;
    if (element.confirm && !window.confirm(`${element.confirm.title.text}\n\n${element.confirm.text.text}`)) return;
    target.setAttribute("aria-busy", "true");
    try {
      await context.use(element, context.blockId, typeof value === "function" ? value(target) : value);
    } finally {
      target.removeAttribute("aria-busy");
    }
  };
}

function button(element, context) {
  const url = element.url && safeUrl(element.url);
  const properties = {
    class: `button ${element.style ?? ""}`,
    "data-focus": `${context.blockId}/${element.action_id}/${element.value ?? ""}`,
    "aria-label": element.accessibility_label,
    onclick: used(element, context, element.value),
  };
  if (url) return h("a", { ...properties, href: url, target: "_blank", rel: "noopener noreferrer" }, element.text.text);
  return h("button", { ...properties, type: "button" }, element.text.text);
}

function feedback(element, context) {
  const side = (name, sign) => {
    const one = element[name];
    const label = one.accessibility_label ?? one.text.text;
    const focus = `${context.blockId}/${element.action_id}/${name}`;
    return h("button", { type: "button", class: "button thumb", "aria-label": label, title: label, "data-focus": focus, onclick: used(element, context, one.value) }, sign);
  };
  return h("span", { class: "thumbs" }, side("positive_button", "▲"), side("negative_button", "▼"));
}

function menu(options) {
  return (element, context) => {
    const first = element.placeholder?.text ?? "Choose…";
    const list = options(element).map(([value, label]) => h("option", { value }, label));
    const focus = `${context.blockId}/${element.action_id}`;
    return h("select", { "aria-label": first, "data-focus": focus, onchange: used(element, context, (select) => select.value) }, h("option", { value: "", disabled: true, selected: true }, first), list);
  };
}

/** The options of a static menu, of people, or of channels: [value, label]. */
export const options = {
  fixed: (element) =>
    [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)].map((one) => [one.value, one.text.text]),
  people: () => store.state.people.map((one) => [one.id, one.real_name]),
  channels: () => store.state.channels.filter((one) => one.name).map((one) => [one.id, `#${channelNamed(one.id).name}`]),
};

const ELEMENTS = {
  button,
  icon_button: (element, context) => button({ ...element, accessibility_label: element.text.text }, context),
  feedback_buttons: feedback,
  static_select: menu(options.fixed),
  overflow: menu((element) => options.fixed(element)),
  users_select: menu(options.people),
  channels_select: menu(options.channels),
  conversations_select: menu(options.channels),
  radio_buttons: menu(options.fixed),
  datepicker: (element, context) =>
    h("input", { type: "date", "aria-label": element.placeholder?.text ?? "Date", value: element.initial_date ?? "", onchange: used(element, context, (input) => input.value) }),
  checkboxes: (element, context) =>
    h("span", { class: "choices" }, options.fixed(element).map(([value, label]) =>
      h("label", {}, h("input", { type: "checkbox", value, onchange: used(element, context, () => [value]) }), label))),
};
