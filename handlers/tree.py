"""``/telnyx NOUN VERB …``: which verb a line means, how it is used, what there is, and what was probably meant. Pure."""

from collections.abc import Mapping, Sequence

from bot.render.markdown import escape_mrkdwn
from handlers import line
from handlers.typed import Word, near
from handlers.verb import AnyVerb
from handlers.verbs import VERBS

FAMILY = "/telnyx"
HELP = frozenset({"help", "--help", "-h", "?"})
TYPED = {verb.words: verb for verb in VERBS if verb.typed}
NOUNS = list(dict.fromkeys(words.split()[0] for words in TYPED))
DEEPEST = max(len(words.split()) for words in TYPED)
ASK = {"/ask": "ask"}
RESERVED = frozenset(
    [
        "apps",
        "archive",
        "away",
        "call",
        "collapse",
        "dm",
        "dnd",
        "expand",
        "feed",
        "invite",
        "join",
        "kick",
        "leave",
        "me",
        "msg",
        "mute",
        "open",
        "remind",
        "remove",
        "rename",
        "search",
        "shrug",
        "star",
        "status",
        "topic",
        "who",
    ]
)


def short_forms(aliases: Sequence[str]) -> dict[str, str]:
    """Slash commands of their own → the noun they stand for. Raises ``ValueError`` for one that Slack keeps for itself."""
    for alias in aliases:
        if alias in RESERVED or alias not in NOUNS:
            why = "Slack keeps that name for itself" if alias in RESERVED else f"there are {', '.join(NOUNS)}"
            raise ValueError(f"COMMAND_ALIASES: `{alias}` cannot be used; {why}.")
    return ASK | {f"/{alias}": alias for alias in aliases}


def find(said: Sequence[Word]) -> tuple[AnyVerb, Sequence[Word]] | str:
    """The verb that the first words name and the words after it; or the help that the line asks for or needs."""
    low = [word.text.lower() for word in said]
    helped = bool(low) and low[-1] in HELP
    for length in range(min(DEEPEST, len(low)), 0, -1):
        verb = TYPED.get(" ".join(low[:length]))
        if verb is not None:
            if helped and len(low) == length + 1:
                return noun(low[0]) if len(low) == 2 and len(_under(low[0])) > 1 else usage(verb)  # noqa: PLR2004 - noun and help
            return verb, said[length:]
    if not low or low[0] in HELP:
        return overview()
    if low[0] in NOUNS:
        rest = [word for word in low[1:] if word not in HELP]
        return (did_you_mean(" ".join(low[:2]), TYPED) + "\n\n" if rest else "") + noun(low[0])
    return f"{did_you_mean(low[0], NOUNS)}\n\n{overview()}"


def did_you_mean(word: str, choices: Sequence[str] | Mapping[str, object]) -> str:
    """That a word is not known, and the nearest one."""
    nearest = near(word, choices)
    hint = f" Did you mean `{FAMILY} {nearest}`?" if nearest else ""
    return f"I do not know “{escape_mrkdwn(word[:40])}”.{hint}"


def usage(verb: AnyVerb) -> str:
    """How one verb is typed, with an example of that very verb."""
    model = verb.intent.model_fields
    options = [
        f"`{o}` {model[name].description}" for o, name in line.options(verb.intent).items() if name != "page"
    ]
    return "\n".join(
        [
            f"*{verb.help}*",
            f"`{FAMILY} {verb.words} {line.usage(verb.intent)}`",
            *options,
            f"For example: {_line(verb).partition(chr(10))[0]}",
        ]
    )


def noun(name: str) -> str:
    """The verbs of a noun."""
    return "\n".join(_line(verb) for verb in _under(name))


def overview() -> str:
    """All nouns, and where else to ask."""
    lines = []
    for name in NOUNS:
        verbs = _under(name)
        if len(verbs) == 1:
            lines.append(_line(verbs[0]))
        else:
            lines.append(
                f"`{FAMILY} {name}` {' · '.join(v.words.removeprefix(name).strip() or 'list' for v in verbs)}"
            )
    return (
        "\n".join(lines)
        + "\n\nMore on one of them: put `help` behind it. Or mention me in a channel, or write me a direct message."
    )


def hint(name: str | None = None) -> str:
    """The usage hint of a slash command in the manifest: the nouns, or what follows a noun."""
    if name is None:
        return (
            "help | "
            + " | ".join(
                f"{v[0].words} {line.usage(v[0].intent)}" if len(v := _under(n)) == 1 else f"{n} …"
                for n in NOUNS
            )
        )[:1000]
    return " | ".join(f"{v.words.removeprefix(name)} {line.usage(v.intent)}".strip() for v in _under(name))[
        :1000
    ]


def _under(name: str) -> list[AnyVerb]:
    return [verb for words, verb in TYPED.items() if words.split()[0] == name]


def near_verb(verb: AnyVerb, word: str) -> str | None:
    """The verb of the same noun that a word behind ``verb`` was probably meant to name."""
    noun_of = verb.words.split()[0]
    rest = {v.words.removeprefix(noun_of).strip(): v.words for v in _under(noun_of) if v.words != verb.words}
    nearest = near(word, rest)
    return rest[nearest] if nearest else None


def _line(verb: AnyVerb) -> str:
    return f"`{f'{FAMILY} {verb.words} {verb.example}'.strip()}`\n{verb.help}"
