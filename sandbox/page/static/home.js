// The app's own direct message has two tabs: what was said, and the home that the app made for this person.

import { act, uses } from "./acting.js";
import { h, reconcile } from "./dom.js";
import { blocks } from "./render/blocks.js";
import { choose, store } from "./store.js";

const TABS = [["home", "Home"], ["messages", "Messages"]];

const hasHome = (channel) => !channel.name && Boolean(store.state.app?.home_tab);
const isOpen = (channel) => hasHome(channel) && store.tab === "home";

/** The two tabs, shown where the app has a home. */
export function homeTabs() {
  const tab = ([name, words]) =>
    h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": name === "home" ? "home" : "channel-messages", onclick: () => open(name) }, words);
  const buttons = TABS.map(tab);
  const node = h("div", { role: "tablist", class: "tabs", "aria-label": "Views of the app" }, buttons);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = TABS.find(([name]) => name !== store.tab)[0];
    open(other);
    document.getElementById(`tab-${other}`).focus();
  });
  const update = (channel) => {
    node.hidden = !hasHome(channel);
    buttons.forEach((button, n) => {
      const chosen = TABS[n][0] === store.tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
  };
  return { node, update };
}

/** Slack tells the app which tab was opened; that is when it publishes its home. */
async function open(tab) {
  await choose({ tab, thread: null });
  await act("home", { tab });
}

/** The home itself; `update` says whether it stands open. */
export function homePanel() {
  const list = h("ol", { class: "home-blocks" });
  const empty = h("p", { class: "quiet" }, "The app hasn't published anything here yet.");
  const node = h("div", { id: "home", class: "home", role: "tabpanel", tabindex: "0", "aria-labelledby": "tab-home" }, empty, list);
  const update = (channel) => {
    const shown = isOpen(channel);
    node.hidden = !shown;
    if (!shown) return false;
    const home = store.views.find((one) => one.type === "home");
    empty.hidden = Boolean(home);
    reconcile(list, home ? [home] : [], {
      key: (view) => view.id,
      same: (view) => `${view.id} ${view.hash}`,
      draw: (view) => h("li", {}, blocks(view.blocks, { ...uses({ view_id: view.id }), viewId: view.id, values: view.state.values })),
    });
    return true;
  };
  return { node, update };
}
