// The conversation in the middle.

import { composer, message } from "./composer.js";
import { doing } from "./doing.js";
import { fill, h } from "./dom.js";
import { homePanel, homeTabs } from "./home.js";
import { showMessages } from "./messages.js";
import { say } from "./news.js";
import { channelNamed, handleOf, isReply, nameOf, readMark, standing, store } from "./store.js";

let parts = null;

export function channelPane() {
  parts ??= build();
  const channel = channelNamed(store.channel);
  const messages = standing(channel.id).filter((one) => !isReply(one));
  readMark.set(channel.id, messages.at(-1)?.ts ?? readMark.get(channel.id));
  fill(parts.title, channel.name ? `# ${channel.name}` : nameOf(store.state.bot.id));
  const withBot = channel.members.includes(store.state.bot.id);
  fill(parts.about, channel.name ? about(channel, withBot) : "Direct message with the bot");
  parts.tabs.update(channel);
  const home = parts.home.update(channel);
  for (const part of [parts.intro, parts.list, parts.composer.form]) part.hidden = home;
  parts.doing.node.hidden = home || Boolean(channel.name) || store.thread !== null;
  if (home) return;
  intro(channel, messages, withBot);
  showMessages(parts.list, messages, { inThread: false });
  if (!parts.doing.node.hidden) parts.doing.update(channel, "");
  parts.composer.update();
}

function about(channel, withBot) {
  const people = channel.members.filter((id) => id !== store.state.bot.id).length;
  const shared = channel.is_ext_shared ? " · shared with Other Networks" : "";
  return `${people} people${withBot ? "" : " · the bot isn't in this channel"}${shared}`;
}

function build() {
  const pane = document.getElementById("channel");
  const made = {
    title: h("h1", {}),
    about: h("p", { class: "quiet" }),
    intro: h("div", { class: "intro" }),
    list: h("ol", { id: "channel-messages", class: "messages", tabindex: "0", "aria-label": "Messages" }),
    doing: doing(),
    composer: composer({ inThread: false }),
    tabs: homeTabs(),
    home: homePanel(),
  };
  fill(pane, h("div", { class: "head" }, made.title, made.about, made.tabs.node), made.home.node, made.intro, made.list, made.doing.node, made.composer.form);
  made.composer.box.focus();
  return made;
}

let introduced = "";

/** What one can do here, as long as nothing has been said. */
function intro(channel, messages, withBot) {
  const prompts = channel.name ? examples(channel, withBot) : suggested(channel);
  const shown = messages.length === 0 && (!channel.name || withBot);
  parts.intro.hidden = !shown;
  const looks = JSON.stringify([shown, prompts, channel.id, store.bot?.here]);
  if (looks === introduced) return;
  introduced = looks;
  if (!shown) return fill(parts.intro);
  const button = (one) => h("button", { type: "button", class: "prompt", onclick: () => ask(one.message) }, one.title && one.title !== one.message && h("strong", {}, one.title), h("span", {}, one.message));
  fill(
    parts.intro,
    h("h2", {}, channel.name ? "Ask your documents" : "Ask in private"),
    h("p", {}, "This page stands in for Slack and Telnyx. The bot is real. Click a question, or type your own."),
    h("div", { class: "prompts" }, prompts.map(button)),
    channel.name && h("p", { class: "quiet" }, "Type ", h("kbd", {}, "/"), " for commands; only you see their answers. Drop files on the page to ask about your own documents."),
  );
}

function examples(channel) {
  const name = `@${handleOf(store.state.bot.id)}`;
  if (channel.id === "C0JOBS") return [];
  const known = store.facts.buckets.filter((one) => one.question);
  return known.slice(0, 3).map((one) => ({ title: one.name, message: `${name} ${one.question}` }));
}

function suggested(channel) {
  return store.state.prompts[channel.id]?.prompts ?? [];
}

async function ask(text) {
  try {
    await message(text, false);
  } catch (error) {
    say(error.message, { bad: true });
  }
}
