// People, channels and groups inside text.

import { h } from "../dom.js";
import { channelNamed, handleOf, store } from "../store.js";
import { goTo } from "./links.js";

export function userMention(id) {
  const mine = id === store.user;
  return h("span", { class: mine ? "mention mine" : "mention" }, `@${handleOf(id)}`);
}

/** A channel; a way into it for those who are in it. */
export function channelMention(id, label) {
  const channel = channelNamed(id);
  const name = `#${channel?.name || label || id}`;
  if (!channel?.name || !channel.members.includes(store.user)) return h("span", { class: "mention" }, name);
  return h("button", { type: "button", class: "mention", onclick: () => goTo({ channel: id }) }, name);
}

export function broadcast(range) {
  return h("span", { class: "mention loud" }, `@${range}`);
}

/** The reference between `<` and `>` of Slack's text, without links: a node, or null when it is none of these. */
export function reference(inner) {
  const [target, label] = split(inner);
  if (/^@[UW]\w+$/.test(target)) return userMention(target.slice(1));
  if (/^#[CGD]\w+$/.test(target)) return channelMention(target.slice(1), label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return h("span", { class: "mention loud" }, label ?? "@group");
  return null;
}

/** `target|label` in two. */
export function split(inner) {
  const bar = inner.indexOf("|");
  return bar < 0 ? [inner, undefined] : [inner.slice(0, bar), inner.slice(bar + 1)];
}
