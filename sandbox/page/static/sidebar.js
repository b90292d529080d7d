// Conversations of the person who speaks, and what is unread in them.

import { slack } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { choose, directWith, handleOf, isReply, readMark, standing, store } from "./store.js";

let drawn = "";

export function sidebar() {
  const nav = document.getElementById("sidebar");
  const channels = store.state.channels.filter((one) => one.name && one.members.includes(store.user));
  const direct = directWith(store.user);
  const looks = JSON.stringify([store.user, store.channel, handleOf(store.state.bot.id), channels.map((one) => [one, unread(one)]), direct && unread(direct), store.facts.embedding]);
  if (looks === drawn) return;
  drawn = looks;
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  fill(
    nav,
    h("h2", {}, "Channels"),
    h("ul", {}, channels.map((one) => entry(one, one.kind === "private" ? icon("lock") : "#", one.name))),
    h("h2", {}, "Direct messages"),
    h("ul", {}, direct && entry(direct, "●", handleOf(store.state.bot.id))),
    h("p", { class: "quiet about" }, store.facts.embedding && h("strong", {}, `${store.facts.embedding} `), store.facts.about),
  );
  if (focused) nav.querySelector(`[data-focus="${focused}"]`)?.focus();
}

function entry(channel, sign, name) {
  const open = channel.id === store.channel;
  const fresh = unread(channel);
  const more = channel.is_ext_shared ? h("span", { class: "quiet" }, " shared") : null;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: fresh ? "unread" : "", "aria-current": open ? "page" : null, "data-focus": channel.id, onclick: () => openChannel(channel) },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      name,
      more,
      fresh > 0 && h("span", { class: "count", "aria-label": `${fresh} new` }, String(fresh)),
    ),
  );
}

function unread(channel) {
  if (channel.id === store.channel) return 0;
  const read = readMark.get(channel.id);
  // What only this person sees answers what this person asked: no news.
  return standing(channel.id).filter((one) => !isReply(one) && !one.only_for && one.ts > read && one.user !== store.user).length;
}

export async function openChannel(channel) {
  showSidebar(false);
  await choose({ channel: channel.id, thread: null, tab: "messages" });
  document.getElementById("channel-box")?.focus();
  // Slack tells an app that its messages were opened; that is when it suggests what to ask.
  if (!channel.name) await slack.act("home", { user: store.user, tab: "messages" });
}

/** On a narrow screen the conversations lie over the page while they are wanted. */
export function showSidebar(shown) {
  document.body.classList.toggle("with-sidebar", shown);
  document.getElementById("conversations")?.setAttribute("aria-expanded", String(shown));
  if (shown) document.querySelector("#sidebar [aria-current], #sidebar button")?.focus();
}
