// What goes on below the messages of a thread or direct message: the app's status with *Stop*, or that it can't hear.

import { act } from "./acting.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { isBot, isReply, nameOf, standing, statusOf, store } from "./store.js";

/** The line, and a function that brings it up to date for a channel and the root of a thread ("" for all of a direct message). */
export function doing() {
  const words = h("span", { class: "words" });
  const stop = h("button", { type: "button", class: "button small stop", "data-focus": "stop" }, icon("stop"), " Stop");
  const node = h("p", { class: "status" }, words, stop);
  let where = null;
  stop.addEventListener("click", () => act("stop", where));
  const update = (channel, root) => {
    const status = statusOf(channel.id, root);
    where = working(channel.id, root);
    const line = status ? `${nameOf(store.state.bot.id)}: ${status.status}` : where ? `${nameOf(store.state.bot.id)} is writing…` : unheard(channel, root);
    if (words.textContent !== line) fill(words, line);
    node.classList.toggle("busy", Boolean(status || where));
    stop.hidden = !where;
  };
  return { node, update };
}

/** The place of a session or stream that can be stopped, or null. */
function working(channel, root) {
  if (!store.state.app?.events.includes("agent_session_stopped")) return null;
  const inside = (ts) => root === "" || ts === root;
  const session = store.state.sessions.find((one) => one.channel === channel && one.status === "processing" && inside(one.thread_ts));
  if (session) return { channel, ts: session.thread_ts };
  const stream = standing(channel, root === "" ? undefined : root).find((one) => one.streaming);
  return stream ? { channel, ts: stream.ts } : null;
}

/** Says why nothing comes back, when the bot isn't there. */
function unheard(channel, root) {
  const messages = standing(channel.id, root === "" ? undefined : root);
  const last = messages.filter((one) => !one.only_for).at(-1);
  if (!last || isBot(last.user)) return "";
  if (store.undelivered.some((one) => one.channel === channel.id && messages.some((message) => message.ts === one.ts))) {
    return store.bot.bot === "connected" ? "The bot missed this message. Slack tries again after a minute." : "The bot isn't running. Slack tries again after a minute: start the bot under API calls.";
  }
  const asked = isReply(last) || root !== "" || !channel.name;
  return store.bot.bot === "stopped" && asked ? "The bot isn't running. It goes on with what it accepted once you start it under API calls." : "";
}
