// Shares a file in a conversation or thread, as a person does in Slack: for what a bot does with files.

import { act } from "./acting.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./news.js";
import { base64 } from "./reading.js";
import { channelNamed, store } from "./store.js";

const MOST_BYTES = 10 * 2 ** 20;

/** The button before a message box; what stands in the box goes along as the message. */
export function attachButton(box, inThread) {
  const input = h("input", { type: "file", hidden: true, onchange: () => send(input, box, inThread) });
  const label = inThread ? "Attach a file to the thread" : "Attach a file";
  return [input, h("button", { type: "button", class: "attach", "aria-label": label, title: label, onclick: () => input.click() }, icon("plus"))];
}

async function send(input, box, inThread) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  if (file.size > MOST_BYTES) return say(`${file.name} is larger than 10 MB.`, { bad: true });
  const fields = { channel: channelNamed(store.channel).id, name: file.name, content: await base64(file) };
  if (box.value.trim()) fields.text = box.value.trim();
  if (inThread) fields.thread_ts = store.thread;
  const seen = await act("upload", fields);
  if (seen) {
    box.value = "";
    box.dispatchEvent(new Event("input"));
  }
}
