// What a person does with messages and views, as control calls; a refusal is shown at the top of the page.

import { slack } from "./api.js";
import { say } from "./news.js";
import { store } from "./store.js";

/** Does it as the person who speaks; what they see of it, or null when it could not be done at all. */
export async function act(what, fields) {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  try {
    const seen = await slack.act(what, { user: store.user, ...given });
    if (seen.ok === false && !seen.errors) say(seen.error, { bad: true });
    return seen;
  } catch (error) {
    say(error.message, { bad: true });
    return null;
  }
}

/** How the elements of a message or view act: `place` is its `channel` and `ts`, or its `view_id`. */
export function uses(place) {
  return {
    use: (element, block_id, value) => act("click", { ...place, action_id: element.action_id, block_id, value }),
    // What went wrong is for the menu itself to say.
    suggest: (element, block_id, value) => slack.act("suggest", { user: store.user, ...place, action_id: element.action_id, block_id, value }),
  };
}
