// Links that may be followed. Everything else stays text.

import { h } from "../dom.js";

const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** The URL as it may be followed, or null. Relative URLs are none: a message has no place that they could start from. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside this page; an address that is not allowed shows its label and, in gray, what it would be. */
export function link(url, ...label) {
  const href = safeUrl(url);
  if (href === null) return h("span", { class: "no-link", title: "This address isn't a link here" }, ...label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...label);
}
