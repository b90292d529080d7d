"""``/telnyx NOUN VERB …``: which verb a line means, how it is used, what there is, and what was probably meant. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

from bot.render.markdown import escape_mrkdwn
from bot.services.access import Right
from config.load import ConfigError
from handlers import line
from handlers.synonyms import Vocabulary
from handlers.typed import Word, code, lex, near
from handlers.verb import AnyVerb, Effect
from handlers.verbs import VERBS

FAMILY = "/telnyx"
HELP = frozenset({"help", "--help", "-h", "?"})
ASK = {"/ask": "ask"}
"""The one short form that there always is."""
HINT = 1_000
"""Characters of a usage hint that Slack's manifest takes."""
# https://slack.com/help/articles/201259356-Slash-commands-in-Slack
RESERVED = frozenset({
    "active", "apps", "archive", "away", "call", "close", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help", "invite",
    "invite_people", "join", "keys", "kick", "leave", "me", "msg", "mute", "open", "part", "people", "prefs", "remind", "remove",
    "rename", "search", "shortcuts", "shrug", "star", "status", "topic", "who",
})  # fmt: skip
LIST = "list"
"""`docs list` is `docs`, unless there is a verb of that name."""
NAMED = 8
"""So many of a noun's verbs are named below its list."""
_PLAIN = re.compile(r"[\w.:/@#=+ -]{1,80}")
"""What of a line is repeated in the line that was meant: nothing that could be read as markup."""


