// Slack's date tokens, `<!date^SECONDS^FORMAT^URL|FALLBACK>`, in the reader's zone and language.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting

const DAY = 86400000;

/** The format with its `{tokens}` replaced; null when a token is unknown, so the fallback is shown. */
export function formatDate(seconds, format) {
  const when = new Date(seconds * 1000);
  if (Number.isNaN(when.getTime())) return null;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_, name) => {
    const token = TOKENS[name];
    known &&= Boolean(token);
    return token ? token(when) : "";
  });
  return known ? text : null;
}

const shown = (options) => (when) => new Intl.DateTimeFormat(undefined, options).format(when);
const numeric = (when) =>
  `${when.getFullYear()}-${String(when.getMonth() + 1).padStart(2, "0")}-${String(when.getDate()).padStart(2, "0")}`;
const date = shown({ day: "numeric", month: "long", year: "numeric" });
const short = shown({ day: "numeric", month: "short", year: "numeric" });
const long = shown({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

function pretty(other) {
  return (when) => {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const days = Math.round((new Date(when).setHours(0, 0, 0, 0) - midnight) / DAY);
    return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? other(when);
  };
}

function ago(when) {
  const seconds = Math.round((when - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(seconds, "second");
}

const TOKENS = {
  date_num: numeric,
  date_slash: shown({ day: "2-digit", month: "2-digit", year: "numeric" }),
  date,
  date_short: short,
  date_long: long,
  date_pretty: pretty(date),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: pretty(long),
  time: shown({ hour: "2-digit", minute: "2-digit" }),
  time_secs: shown({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};
