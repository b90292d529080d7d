"""Write .env.example and docs/configuration.md: every setting, from what it says of itself.

Run it with ``python -m scripts.configuration`` (or ``make docs``).
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from config.settings import sections, variables
from config.values import said

ROOT = Path(__file__).resolve().parents[1]
PAGE, EXAMPLE = ROOT / "docs" / "configuration.md", ROOT / ".env.example"
WIDTH = 110
RUNNING = "How I run."
EXAMPLE_HEAD = """# Copy to .env and fill in. The environment wins over this file, an empty value counts as not set, and white space
# and quotation marks around a value are dropped. Made by `make docs` from config/settings.py.
"""
HEAD = """# Configuration

I read environment variables and a file `.env` in my working directory. The environment wins, an empty value counts as not set, and white
space and quotation marks around a value are dropped. `.env.example` lists every variable, ready to copy. If a value is wrong or missing, I
exit with status 2 and one message that names each of them with its fix; `bot check` shows them in its table.

Made by `make docs` from `config/settings.py`; `tests/unit/test_generated_pages.py` compares the page with it.
"""
COLUMNS = """
| Variable | Meaning | Default | Range or source |
| --- | --- | --- | --- |
"""
TAIL = """
## Files
`DATA_DIR` and everything in it is open to my own user alone, whatever the umask is. What an earlier release left open to others is closed
at the start, with a line in the log. A folder that also holds files of other programs is left as it is.

## Probes
Both answer on `PORT`, in Socket Mode too.

| Path | Answer |
| --- | --- |
| `/live` | 200 as long as the process answers |
| `/ready` | 200 as long as work can be accepted: the database takes changes, the engine runs, and Slack can reach the process; else 503. `checks` shows each of them, and beside them what doesn't count, because accepted work waits for it: whether Slack accepts the token, and whether Telnyx answers. Under `slack`, in Socket Mode, how many seconds ago the last frame, the last envelope (something that happened in Slack), and the last ping came: `connected; last frame 2 s ago, last envelope 48 s ago, last ping 2 s ago` |

Each answers once and then closes the connection.

## Requests over HTTP
Without `SLACK_APP_TOKEN`, Slack sends to `/slack/events` on `PORT`. Nothing of a request is looked at before its signature was found right.
A request without one gets 401, one that's signed and isn't anything that Slack sends gets 400, one above 1 MB gets 413.

| In the log, at most once a minute | What to do |
| --- | --- |
| `slack_signature_does_not_match` | Set `SLACK_SIGNING_SECRET` to this app's. If it's right, someone else sends these requests |
| `slack_signature_of_another_time`, with `minutes` and `clock` (`ahead` or `behind`) | Set this computer's clock: Slack's requests are good for five minutes. If it's right, someone sends old requests again |
| `requests_refused`, with a number for each kind | Nothing: `unsigned`, `not_http`, `unreadable`, `cut`, `too_large`, `too_slow`, `too_many` |

A connection on which no signature was seen may last five seconds. There may be 256 of them (fewer where `ulimit -n` is below 1,024), with 16 MB
among them; beyond that, the oldest is closed first. Connections on which Slack's signature was seen stay open while they're idle, for 75 seconds.

I send replies to `hooks.slack.com`, files to `files.slack.com`, what people keep in docs to the host of `STORAGE_REGION` at
`telnyxcloudstorage.com` (or to `STORAGE_URL`), and everything else to `SLACK_API_URL` and `TELNYX_BASE_URL`. I follow no redirect to another
place; a look at the storage that is redirected goes on without the key.

## Stopping
When I'm told to stop (SIGTERM), I first stop accepting work: I close the listener, and my sockets once everything that was being accepted is
acknowledged. Slack delivers later events to another replica, or after the next start. Then running answers get `LIMITS_STOP_SECONDS` to
finish.
"""


def grouped() -> Iterator[tuple[str, dict[str, FieldInfo]]]:
    """Yield what each section is about, with its settings; those of no section come last."""
    known = variables()
    for name, section in sections().items():
        own = {
            full: known.pop(full)
            for full in list(known)
            if full.startswith(f"{name}_".upper()) and known[full] in section.model_fields.values()
        }
        yield (section.__doc__ or "").strip(), own
    yield RUNNING, known


def page() -> str:
    """Return docs/configuration.md as it should be."""
    parts = [HEAD]
    for about, fields in grouped():
        parts += [f"\n## {about.rstrip('.')}\n{COLUMNS.lstrip()}"]
        parts += [f"| {' | '.join(cells(name, field))} |\n" for name, field in fields.items()]
    return "".join(parts) + TAIL


def cells(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    """Return a setting's row."""
    rule = re.sub(r"^must (be )?", "", said(field, "must")).replace("start with", "starts with")
    source = ". ".join(filter(None, [rule, said(field, "where")]))
    return f"`{name}`", coded(field.description or ""), coded(default(field)), coded(source)


def coded(text: str) -> str:
    """Return text with the names of variables, and what is typed, as code."""
    text = text.replace("|", "\\|")
    text = re.sub(r"(?<![`\w/])([A-Z]+_[A-Z_]+)(?![`\w/])", r"`\1`", text)
    return re.sub(r"(python3 -c '[^']*')", r"`\1`", text)


def default(field: FieldInfo) -> str:
    """Return what holds when it isn't set, in words."""
    return said(field, "unset") or f"`{plain(field.default)}`"


def plain(value: Any) -> str:
    """Return a default as it is typed."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"./{value}" if isinstance(value, Path) and not value.is_absolute() else str(value)


def example() -> str:
    """Return .env.example as it should be."""
    lines = [EXAMPLE_HEAD]
    for about, fields in grouped():
        lines.append(f"# --- {about.rstrip('.')} ---")
        for name, field in fields.items():
            lines += comments(field)
            value = "" if said(field, "unset") else plain(field.default)
            lines.append(f"{name}=" if asked(field) else f"#{name}={value}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def comments(field: FieldInfo) -> list[str]:
    """Return what is said above a variable."""
    must, where, unset = (said(field, what) for what in ("must", "where", "unset"))
    first = " ".join(filter(None, [field.description, f"It {must}." if must else ""]))
    last = {"": "", "required": "Required."}.get(unset, f"Not set: {unset}.")
    parts = filter(None, [first, where, last])
    return [f"# {line}" for part in parts for line in textwrap.wrap(part, WIDTH, break_on_hyphens=False)]


def asked(field: FieldInfo) -> bool:
    """Return whether everyone who sets the bot up has to look at it."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("ask"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")
