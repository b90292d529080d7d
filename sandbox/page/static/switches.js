// Faults to order, and the bot's switch.

import { house, slack, telnyx } from "./api.js";
import { fill, h } from "./dom.js";
import { say } from "./news.js";
import { refresh, store } from "./store.js";

const NEWER = ["data_table", "table", "container", "data_visualization"];
const CHAT = "chat.completions";
const FOREVER = { telnyx: 0, slack: 100000 }; // Telnyx's stand-in counts 0 as "until it is ended", Slack's counts down

/** Each fault: its name, what it does, and the body of the control call without `count`. */
const FAULTS = [
  { service: "telnyx", id: "telnyx-429", name: "Telnyx 429", words: "rate limited", body: { operation: CHAT, kind: "status", status: 429, retry_after: 1 } },
  { service: "telnyx", id: "telnyx-500", name: "Telnyx 500", words: "server error", body: { operation: CHAT, kind: "status", status: 500 } },
  { service: "telnyx", id: "telnyx-slow", name: "Telnyx slow", words: "waits 4 s", body: { operation: CHAT, kind: "slow", seconds: 4 } },
  { service: "telnyx", id: "telnyx-cut", name: "Telnyx cut", words: "breaks off", body: { operation: CHAT, kind: "cut", after_chunks: 5 } },
  { service: "slack", id: "slack-429", name: "Slack 429", words: "rate limited", body: { method: "*", kind: "429", retry_after: 2 } },
];

/** The panel, and a function that brings it up to date. */
export function switches() {
  const rows = [...FAULTS.map(row), withoutNewer()];
  const kill = h("button", { type: "button", class: "button danger", onclick: () => tried(() => house.act("bot/kill")) }, "Kill the bot");
  const start = h("button", { type: "button", class: "button primary", onclick: () => tried(() => house.act("bot/start")) }, "Start it again");
  const calm = h("button", { type: "button", class: "button", onclick: () => tried(calmDown) }, "End all faults");
  const about = h("p", { class: "quiet" });
  const panel = h(
    "div",
    { class: "switches" },
    h("h3", {}, "Faults"),
    h("ul", {}, rows.map((one) => one.item)),
    calm,
    h("h3", {}, "The bot"),
    h("div", { class: "actions" }, kill, start),
    about,
  );
  const update = () => {
    rows.forEach((one) => one.update());
    const { bot, here, pid } = store.bot;
    kill.disabled = !here || bot === "stopped";
    start.disabled = !here || bot !== "stopped";
    const words = here ? { connected: `Connected, process ${pid}.`, starting: "Starting…", stopped: "Stopped. Once started, it finishes the questions it accepted." }[bot] : "No bot runs here (--no-bot).";
    if (about.textContent !== words) fill(about, words);
  };
  return [panel, update];
}

function row(fault) {
  const once = h("button", { type: "button", class: "button small", "aria-label": `${fault.name} once`, onclick: () => tried(() => arm(fault, 1)) }, "once");
  const on = h("button", { type: "button", class: "button small", "aria-label": `${fault.name} until stopped`, onclick: () => tried(() => arm(fault, FOREVER[fault.service])) }, "until stopped");
  const item = h("li", { id: fault.id }, h("span", { class: "name" }, fault.name), h("span", { class: "quiet" }, fault.words), once, on);
  return { item, update: () => item.classList.toggle("armed", armed(fault)) };
}

/** A workspace to which Slack has not brought its newer blocks yet: a bot has to say it in another way. */
function withoutNewer() {
  const wanted = () => !store.state.refused_blocks.length;
  const button = h("button", { type: "button", class: "button small", "aria-pressed": "false", "aria-label": "Slack without newer blocks", onclick: () => tried(() => slack.act("blocks", { refused: wanted() ? NEWER : [] })) }, "on");
  const item = h("li", { id: "slack-without-newer-blocks" }, h("span", { class: "name" }, "No newer blocks"), h("span", { class: "quiet" }, "Slack refuses them"), button);
  const update = () => {
    const on = !wanted();
    item.classList.toggle("armed", on);
    button.setAttribute("aria-pressed", String(on));
    if (button.textContent !== (on ? "off" : "on")) fill(button, on ? "off" : "on");
  };
  return { item, update };
}

function armed({ service, body }) {
  return store.faults[service].some((one) => one.kind === body.kind && one.status === body.status);
}

async function arm(fault, count) {
  await (fault.service === "slack" ? slack : telnyx).act("faults", { ...fault.body, count });
}

async function calmDown() {
  await Promise.all([slack.calm(), telnyx.calm()]);
}

async function tried(doing) {
  try {
    await doing();
  } catch (error) {
    say(error.message, { bad: true });
  }
  await refresh();
}
