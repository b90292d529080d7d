// The message box: messages, mentions and commands, with completion for the last two.

import { slack } from "./api.js";
import { attachButton } from "./attach.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./news.js";
import { channelNamed, choose, handleOf, isBot, store } from "./store.js";

/** A message box; `inThread` writes into the open thread. */
export function composer({ inThread }) {
  const id = inThread ? "thread-box" : "channel-box";
  const list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": "Suggestions", class: "suggestions", hidden: true });
  const box = h("textarea", { id, rows: "1", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" });
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
  const hint = h("p", { class: "hint", id: `${id}-hint` });
  const shortcuts = h("span", { class: "shortcuts" });
  const form = h("form", { class: "composer" }, list, h("div", { class: "frame" }, attachButton(box, inThread), box, shortcuts, send), hint);
  const completion = new Completion(box, list, inThread);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(box, inThread);
  });
  box.addEventListener("input", () => {
    completion.update();
    showHint(box, hint);
  });
  box.addEventListener("blur", () => completion.close());
  box.addEventListener("keydown", (event) => {
    if (completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit(box, inThread);
    }
  });
  return {
    form,
    box,
    update: () => {
      update(box, inThread);
      if (!inThread) fill(shortcuts, globalShortcuts());
    },
  };
}

/** A button for each shortcut that the app offers everywhere. */
function globalShortcuts() {
  const use = (callback_id) => slack.act("shortcut", { user: store.user, callback_id }).catch((error) => say(error.message, { bad: true }));
  return (store.state.app?.shortcuts ?? [])
    .filter((one) => one.kind === "global")
    .map((one) => h("button", { type: "button", class: "send", "aria-label": one.name, title: one.name, onclick: () => use(one.callback_id) }, icon("bolt")));
}

function update(box, inThread) {
  const channel = channelNamed(store.channel);
  const where = channel.name ? `#${channel.name}` : handleOf(store.state.bot.id);
  const label = inThread ? "Reply in the thread" : `Message ${where}`;
  box.setAttribute("aria-label", label);
  box.placeholder = inThread ? "Reply…" : channel.name ? `Message ${where}: @${handleOf(store.state.bot.id)} and a question, or /` : "Ask a question";
}

/** The usage of the command that is being typed. */
function showHint(box, hint) {
  const name = /^(\/\S+)\s/.exec(box.value)?.[1];
  const command = store.facts.commands.find((one) => one.command === name);
  fill(hint, command ? `${command.command} ${command.usage_hint ?? ""}` : "");
}

async function submit(box, inThread) {
  const text = box.value.trim();
  if (!text) return;
  const kept = box.value;
  box.value = "";
  box.dispatchEvent(new Event("input"));
  try {
    if (text.startsWith("/")) await command(text, inThread);
    else await message(text, inThread);
  } catch (error) {
    box.value = kept;
    say(error.message, { bad: true });
  }
}

async function command(text, inThread) {
  if (inThread) throw new Error("Slack takes no commands in threads; type it in the channel.");
  const [name] = text.split(/\s/, 1);
  const rest = text.slice(name.length).trim();
  const seen = await slack.act("command", { user: store.user, channel: store.channel, command: name, text: rest });
  if (!seen.ok) throw new Error(seen.error);
}

/** Says it; a question to the bot opens its thread, where the answer will stand. */
export async function message(text, inThread) {
  const fields = { user: store.user, channel: store.channel, text };
  if (inThread) fields.thread_ts = store.thread;
  const { ts } = await slack.act("say", fields);
  if (!inThread && isForBot(text)) await choose({ thread: ts });
}

function isForBot(text) {
  if (!channelNamed(store.channel).name) return true;
  const names = [store.state.bot.name, handleOf(store.state.bot.id)];
  return names.some((name) => text.toLowerCase().includes(`@${name.toLowerCase()}`));
}

class Completion {
  constructor(box, list, inThread) {
    Object.assign(this, { box, list, inThread, found: [], at: 0, from: 0 });
  }

  update() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const slash = /^\/\S*$/.exec(before);
    const mention = /(?:^|\s)(@[\w.-]*)$/.exec(before);
    this.from = slash ? 0 : before.length - (mention?.[1].length ?? 0);
    if (slash && !this.inThread) this.found = commands(slash[0]);
    else this.found = mention ? people(mention[1].slice(1)) : [];
    this.at = 0;
    this.draw();
  }

  draw() {
    const open = this.found.length > 0;
    this.list.hidden = !open;
    const item = (one, n) =>
      h("li", { id: `${this.list.id}-${n}`, role: "option", "aria-selected": n === this.at ? "true" : "false", onmousedown: (event) => { event.preventDefault(); this.take(n); } },
        h("strong", {}, one.insert), h("span", { class: "quiet" }, one.words));
    fill(this.list, this.found.map(item));
    if (open) this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  close() {
    this.found = [];
    this.draw();
  }

  take(n) {
    const end = this.box.selectionStart;
    this.box.setRangeText(`${this.found[n].insert} `, this.from, end, "end");
    this.close();
    this.box.dispatchEvent(new Event("input"));
  }

  /** Whether the key was for the list. A command that stands there whole is sent by Enter, not completed again. */
  key(event) {
    if (!this.found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.take(this.at);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
}

function commands(start) {
  return store.facts.commands
    .filter((one) => one.command.startsWith(start))
    .map((one) => ({ insert: one.command, words: one.description }));
}

function people(start) {
  const channel = channelNamed(store.channel);
  const ids = [store.state.bot.id, ...store.state.people.map((one) => one.id)];
  return ids
    .filter((id) => (channel.members.includes(id) || isBot(id)) && id !== store.user)
    .map((id) => ({ insert: `@${handleOf(id)}`, words: isBot(id) ? "app" : store.state.people.find((one) => one.id === id).real_name }))
    .filter((one) => one.insert.slice(1).startsWith(start.toLowerCase()) || one.words.toLowerCase().startsWith(start.toLowerCase()));
}
