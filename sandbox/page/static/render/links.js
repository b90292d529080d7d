// Links that may be followed. Everything else stays text.

import { h } from "../dom.js";
import { channelNamed, choose, store } from "../store.js";

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
  const place = messageAt(href);
  if (place) return h("a", { href, title: href, onclick: (event) => { event.preventDefault(); goTo(place); } }, ...label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...label);
}

/** The place of a message of this workspace that the person who speaks can see, from its permalink; or null. */
function messageAt(href) {
  const url = new URL(href);
  const [, channel, seconds, rest] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  if (url.host !== `${store.state.team.domain}.slack.com` || !channelNamed(channel)?.members.includes(store.user)) return null;
  return { channel, thread: url.searchParams.get("thread_ts") ?? `${seconds}.${rest}` };
}

/** Opens a conversation, and a thread in it. */
export async function goTo({ channel, thread = null }) {
  await choose({ channel, thread, tab: "messages" });
  document.getElementById(thread ? "thread-box" : "channel-box")?.focus();
}
