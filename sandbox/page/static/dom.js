// Builds elements. Text only ever becomes a text node: nothing on this page is parsed as HTML.

/**
 * An element with properties and children. `on…` are listeners, `class`, `data-…`, `aria-…` and the like are attributes;
 * null, undefined and false are left out. Children are nodes, strings, or arrays of them.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in PROPERTIES) element[PROPERTIES[name]] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

const PROPERTIES = { value: "value", checked: "checked", disabled: "disabled" };

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what stands in `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
}

/**
 * Brings the children of `parent` in line with `items`. A child whose item looks as before stays untouched, so focus,
 * selection and scrolling survive; `same` is a string that changes when the item has to be drawn anew.
 */
export function reconcile(parent, items, { key, same, draw }) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let before = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const state = same(item);
    let child = known.get(name);
    known.delete(name);
    if (child?.drawnFrom !== state) {
      const fresh = draw(item);
      fresh.dataset.key = name;
      fresh.drawnFrom = state;
      if (child) {
        if (child === before) before = fresh;
        replaceKeepingFocus(child, fresh);
      }
      child = fresh;
    }
    if (child === before) before = before.nextElementSibling;
    else parent.insertBefore(child, before);
  }
  for (const gone of known.values()) gone.remove();
}

/** Focus moves to the control of the same name, when the new element still has it. */
function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}
