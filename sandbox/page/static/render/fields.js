// Input blocks: the fields of a form. What a person enters is read from the form when it is sent.

import { combobox } from "../combobox.js";
import { h } from "../dom.js";
import { boxes, chosenIn, listed, options } from "./choices.js";

/** An input block with its label, hint and, when the app or Slack complained, what is wrong. */
export function field(block, context) {
  const id = `field-${context.viewId}-${context.blockId}`;
  const { element } = block;
  const held = context.values?.[context.blockId]?.[element.action_id];
  const make = FIELDS[element.type];
  const input = make?.(element, { id, "data-focus": id }, held, context);
  const words = [block.label.text, block.optional && h("span", { class: "quiet" }, " (optional)")];
  const grouped = input?.hasAttribute("role");
  const label = grouped ? h("span", { class: "label", id: `${id}-label` }, words) : h("label", { for: id }, words);
  const hint = block.hint && h("p", { class: "quiet", id: `${id}-hint` }, block.hint.text);
  if (grouped) input.setAttribute("aria-labelledby", `${id}-label`);
  const made = h("div", { class: "block field" }, label, input ?? h("div", { class: "unknown" }, `unknown element: ${element.type}`), hint);
  if (!input) return made;
  input.dataset.block = context.blockId;
  input.dataset.kind = element.type;
  if (!isEmpty(read(input))) input.dataset.initial = "true";
  if (hint) target(input).setAttribute("aria-describedby", hint.id);
  if (element.focus_on_load) target(input).setAttribute("autofocus", "");
  if (block.dispatch_action) tell(input, element, context);
  const wrong = context.errors?.[context.blockId];
  if (wrong) complain(made, wrong);
  return made;
}

/** What is wrong with a field, at the field. */
export function complain(made, words) {
  const input = made.querySelector("[data-block]");
  const one = target(input);
  made.querySelector(".wrong")?.remove();
  const note = h("p", { class: "wrong", id: `${one.id || input.id}-wrong` }, words);
  if (one.type !== "radio") one.setAttribute("aria-invalid", "true");
  one.setAttribute("aria-describedby", [one.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
  made.append(note);
}

/** The field of a form that something is wrong with gets the focus. */
export function focusWrong(form) {
  const wrong = form.querySelector(".wrong")?.closest(".field")?.querySelector("[data-block]");
  if (wrong) target(wrong).focus();
}

/** What the fields of a form hold, by block id; empty ones are left out unless they were filled at first. */
export function entered(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-block]")) {
    const value = read(input);
    if (!isEmpty(value) || input.dataset.initial) values[input.dataset.block] = value;
  }
  return values;
}

/** What was typed that the browser can't read as what the field takes, by block id: it would be sent as if nothing stood there. */
export function unreadable(form) {
  const wrong = [...form.querySelectorAll("[data-block]")].filter((input) => target(input)?.validity?.badInput);
  return Object.fromEntries(wrong.map((input) => [input.dataset.block, `Takes a ${target(input).type}`]));
}

/** Remembers what was typed; the function that is returned puts it into the fields of the same block and kind. */
export function keep(form) {
  const kept = new Map([...form.querySelectorAll("[data-block]")].map((input) => [`${input.dataset.block} ${input.dataset.kind}`, input]));
  return (fresh) => {
    for (const input of fresh.querySelectorAll("[data-block]")) {
      const old = kept.get(`${input.dataset.block} ${input.dataset.kind}`);
      if (old) write(input, old);
    }
  };
}

const isEmpty = (value) => value === "" || value.length === 0;

/** The part of a field that takes the focus. */
const target = (input) => (input.matches("input, textarea, select") ? input : input.querySelector("input"));

const MANY = ["checkboxes", "multi_static_select", "multi_external_select"];

function read(input) {
  const several = MANY.includes(input.dataset.kind);
  let values = [input.value];
  if (input.chosen) values = input.chosen.map((one) => one.value);
  else if (input.hasAttribute("role")) values = [...input.querySelectorAll("input:checked")].map((one) => one.value);
  else if (input.multiple) values = [...input.selectedOptions].map((one) => one.value);
  return several ? values : (values[0] ?? "");
}

function write(input, old) {
  if (old.chosen) {
    input.chosen = old.chosen;
    input.show();
  } else if (old.hasAttribute("role")) {
    const chosen = new Set([...old.querySelectorAll("input:checked")].map((one) => one.value));
    for (const box of input.querySelectorAll("input")) box.checked = chosen.has(box.value);
  } else if (old.multiple) {
    const chosen = new Set([...old.selectedOptions].map((one) => one.value));
    for (const option of input.options) option.selected = chosen.has(option.value);
  } else if (input.tagName !== "SELECT" || [...input.options].some((option) => option.value === old.value)) {
    input.value = old.value;
  }
}

/** Lets the app know of each use, where the block asks for that. */
function tell(input, element, context) {
  const use = () => context.use(element, context.blockId, read(input));
  if (input.chosen) {
    input.onpick = use;
    return;
  }
  if (!element.type.endsWith("_input")) return input.addEventListener("change", use);
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (on.includes("on_character_entered")) input.addEventListener("input", use);
  if (!on.includes("on_enter_pressed")) return;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    use();
  });
}

function line(type) {
  return (element, marks, held) => {
    const value = held ? (held.value ?? "") : (element.initial_value ?? "");
    const shared = { ...marks, placeholder: element.placeholder?.text, maxlength: element.max_length, value };
    return element.multiline ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type, step: type === "number" ? "any" : null });
  };
}

function select(source, several) {
  return (element, marks, held) => {
    const chosen = chosenIn(element, held);
    const none = several ? [] : [h("option", { value: "" }, element.placeholder?.text ?? "Choose…")];
    return h("select", { ...marks, multiple: several }, none, listed(element, source, chosen));
  };
}

function group(element, marks, held) {
  return boxes(element, { name: marks.id, chosen: chosenIn(element, held), marks });
}

function external(element, marks, held, context) {
  const first = held ? (held.selected_options ?? [held.selected_option]) : [element.initial_option, ...(element.initial_options ?? [])];
  return combobox({ element, marks, initial: first.filter(Boolean), suggest: (typed) => context.suggest(element, typed) });
}

const FIELDS = {
  plain_text_input: line("text"),
  number_input: line("number"),
  url_text_input: line("url"),
  email_text_input: line("email"),
  datepicker: (element, marks, held) => line("date")({ initial_value: element.initial_date }, marks, held && { value: held.selected_date }),
  static_select: select(options.fixed, false),
  multi_static_select: select(options.fixed, true),
  external_select: external,
  multi_external_select: external,
  users_select: select(options.people, false),
  channels_select: select(options.channels, false),
  conversations_select: select(options.channels, false),
  checkboxes: group,
  radio_buttons: group,
};
