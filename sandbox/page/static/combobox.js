// A field that asks for its options while someone types, and takes only what was offered.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { hide, showAt } from "./popup.js";

const PAUSE_MS = 200; // between the last key and the question
const LEAST = 3; // Slack's own number of characters before it asks

/**
 * The field. `.chosen` holds what is chosen, `[{value, label}]`.
 *
 * `suggest(typed)` resolves to `{ok, options | option_groups, error}`; the field's own `.onpick()` is called after each choice.
 */
export function combobox({ element, marks, initial, suggest }) {
  const several = element.type.startsWith("multi_");
  const made = new Combobox({ element, several, suggest, marks });
  made.holder.chosen = initial.map((one) => ({ value: one.value, label: one.text.text }));
  made.show();
  return made.holder;
}

class Combobox {
  constructor({ element, several, suggest, marks }) {
    Object.assign(this, { several, suggest, found: [], at: -1, asked: 0, timer: 0 });
    this.least = element.min_query_length ?? LEAST;
    const { id, ...rest } = marks;
    this.list = h("ul", { id: `${id}-list`, role: "listbox", class: "suggestions-box", popover: "manual", "aria-label": "Options" });
    this.hint = h("p", { class: "quiet", role: "status" });
    this.input = h("input", {
      ...rest,
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      placeholder: element.placeholder?.text ?? "Type to search",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      oninput: () => this.type(),
      onfocus: () => this.least === 0 && this.ask(),
      onblur: () => this.leave(),
      onkeydown: (event) => this.key(event),
    });
    this.chips = h("ul", { class: "chips", "aria-label": "Chosen" });
    this.holder = h("div", { class: "combobox" }, several && this.chips, this.input, this.list, this.hint);
    this.holder.show = () => this.show();
  }

  /** Brings the field in line with what is chosen. */
  show() {
    const { chosen } = this.holder;
    if (!this.several) this.input.value = chosen[0]?.label ?? "";
    const chip = (one) =>
      h("li", {}, one.label, h("button", { type: "button", class: "plain", "aria-label": `Remove ${one.label}`, onclick: () => this.drop(one) }, icon("close")));
    this.chips.replaceChildren(...chosen.map(chip));
    this.chips.hidden = !chosen.length;
  }

  drop(one) {
    this.holder.chosen = this.holder.chosen.filter((other) => other.value !== one.value);
    this.show();
    this.input.focus();
    this.holder.onpick?.();
  }

  type() {
    clearTimeout(this.timer);
    const left = this.least - this.input.value.trim().length;
    this.hint.textContent = left > 0 && this.input.value ? `Type ${left} more ${left === 1 ? "character" : "characters"}` : "";
    if (left > 0) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const number = (this.asked += 1);
    const typed = this.several || this.input.value !== this.holder.chosen[0]?.label ? this.input.value.trim() : "";
    if (typed.length < this.least) return;
    this.hint.textContent = "Loading…";
    let seen;
    try {
      seen = await this.suggest(typed);
    } catch (error) {
      seen = { ok: false, error: error.message };
    }
    if (number !== this.asked || document.activeElement !== this.input) return;
    if (!seen.ok) {
      this.hint.textContent = `The options didn't load: ${seen.error}`;
      return this.close();
    }
    const groups = seen.option_groups ?? [{ options: seen.options ?? [] }];
    this.draw(groups);
    this.hint.textContent = this.found.length ? "" : "No results";
  }

  draw(groups) {
    this.found = [];
    this.at = -1;
    const items = groups.flatMap((group) => [
      group.label && h("li", { role: "presentation", class: "group" }, group.label.text),
      ...group.options.map((one) => {
        const n = this.found.push({ value: one.value, label: one.text.text }) - 1;
        return h("li", { id: `${this.list.id}-${n}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.take(n); } },
          h("span", {}, one.text.text), one.description && h("span", { class: "quiet" }, one.description.text));
      }),
    ]);
    this.list.replaceChildren(...items.filter(Boolean));
    if (!this.found.length) return this.close();
    showAt(this.list, this.input);
    this.input.setAttribute("aria-expanded", "true");
  }

  mark(n) {
    this.list.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    this.at = (n + this.found.length) % this.found.length;
    const item = document.getElementById(`${this.list.id}-${this.at}`);
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  take(n) {
    const one = this.found[n];
    const others = this.holder.chosen.filter((other) => other.value !== one.value);
    this.holder.chosen = this.several ? [...others, one] : [one];
    if (this.several) this.input.value = "";
    this.show();
    this.close();
    this.holder.onpick?.();
  }

  close() {
    this.found = [];
    hide(this.list);
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** What was typed and not chosen counts for nothing; an emptied field is emptied. */
  leave() {
    clearTimeout(this.timer);
    this.asked += 1;
    if (!this.several && !this.input.value.trim()) this.holder.chosen = [];
    this.hint.textContent = "";
    this.input.value = "";
    this.show();
    this.close();
  }

  key(event) {
    const open = this.found.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) this.mark(this.at < 0 && step < 0 ? -1 : this.at + step);
    else if (step) this.ask();
    else if (event.key === "Enter" && open) this.take(Math.max(this.at, 0));
    else if (event.key === "Escape" && open) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
