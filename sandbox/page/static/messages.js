// Messages: who, when, what, and what can be done with them.

import { act, uses } from "./acting.js";
import { h, reconcile } from "./dom.js";
import { edit, editor, isEdited } from "./editing.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { blocks } from "./render/blocks.js";
import { fileCards } from "./render/files.js";
import { markdown } from "./render/markdown.js";
import { mrkdwn } from "./render/mrkdwn.js";
import { choose, isBot, isReply, nameOf, person, rootOf, standing, statusOf, store } from "./store.js";

const NEAR_END = 60; // pixels
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Brings a list of messages on the screen up to date; stays at its end while no one has scrolled up to read. */
export function showMessages(list, messages, { inThread }) {
  const place = `${store.channel} ${inThread ? store.thread : ""}`;
  const own = messages.length > list.childElementCount && messages.at(-1).user === store.user;
  if (list.place === undefined) keepAtEnd(list);
  if (list.place !== place || own) list.atEnd = true;
  list.place = place;
  reconcile(list, messages, {
    key: (message) => message.ts,
    same: (message) => JSON.stringify([message, inThread ? 0 : thread(message), store.thread === message.ts, store.state.app?.name, isEdited(message, inThread)]),
    draw: (message) => draw(message, inThread),
  });
  if (list.atEnd) list.scrollTop = list.scrollHeight;
}

function keepAtEnd(list) {
  list.addEventListener("scroll", () => {
    list.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
  });
  // The list shrinks when the API calls open; what was being read is then still in sight.
  new ResizeObserver(() => {
    if (list.atEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

/** What the channel shows below a message about its thread. */
function thread(message) {
  const replies = standing(message.channel, message.ts).filter(isReply);
  const status = statusOf(message.channel, message.ts);
  return { count: replies.length, last: replies.at(-1)?.ts, writing: replies.some((one) => one.streaming), status: status?.status };
}

function draw(message, inThread) {
  const bot = isBot(message.user);
  const private_ = Boolean(message.only_for);
  const classes = ["message", private_ && "private", message.streaming && "streaming", store.thread === message.ts && !inThread && "open"];
  return h(
    "li",
    { class: classes.filter(Boolean).join(" "), "data-ts": message.ts },
    avatar(message.user),
    h(
      "article",
      { "aria-label": `${nameOf(message.user)}, ${clock.format(message.ts * 1000)}` },
      private_ && h("p", { class: "only" }, icon("lock"), " Only visible to you"),
      h("p", { class: "who" }, h("strong", {}, nameOf(message.user)), bot && h("span", { class: "badge" }, "APP"), h("time", {}, clock.format(message.ts * 1000))),
      isEdited(message, inThread) ? editor(message) : h("div", { class: "body" }, body(message)),
      message.edited > 0 && !bot && h("span", { class: "quiet" }, "(edited)"),
      reactions(message),
      !inThread && footer(message),
    ),
    !isEdited(message, inThread) && tools(message, inThread),
  );
}

export function avatar(user) {
  const letters = nameOf(user).split(" ").map((word) => word[0]).join("").slice(0, 2);
  return h("span", { class: `avatar ${isBot(user) ? "bot" : user.toLowerCase()}`, "aria-hidden": "true" }, isBot(user) ? "AI" : letters);
}

function body(message) {
  const context = uses({ channel: message.channel, ts: message.ts });
  const nodes = [plan(message)];
  if (message.markdown) nodes.push(h("div", { class: "block markdown" }, markdown(message.markdown)));
  if (message.blocks.length) nodes.push(blocks(message.blocks, context));
  if (!message.markdown && !message.blocks.length && message.text) nodes.push(h("div", { class: "block" }, mrkdwn(message.text)));
  for (const attachment of message.attachments ?? []) nodes.push(attached(attachment, context));
  nodes.push(fileCards(message.files));
  if (message.streaming) nodes.push(h("span", { class: "caret", "aria-hidden": "true" }));
  if (message.stopped_by) nodes.push(h("p", { class: "quiet" }, `Stopped by ${nameOf(message.stopped_by)}`));
  return nodes;
}

function attached(attachment, context) {
  const inner = attachment.blocks ? blocks(attachment.blocks, context) : mrkdwn(attachment.text ?? attachment.fallback ?? "");
  return h("div", { class: "attachment" }, inner);
}

const SIGNS = { pending: "more", in_progress: "clock", complete: "check", error: "close" };

function plan(message) {
  if (!message.tasks.length) return null;
  const item = (task) => h("li", {}, h("span", { "aria-label": task.status, role: "img" }, icon(SIGNS[task.status] ?? "question")), " ", task.title);
  return h("div", { class: "plan" }, message.plan_title && h("strong", {}, message.plan_title), h("ul", {}, message.tasks.map(item)));
}

function reactions(message) {
  const list = Object.entries(message.reactions ?? {});
  return list.length ? h("p", { class: "reactions" }, list.map(([name, users]) => h("span", {}, `:${name}: ${users.length}`))) : null;
}

/** The way into the thread, or what the app is doing there. */
function footer(message) {
  const { count, writing, status } = thread(message);
  if (!count && !status) return null;
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "";
  const doing = writing ? "Writing…" : status;
  return h(
    "p",
    { class: "thread-link" },
    h("button", { type: "button", class: "link", "data-focus": "thread", onclick: () => openThread(message) }, words || "Open thread"),
    doing && h("span", { class: "doing" }, `${nameOf(store.state.bot.id)}: ${doing}`),
  );
}

export async function openThread(message) {
  await choose({ thread: rootOf(message) });
  document.querySelector("#thread textarea")?.focus();
}

function tools(message, inThread) {
  const items = [];
  if (!message.only_for && !inThread) items.push(tool("Reply in thread", "reply", () => openThread(message)));
  const shortcuts = message.only_for ? [] : messageShortcuts();
  const run = (callback_id) => act("shortcut", { callback_id, channel: message.channel, ts: message.ts });
  if (shortcuts.length) {
    const entries = shortcuts.map((one) => ({ label: one.name, description: store.state.app.name, act: () => run(one.callback_id) }));
    items.push(menuButton({ label: "More message actions", sign: icon("more"), style: "", focus: "More", items: entries }));
  }
  if (message.user === store.user && !message.only_for) {
    items.push(tool("Edit message", "edit", () => edit(message, inThread)));
    items.push(tool("Delete message", "trash", () => act("delete", { channel: message.channel, ts: message.ts })));
  }
  return items.length ? h("div", { class: "tools", role: "group", "aria-label": "Message actions" }, items) : null;
}

/** The app's shortcuts for messages; people of other workspaces have none. */
function messageShortcuts() {
  if (person(store.user)?.team !== store.state.team.id) return [];
  return (store.state.app?.shortcuts ?? []).filter((one) => one.kind === "message");
}

function tool(label, sign, onclick) {
  return h("button", { type: "button", "aria-label": label, title: label, "data-focus": label, onclick }, icon(sign));
}
