// Joins the parts of the page and keeps them up to date.

import { channelPane } from "./channel.js";
import { takeDrops } from "./documents.js";
import { drawer } from "./drawer.js";
import { modal } from "./modal.js";
import { say } from "./news.js";
import { sidebar } from "./sidebar.js";
import { channelNamed, follow, nameOf, store, watch } from "./store.js";
import { threadPane } from "./thread.js";
import { topBar } from "./top.js";

const HEARD = 300; // characters of a message that are read out

let heard = null;

/** Tells listeners of finished messages that are new in what they look at. */
function announce() {
  const done = store.messages.filter((one) => !one.streaming && !one.deleted);
  const keys = new Set(done.map((one) => `${one.channel} ${one.ts}`));
  const fresh = heard?.user === store.user ? done.filter((one) => !heard.keys.has(`${one.channel} ${one.ts}`)) : [];
  heard = { user: store.user, keys };
  const last = fresh.filter((one) => one.channel === store.channel && one.user !== store.user).at(-1);
  if (!last) return;
  const item = document.querySelector(`[data-ts="${CSS.escape(last.ts)}"] .body`);
  const where = channelNamed(last.channel).name;
  say(`${nameOf(last.user)}${where ? ` in ${where}` : ""}: ${(item?.textContent || last.text).slice(0, HEARD)}`);
}

watch(() => {
  if (store.state === null) return;
  topBar();
  sidebar();
  channelPane();
  threadPane();
  modal();
  drawer();
  announce();
});

takeDrops();
follow();
