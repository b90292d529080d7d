// Input blocks: the fields of a modal. What a person enters is read from the form when it is sent.

import { h } from "../dom.js";
import { options } from "./elements.js";

/** An input block with its label, hint and, when the app or Slack complained, what is wrong. */
export function field(block, context) {
  const id = `field-${context.viewId}-${context.blockId}`;
  const wrong = context.errors?.[context.blockId];
  const label = [block.label.text, block.optional && h("span", { class: "quiet" }, " (optional)")];
  const marks = { id, "data-block": context.blockId, "data-focus": id, "aria-invalid": wrong ? "true" : null, "aria-describedby": wrong ? `${id}-wrong` : null };
  const input = FIELDS[block.element.type]?.(block.element, marks, context.values?.[context.blockId]?.[block.element.action_id]);
  return h(
    "div",
    { class: "block field" },
    h("label", { for: id }, label),
    input ?? h("div", { class: "unknown" }, `unknown element: ${block.element.type}`),
    block.hint && h("p", { class: "quiet" }, block.hint.text),
    wrong && h("p", { class: "wrong", id: `${id}-wrong` }, wrong),
  );
}

/** What the fields of a form hold, by block id; empty ones are left out. */
export function entered(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-block]")) {
    const value = READ[input.dataset.kind](input);
    if (value !== "" && value.length !== 0) values[input.dataset.block] = value;
  }
  return values;
}

const READ = {
  text: (input) => input.value,
  one: (input) => input.value,
  several: (input) => [...input.selectedOptions].map((option) => option.value),
  boxes: (box) => [...box.querySelectorAll("input:checked")].map((input) => input.value),
};

function line(type) {
  return (element, marks, held) => {
    const shared = { ...marks, "data-kind": "text", placeholder: element.placeholder?.text, maxlength: element.max_length, value: held?.value ?? element.initial_value ?? "" };
    return element.multiline ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type });
  };
}

function select(list, several) {
  return (element, marks, held) => {
    const initial = [element.initial_option, ...(element.initial_options ?? []), held?.selected_option, ...(held?.selected_options ?? [])];
    const chosen = new Set(initial.filter(Boolean).map((one) => one.value));
    const none = several ? [] : [h("option", { value: "" }, element.placeholder?.text ?? "Choose…")];
    const items = list(element).map(([value, label]) => h("option", { value, selected: chosen.has(value) }, label));
    return h("select", { ...marks, "data-kind": several ? "several" : "one", multiple: several }, none, items);
  };
}

function boxes(type) {
  return (element, marks) => {
    const initial = new Set([element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value));
    const one = ([value, label]) => h("label", {}, h("input", { type, name: marks.id, value, checked: initial.has(value) }), label);
    return h("div", { ...marks, role: "group", "data-kind": type === "radio" ? "radio" : "boxes", class: "choices" }, options.fixed(element).map(one));
  };
}
READ.radio = (box) => box.querySelector("input:checked")?.value ?? "";

const FIELDS = {
  plain_text_input: line("text"),
  number_input: line("number"),
  url_text_input: line("url"),
  email_text_input: line("email"),
  datepicker: (element, marks, held) => line("date")({ initial_value: element.initial_date }, marks, { value: held?.selected_date }),
  static_select: select(options.fixed, false),
  multi_static_select: select(options.fixed, true),
  users_select: select(options.people, false),
  channels_select: select(options.channels, false),
  conversations_select: select(options.channels, false),
  checkboxes: boxes("checkbox"),
  radio_buttons: boxes("radio"),
};
