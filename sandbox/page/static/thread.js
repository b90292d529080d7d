// The open thread beside the conversation.

import { composer } from "./composer.js";
import { doing } from "./doing.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { showMessages } from "./messages.js";
import { channelNamed, choose, nameOf, standing, store } from "./store.js";

let parts = null;

export function threadPane() {
  const pane = document.getElementById("thread");
  pane.hidden = store.thread === null;
  document.body.classList.toggle("with-thread", !pane.hidden);
  if (pane.hidden) return;
  parts ??= build(pane);
  const channel = channelNamed(store.channel);
  const title = store.state.titles.find((one) => one.channel === channel.id && one.thread_ts === store.thread)?.title;
  fill(parts.about, title || (channel.name ? `# ${channel.name}` : nameOf(store.state.bot.id)));
  showMessages(parts.list, standing(channel.id, store.thread), { inThread: true });
  parts.doing.update(channel, store.thread);
  parts.composer.update();
}

function build(pane) {
  const made = {
    about: h("p", { class: "quiet" }),
    list: h("ol", { class: "messages", tabindex: "0", "aria-label": "Thread messages" }),
    doing: doing(),
    composer: composer({ inThread: true }),
  };
  const close = h("button", { type: "button", class: "plain", "aria-label": "Close thread", title: "Close thread (Esc)", onclick: leave }, icon("close"));
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
  fill(pane, h("div", { class: "head" }, h("h2", {}, "Thread"), made.about, close), made.list, made.doing.node, made.composer.form);
  return made;
}

function leave() {
  choose({ thread: null });
  document.getElementById("channel-box")?.focus();
}