class Tree:
    """The verbs that can be typed, by their words."""

    def __init__(self, verbs: Iterable[AnyVerb]) -> None:
        self.typed = {verb.words: verb for verb in verbs if verb.typed}
        self.nouns = list(dict.fromkeys(words.split()[0] for words in self.typed))
        self._words = Vocabulary(self.typed)
        self._deepest = max((len(words.split()) for words in self.typed), default=0)

    def find(self, said: Sequence[Word]) -> tuple[AnyVerb, Sequence[Word]] | str:
        """Return the verb that the first words name and the words behind it; or the help that the line asks for or needs."""
        low = [word.text.lower() for word in said[: self._deepest]]
        length = next((n for n in range(len(low), 0, -1) if " ".join(low[:n]) in self.typed), 0)
        verb, rest = self.typed.get(" ".join(low[:length])), said[length:]
        if len(rest) == 1 and _is_help(rest[0]):
            return self._help(said)
        if verb is None:
            return self._otherwise(said)
        if not rest or rest[0].option or _takes_words(verb):
            return verb, rest
        if rest[0].text.lower() == LIST:
            return verb, rest[1:]
        return self._otherwise(said) if self._words.below(low[:length]) else (verb, rest)

    def knows(self, said: Sequence[Word]) -> bool:
        """Return whether the words name something, so help for them was asked for and is no correction."""
        asked = _asked(said)
        return len(self._known(asked)) == len(asked)

    def short_forms(self, aliases: Iterable[str]) -> dict[str, str]:
        """Return the slash commands besides `/telnyx`, each with the words that it stands for.

        Raises:
            ConfigError: some of ``aliases`` (`docs` or `/docs`) can't be slash commands.
        """
        wanted = [alias.removeprefix("/") for alias in aliases]
        if problems := [problem for alias in wanted if (problem := self._refusal(alias))]:
            raise ConfigError(problems)
        return ASK | {f"/{alias}": alias for alias in wanted}

    def usage(self, verb: AnyVerb) -> str:
        """Return how one verb is typed, with an example of that very verb."""
        options = [
            f"`{one.shown}` {one.field.description}{' May be repeated.' if one.many else ''}"
            for one in line.arguments(verb.intent)
            if one.told and one.field.description and not (one.placed and one.field.is_required())
        ]
        return "\n".join(
            [
                f"*{verb.help}*",
                f"`{_typed(verb, line.usage(verb.intent))}`",
                *options,
                *([f"Example: `{_typed(verb, verb.example)}`"] if verb.example else []),
            ]
        )

    def overview(self) -> str:
        """Return all nouns, and where else to ask."""
        lines = []
        for noun in self.nouns:
            below = list(self._under([noun]))
            if len(below) == 1:
                lines.append(_line(below[0]))
            else:
                lines.append(f"`{FAMILY} {noun}` {_names(below)}")
        tip = (
            f"For more on one of them, add `help`: `{FAMILY} {self.nouns[0]} help`.\n"
            f"Tip: `/ask` is short for `{FAMILY} ask`. You can also mention me in a channel or message me directly."
        )
        return "\n".join(lines) + "\n\n" + tip

    def summary(self, noun: str) -> str:
        """Return in a line what a noun's own slash command does."""
        below = list(self._under([noun]))
        return below[0].help if len(below) == 1 else f"{noun.capitalize()}: {_names(below)}"

    def hint(self, noun: str = "") -> str:
        """Return the usage hint of a slash command: of a noun's own one, or of the whole family."""
        if noun:
            return _joined(_behind(verb, noun) for verb in self._under([noun]))
        return _joined(["help", *(self._hint_of(one) for one in self.nouns)])

    def also(self, verb: AnyVerb, may: Callable[[Right], bool]) -> str:
        """Return what else can be typed about what a verb lists, of what someone ``may`` do; nothing where it is all."""
        known = verb.words.split()
        below = [one for one in self._under(known) if one is not verb and may(one.right)]
        names = list(dict.fromkeys(" ".join(one.words.split()[: len(known) + 1]) for one in below))
        if not names or self.typed.get(verb.words) is not verb:
            return ""
        shown = " · ".join(f"`{name}`" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
        return f"You can also: {shown} — `{FAMILY} {verb.words} help`"

    def _hint_of(self, noun: str) -> str:
        below = list(self._under([noun]))
        return _behind(below[0], "") if len(below) == 1 else f"{noun} …"

    # ------------------------------------------------------------------------------- what was said otherwise
    def _otherwise(self, said: Sequence[Word]) -> tuple[AnyVerb, Sequence[Word]] | str:
        """Return what words that name no verb meant: done at once if it only looks, else told. Help, where that is wanted."""
        if (
            any(map(_is_help, said))
            or (meant := self._words.meant([word.text.lower() for word in said])) is None
        ):
            return self._help(said)
        words, rest = meant[0], said[meant[1] :]
        verb = self.typed.get(" ".join(words))
        if verb is None:
            return self._help(said) if rest else self._listing(words)
        if rest and not rest[0].option and not _takes_words(verb):
            return self._help(said)
        if verb.effect is Effect.LOOK and not verb.paid:
            return verb, rest
        no_such = " ".join(word.text for word in said[: meant[1]])
        return f"{_no_command(no_such)}{_did_you_mean(verb.words, rest)}\n\n{self.usage(verb)}"

    # ------------------------------------------------------------------------------------------------- help
    def _help(self, said: Sequence[Word]) -> str:
        """Return the help for the words around `help`, or for words that name no verb."""
        asked = _asked(said)
        known = self._known(asked)
        if len(known) == len(asked):
            return self._listing(known)
        meant = self._words.meant(asked) if any(map(_is_help, said)) else None
        if meant is not None and meant[1] == len(asked):
            return self._listing(meant[0])
        unknown = f"{_no_command(' '.join(asked[: len(known) + 1]))}{self._hinted(known, said)}"
        return f"{unknown}\n\n{self._listing(known)}"

    def _known(self, low: Sequence[str]) -> Sequence[str]:
        """Return the first words that lead to a verb."""
        return low[
            : next((n for n, word in enumerate(low) if word not in self._words.below(low[:n])), len(low))
        ]

    def _hinted(self, known: Sequence[str], said: Sequence[Word]) -> str:
        """Return the nearest words that lead on, in a question, with the rest of the line where that makes a whole one."""
        at = len(known)
        if _is_help(said[0]):
            said = said[1:]
        word, rest = said[at].text.lower(), said[at + 1 :]
        # The noun was left out: `embed handbook`.
        meant = [] if known else [words for words in self.typed if words.endswith(f" {word}")]
        if len(meant) != 1:
            nearest = near(word, self._words.below(known))
            meant = [" ".join([*known, nearest])] if nearest else []
        if not meant and known and f"{' '.join(known)} show" in self.typed:  # the deed was: `docs handbook`
            meant, rest = [f"{' '.join(known)} show"], said[at:]
        return _did_you_mean(meant[0], self._whole(meant[0], rest)) if meant else ""

    def _whole(self, words: str, rest: Sequence[Word]) -> Sequence[Word]:
        """Return the words that follow, if they make a whole line of it."""
        if not rest or any(map(_is_help, rest)):
            return ()
        return rest if isinstance(self.find(lex(f"{words} {_repeated(rest)}")), tuple) else ()

    def _listing(self, known: Sequence[str]) -> str:
        """Return the verbs that begin with these words; the usage where there is only one."""
        if not known:
            return self.overview()
        below = list(self._under(known))
        return self.usage(below[0]) if len(below) == 1 else "\n".join(map(_line, below))

    def _under(self, known: Sequence[str]) -> Iterator[AnyVerb]:
        return (verb for words, verb in self.typed.items() if words.split()[: len(known)] == [*known])

    def _refusal(self, alias: str) -> str:
        if alias in RESERVED:
            return f"COMMAND_ALIASES can't include {code(alias)}: Slack has a command of that name."
        if alias not in self.nouns:
            free = [noun for noun in self.nouns if noun not in RESERVED]
            return f"COMMAND_ALIASES can't include {code(alias)}: choose from {', '.join(free)}."
        return ""


def _is_help(word: Word) -> bool:
    return not word.quoted and word.text.lower() in HELP


def _asked(said: Sequence[Word]) -> list[str]:
    """Return the words that help is asked for: what stands before `help`, or behind it where it comes first."""
    words = said[1:] if said and _is_help(said[0]) else said
    return [word.text.lower() for word in takewhile(lambda word: not _is_help(word), words)]


def _no_command(said: str) -> str:
    return escape_mrkdwn(f"There's no command {code(said)}.")


def _did_you_mean(words: str, rest: Sequence[Word]) -> str:
    return f" Did you mean `{f'{FAMILY} {words} {_repeated(rest)}'.strip()}`?"


def _repeated(rest: Sequence[Word]) -> str:
    """Return words as they can be copied; nothing of those that can't be."""
    text = " ".join(word.text for word in rest)
    return text if _PLAIN.fullmatch(text) and not any(word.quoted for word in rest) else ""


def _names(verbs: Iterable[AnyVerb]) -> str:
    """Return ``list · show · embed``."""
    return " · ".join(verb.words.partition(" ")[2] or LIST for verb in verbs)


def _takes_words(verb: AnyVerb) -> bool:
    return any(one.placed for one in line.arguments(verb.intent))


def _typed(verb: AnyVerb, more: str) -> str:
    return f"{FAMILY} {verb.words} {more}".strip()


def _behind(verb: AnyVerb, noun: str) -> str:
    """Return what is typed behind the noun's slash command."""
    return f"{verb.words.removeprefix(noun)} {line.usage(verb.intent)}".strip()


def _line(verb: AnyVerb) -> str:
    return f"`{_typed(verb, verb.example)}`\n{verb.help}"


def _joined(parts: Iterable[str]) -> str:
    """Return the parts that fit into a hint, whole."""
    text = ""
    for part in filter(None, parts):
        longer = f"{text} | {part}" if text else part
        if len(longer) > HINT - len(" | …"):
            return f"{text} | …"
        text = longer
    return text


TREE = Tree(VERBS)
find, usage, short_forms = TREE.find, TREE.usage, TREE.short_forms
