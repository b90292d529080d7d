// API calls: each call to Slack and Telnyx as it happens, and the switches that make them fail.

import { fill, h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { switches } from "./switches.js";
import { channelNamed, store } from "./store.js";

const LOOKS = new Set(["embeddings.tasks", "embeddings.task", "fine_tuning.jobs", "fine_tuning.job", "embeddings.buckets"]);
const stamp = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1 });

let parts = null;
let withLooks = false;

export function toggleWire() {
  const pane = document.getElementById("wire");
  pane.hidden = !pane.hidden;
  document.body.classList.toggle("with-wire", !pane.hidden);
  drawer();
}

export function drawer() {
  const pane = document.getElementById("wire");
  if (pane.hidden) return;
  parts ??= build(pane);
  const calls = store.calls.filter((call) => withLooks || !isLook(call));
  const atEnd = parts.scroller.scrollHeight - parts.scroller.scrollTop - parts.scroller.clientHeight < 80;
  reconcile(parts.rows, calls, { key: (call) => call.key, same: () => "", draw: row });
  if (atEnd) parts.scroller.scrollTop = parts.scroller.scrollHeight;
  const hidden = store.calls.length - calls.length;
  fill(parts.hidden, `Show polling${hidden ? ` (${hidden} hidden)` : ""}`);
  parts.update();
}

/** The bot polls running jobs every two seconds, which drowns what a person has caused. */
const isLook = (call) => call.service === "telnyx" && LOOKS.has(call.operation) && !call.fault && call.status < 400;

function build(pane) {
  const made = { rows: h("tbody"), hidden: h("span") };
  const heads = ["Time", "Service", "Call", "Status", "Size", "Seconds"].map((word) => h("th", { scope: "col" }, word));
  const table = h("table", { class: "calls" }, h("caption", { class: "unseen" }, "Calls, newest last"), h("thead", {}, h("tr", {}, heads)), made.rows);
  made.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Calls" }, table);
  const looks = h("input", { type: "checkbox", id: "looks", onchange: (event) => { withLooks = event.target.checked; drawer(); } });
  const [panel, update] = switches();
  made.update = update;
  const close = h("button", { type: "button", class: "plain", "aria-label": "Close API calls", onclick: toggleWire }, icon("close"));
  const head = h("div", { class: "head" }, h("h2", {}, "API calls"), h("label", { class: "quiet", for: "looks" }, looks, " ", made.hidden), close);
  fill(pane, head, made.scroller, panel);
  return made;
}

function row(call) {
  const good = call.service === "slack" ? call.status === 200 && !call.error : call.status !== null && call.status < 400 && !(call.fault && !call.fault.startsWith("slow"));
  const what = call.service === "slack" ? [h("code", {}, call.method), " ", h("span", { class: "quiet" }, place(call.channel))] : [h("code", {}, `${call.method} ${call.path}`)];
  const status = [call.status || "cut", call.error || (call.fault === "status" ? "" : call.fault)].filter(Boolean).join(" · ");
  return h(
    "tr",
    { class: `${call.service} ${good ? "" : "failed"}` },
    h("td", {}, stamp.format(call.at * 1000)),
    h("td", {}, h("span", { class: `tag ${call.service}` }, call.service === "slack" ? "Slack" : "Telnyx")),
    h("td", {}, what),
    h("td", {}, status),
    h("td", { class: "right" }, call.bytes === undefined ? "" : size(call.bytes)),
    h("td", { class: "right" }, call.seconds.toFixed(2)),
  );
}

function place(id) {
  const channel = id && channelNamed(id);
  return channel ? (channel.name ? `#${channel.name}` : "direct message") : (id ?? "");
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`;
}
