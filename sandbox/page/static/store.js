// What the page knows, kept up to date by one long-poll: nothing is asked for unless something happened.

import { house, slack, telnyx } from "./api.js";

const POLL_SECONDS = 25;
const CALMER_MS = 40; // a stream changes many times a second; a screen does not need to
const AGAIN_MS = 1000;
const KEPT_CALLS = 600;

export const store = {
  user: "U0MIA",
  channel: "C0GENERAL",
  tab: "messages", // of the app's direct message: messages or home
  thread: null, // ts of the thread that stands open beside the channel
  connected: true, // whether the sandbox answers
  state: null, // team, people, channels, app (the stand-in Slack)
  facts: null, // commands, buckets, addresses (the house)
  bot: null, // how the bot is
  messages: [], // all that this person sees
  statuses: [],
  views: [],
  calls: [], // API calls: {key, time, service, ...}
  faults: { telnyx: [], slack: [] },
  read: new Map(), // person and channel → ts of the newest message seen
  undelivered: [], // events that Slack still tries to bring to the app
};

const listeners = new Set();
let seen = { slack: 0, telnyx: 0 };
let loading = Promise.resolve();

/** Calls `draw` now and after every change. */
export function watch(draw) {
  listeners.add(draw);
}

/** Draws everything that changed; while a button is held down only once it is let go, for a press on one that is drawn anew would count for nothing. */
export function redraw() {
  stale = pressed;
  if (stale) return;
  for (const draw of listeners) draw();
}

let pressed = false;
let stale = false;

function letGo() {
  pressed = false;
  if (stale) setTimeout(redraw); // after the click that ends the press
}

addEventListener("pointerdown", () => { pressed = true; }, true);
addEventListener("pointerup", letGo, true);
addEventListener("pointercancel", letGo, true);
addEventListener("blur", letGo);

/** Changes what this page shows (who speaks, which channel, which thread) and loads what that needs. */
export function choose(change) {
  const other = change.user !== undefined && change.user !== store.user;
  Object.assign(store, change);
  if (other) {
    store.messages = [];
    store.views = [];
  }
  redraw();
  return other ? refresh() : Promise.resolve();
}

/** Loads everything anew; calls that overlap wait for one another. */
export function refresh() {
  loading = loading.then(load, load);
  return loading;
}

async function load() {
  const user = store.user;
  const [state, messages, statuses, views, facts, bot, said, asked, faults, events] = await Promise.all([
    slack.look("state"),
    slack.look("messages", { user }),
    slack.look("statuses"),
    slack.look("views", { user }),
    house.look("page"),
    house.look("bot"),
    slack.look("calls", { since: seen.slack }),
    telnyx.look("calls", { since: seen.telnyx }),
    telnyx.look("faults"),
    // Of a bot that hears everything nothing is waiting.
    store.bot?.bot === "connected" && !store.undelivered.length ? [] : slack.look("deliveries"),
  ]);
  if (user !== store.user) return; // someone else speaks by now, and has asked anew
  const undelivered = events.filter((one) => one.attempts > 0 && !one.acked && !one.finished);
  Object.assign(store, { state, messages, statuses, views, facts, bot, undelivered });
  store.faults = { telnyx: faults.faults, slack: state.faults };
  note("slack", said);
  note("telnyx", asked.calls);
  redraw();
}

/** Adds calls in the order of their time. */
function note(service, calls) {
  if (!calls.length) return;
  seen[service] = calls.at(-1).n;
  const rows = calls.map((call) => ({ ...call, service, key: `${service}-${call.n}`, at: seconds(call.time) }));
  store.calls = [...store.calls, ...rows].sort((a, b) => a.at - b.at).slice(-KEPT_CALLS);
}

const seconds = (time) => (typeof time === "number" ? time : Date.parse(time) / 1000);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Follows the sandbox until the page is closed. */
export async function follow() {
  let since = -1;
  for (;;) {
    try {
      // The number is taken before loading: a change in between makes the next poll return at once.
      const { n } = await slack.look("changes", { since, timeout: POLL_SECONDS });
      if (n < since) seen = forgotten(); // another sandbox answers at this address now
      if (n !== since || !store.connected) {
        store.connected = true;
        await refresh();
        await pause(CALMER_MS);
      }
      since = n;
    } catch {
      store.connected = false;
      redraw();
      await pause(AGAIN_MS);
      since = -1;
    }
  }
}

function forgotten() {
  store.calls = [];
  return { slack: 0, telnyx: 0 };
}

/** Until where the person who speaks has read a channel. */
export const readMark = {
  get: (channel) => store.read.get(`${store.user} ${channel}`) ?? "",
  set: (channel, ts) => store.read.set(`${store.user} ${channel}`, ts),
};

// Questions about what is known

export const person = (id) => store.state.people.find((one) => one.id === id);

export function nameOf(id) {
  if (id === store.state.bot.id) return store.state.app?.name ?? store.state.bot.real_name;
  if (id === "USLACKBOT") return "Slackbot";
  return person(id)?.real_name ?? id;
}

/** How someone is mentioned: the handle, for the bot the one of its manifest. */
export function handleOf(id) {
  if (id === store.state.bot.id) return store.facts.bot_name || store.state.bot.name;
  return person(id)?.name ?? id;
}

export const isBot = (id) => id === store.state.bot.id;
export const channelNamed = (id) => store.state.channels.find((one) => one.id === id);
export const directWith = (user) => store.state.channels.find((one) => one.partner === user);
export const rootOf = (message) => message.thread_ts ?? message.ts;
export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** Messages of a channel (or of one thread in it) that still stand. */
export function standing(channel, thread) {
  return store.messages.filter(
    (message) =>
      message.channel === channel && !message.deleted && (thread === undefined || rootOf(message) === thread),
  );
}

export function statusOf(channel, thread) {
  return store.statuses.find((one) => one.channel === channel && one.thread_ts === thread && one.status);
}
