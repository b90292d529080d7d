// The choices that elements offer: options of a menu, people, channels; as boxes and as lists.

import { h } from "../dom.js";
import { channelNamed, store } from "../store.js";
import { mrkdwn } from "./mrkdwn.js";

/** The options of a static menu, of people, or of channels: [value, label]. */
export const options = {
  fixed: (element) => all(element).map((one) => [one.value, one.text.text]),
  people: () => store.state.people.map((one) => [one.id, one.real_name]),
  channels: () => store.state.channels.filter((one) => one.name).map((one) => [one.id, `#${channelNamed(one.id).name}`]),
};

export const all = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];

/** The values chosen at first, or those that someone chose before. */
export function chosenIn(element, held) {
  if (held) {
    const picked = held.selected_options ?? [held.selected_option];
    const id = held.selected_user ?? held.selected_channel ?? held.selected_conversation;
    return new Set([...picked.filter(Boolean).map((one) => one.value), id].filter(Boolean));
  }
  const initial = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value);
  const id = element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  return new Set([...initial, id].filter(Boolean));
}

/** The `option` elements of a select, in groups where the element has them. */
export function listed(element, source, chosen) {
  const option = ([value, label]) => h("option", { value, selected: chosen.has(value) }, label);
  if (source !== options.fixed || !element.option_groups) return source(element).map(option);
  const group = (one) => h("optgroup", { label: one.label.text }, one.options.map((each) => option([each.value, each.text.text])));
  return element.option_groups.map(group);
}

/** Radio buttons or checkboxes in a group. */
export function boxes(element, { name, chosen, marks = {}, onchange }) {
  const type = element.type === "radio_buttons" ? "radio" : "checkbox";
  const one = (option) =>
    h("label", {},
      h("input", { type, name, value: option.value, checked: chosen.has(option.value), onchange, "data-focus": `${name}/${option.value}` }),
      h("span", {}, words(option.text), option.description && h("span", { class: "quiet" }, " ", words(option.description))));
  return h("div", { role: type === "radio" ? "radiogroup" : "group", class: "choices", ...marks }, element.options.map(one));
}

const words = (text) => (text.type === "mrkdwn" ? mrkdwn(text.text) : text.text);
