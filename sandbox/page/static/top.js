// The bar at the top: who speaks, how the bot is, API calls, documents.

import { fill, h } from "./dom.js";
import { addDocuments } from "./documents.js";
import { directWith, choose, person, store } from "./store.js";
import { toggleWire } from "./drawer.js";
import { icon } from "./icons.js";
import { showSidebar } from "./sidebar.js";

let parts = null;

export function topBar() {
  parts ??= build();
  const { state } = store;
  if (parts.people.childElementCount !== state.people.length) {
    fill(parts.people, state.people.map((one) => h("option", { value: one.id }, `${one.real_name} (${role(one)})`)));
  }
  parts.people.value = store.user;
  fill(parts.team, state.team.name);
  const [words, kind] = botWords();
  if (parts.bot.textContent !== words) fill(parts.bot, words);
  parts.bot.className = `pill ${kind}`;
  parts.wire.setAttribute("aria-expanded", String(!document.getElementById("wire").hidden));
}

function role(one) {
  if (one.team !== store.state.team.id) return "another organization";
  if (one.is_admin) return "admin";
  return one.is_restricted ? "guest" : "member";
}

/** The bot's state in words. */
export function botWords() {
  if (!store.connected) return ["The sandbox isn't answering", "bad"];
  const { bot, here, sockets } = store.bot;
  if (!here) return sockets ? ["Your own bot is connected", "good"] : ["No bot runs here (--no-bot)", "idle"];
  return { connected: ["Bot connected", "good"], starting: ["Bot starting…", "idle"], stopped: ["Bot stopped", "bad"] }[bot];
}

function build() {
  const made = {
    conversations: h("button", { type: "button", id: "conversations", class: "button", "aria-label": "Conversations", "aria-controls": "sidebar", "aria-expanded": "false", onclick: () => showSidebar(!document.body.classList.contains("with-sidebar")) }, icon("list")),
    team: h("strong", {}),
    bot: h("span", { class: "pill", role: "status" }),
    people: h("select", { id: "people", onchange: (event) => speakAs(event.target.value) }),
    wire: h("button", { type: "button", class: "button", "aria-controls": "wire", onclick: () => { toggleWire(); topBar(); } }, "API calls"),
  };
  fill(
    document.getElementById("top"),
    made.conversations,
    h("div", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "", width: "24", height: "24" }), made.team, h("span", { class: "quiet" }, "sandbox")),
    made.bot,
    h("label", { for: "people", class: "speaking" }, h("span", {}, "Speaking as"), made.people),
    h("button", { type: "button", class: "button", onclick: addDocuments }, "Add documents"),
    made.wire,
  );
  return made;
}

/** Someone else speaks; where that person is not, the page goes to a place where both are. */
async function speakAs(user) {
  const member = (id) => store.state.channels.find((one) => one.id === id)?.members.includes(user);
  const own = store.state.channels.find((one) => one.name && one.members.includes(user) && one.members.includes(store.state.bot.id));
  const channel = member(store.channel) ? store.channel : (own ?? directWith(user)).id;
  await choose({ user, channel, thread: channel === store.channel ? store.thread : null });
  document.title = `${person(user).real_name} · Sandbox`;
}
