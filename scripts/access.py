"""Write docs/access.md: who may see what where, from the rules themselves, and who may have each verb done, from the verbs.

Run it with ``python -m scripts.access`` (or ``make docs``).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.errors import NotHereError, RefusedError
from bot.services.access import ALL, NONE, Audience, Person, Readers, Right, Role, Some
from bot.services.access.rules import Granted, alone, together
from config.access import AccessSettings
from handlers.verb import AnyVerb, Effect
from handlers.verbs import VERBS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
HEAD = """# Who may see and do what

Made by `make docs` from the rules and the verbs that the bot runs (`bot/services/access/rules.py`, `handlers/verbs.py`). Rights are asked
anew at each step and at each click, and are never stored: what was granted, withdrawn, or has ended counts from the next one on.

- **Roles.** *Admins* are Slack's admins and owners, and those of `ACCESS_ADMINS`; *operators* those of `ACCESS_OPERATORS`, and admins. Both are
  full members.
- **Grants** (`/telnyx grant`) give a channel, a person, or a user group documents (a bucket, or all) or calls (all, or an assistant's), until
  they are withdrawn or end. What a channel was granted, everyone has who is in it, while they are, and only there.
- **Members** see every document with `ACCESS_DEFAULT=all`, and none without a grant with `none`. Calls are for admins (`ACCESS_CALLS=admins`) or
  for all members.
- **A public answer** holds what every reader of the place may see, no matter who asks. Where that is too little, the answer goes to the asker alone, in
  a direct message, and a line in the thread says so; an admin can press *Answer here from now on*. In a channel that is shared with
  another organization I say nothing before an admin has granted it something.
- **A channel counts as read by guests** if one is in it, if it has more than `ACCESS_READERS_MAX` people, or if Slack doesn't say in time.
- **Keep in docs** is for admins and the experts of the conversation's channel (`/telnyx channel set --experts`), who can read it themselves. A bucket takes it only if
  everyone who may see the bucket can read the conversation; what Slack doesn't say counts as no (`bot/services/access/wider.py`).
- **Phone numbers** show their last four digits, to the model too, except in a channel that is granted the calls they belong to.

## What someone sees alone

In a direct message, in the answer to a command, in a window. *Here*: granted to the channel it is wanted in.

"""
TOGETHER = """
## What is said to everyone in a place

*To the asker alone*: not there, but in a direct message. *Granted to the asker* is no reason to say it to all.

"""
WISHES = """
## What each verb takes

*Effect*: a verb that **looks** reads, or notes what someone thinks of an answer, and is gone once it is shown; one that **answers** takes model or audio time, and one that **changes** creates,
changes, or destroys something. The last two are durable: once accepted, they are finished even if the process is killed. Changes are
kept in the audit log (`/telnyx audit`, `bot export audit`): who, what, when, and the result.

"""
VERB_COLUMNS = ("verb", "who", "effect", "asks first", "durable", "audited")

MEMBER = Person("U", guest=False, external=False, admin=False)
PEOPLE: Mapping[str, tuple[Person, frozenset[Role]]] = {
    "a member": (MEMBER, frozenset()),
    "an operator": (MEMBER, frozenset({Role.OPERATOR})),
    "an admin": (MEMBER, frozenset(Role)),
    "a guest": (Person("U", guest=True, external=False, admin=False), frozenset()),
    "someone from another organization": (Person("U", guest=False, external=True, admin=False), frozenset()),
    "someone whose account is deactivated": (
        Person("U", guest=False, external=False, admin=False, removed=True),
        frozenset(),
    ),
}
PLACES: Mapping[str, tuple[Readers, bool]] = {
    "only members read": (Readers.MEMBERS, False),
    "a guest reads too": (Readers.OUTSIDERS, False),
    "more read than `ACCESS_READERS_MAX`": (Readers.MANY, False),
    "Slack doesn't say who reads": (Readers.UNKNOWN, False),
    "shared with another organization": (Readers.MEMBERS, True),
}
GRANTED = Granted(ALL, ALL)
NOTHING = Granted()


def page() -> str:
    """Return the whole page as it should be."""
    verbs = table(VERB_COLUMNS, map(row, VERBS))
    return HEAD + table(*_alone()) + TOGETHER + table(*_together()) + WISHES + verbs


def table(columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def row(verb: AnyVerb) -> Sequence[str]:
    """Return one verb's row."""
    name = f"`/telnyx {verb.words}`" if verb.typed else f"button `{verb.words}`"
    asks = "type the name" if verb.typed_name else "confirm" if verb.question else "no"
    durable = "no" if verb.effect is Effect.LOOK else "yes"
    audited = "yes" if verb.effect is Effect.CHANGE else "no"
    effect = f"{verb.effect}, paid" if verb.paid else str(verb.effect)
    who = ", ".join(f"{right} ({what})" for what, right in verb.takes.items()) or str(verb.right)
    return (name, who, effect, asks, durable, audited)


ALL_DEFAULT = AccessSettings(default="all")
NO_DEFAULT = AccessSettings(default="none")
CALLS_FOR_ALL = AccessSettings(default="none", calls="all")


def _alone() -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    columns = (
        "who", "documents, `ACCESS_DEFAULT=all`", "documents, `none`", "documents granted to them or their group", "documents granted here",
        "calls", "calls, `ACCESS_CALLS=all`", "calls granted to them or their group", "calls granted here", "whole phone numbers",
    )  # fmt: skip
    return columns, (_of_one(name, *who) for name, who in PEOPLE.items())


def _of_one(name: str, person: Person, roles: frozenset[Role]) -> Sequence[str]:
    open_, bare, calls = (
        alone(person, roles, NOTHING, NOTHING, access) for access in (ALL_DEFAULT, NO_DEFAULT, CALLS_FOR_ALL)
    )
    own = alone(person, roles, GRANTED, NOTHING, NO_DEFAULT)
    here = alone(person, roles, NOTHING, GRANTED, NO_DEFAULT)
    return (
        name,
        *(_yes(one.buckets) for one in (open_, bare, own, here)),
        *(_yes(one.calls) for one in (bare, calls, own, here)),
        "of calls granted here" if here.numbers and not own.numbers else "never",
    )


def _together() -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    columns = (
        "where", "documents, `ACCESS_DEFAULT=all`", "documents granted to the asker", "documents granted to the channel",
        "calls granted to the asker", "calls granted to the channel",
    )  # fmt: skip
    return columns, (_of_all(name, *place) for name, place in PLACES.items())


def _of_all(name: str, readers: Readers, shared: bool) -> Sequence[str]:
    def said(own: Granted, here: Granted, access: AccessSettings) -> Audience:
        asker = alone(MEMBER, frozenset(), own, here, access)
        return together(asker, readers, here, access, shared=shared)

    open_ = said(NOTHING, NOTHING, ALL_DEFAULT)
    own, here = said(GRANTED, NOTHING, NO_DEFAULT), said(NOTHING, GRANTED, NO_DEFAULT)
    documents = [_becomes(one, Right.DOCUMENTS) for one in (open_, own, here)]
    return (name, *documents, *(_becomes(one, Right.CALLS) for one in (own, here)))


def _becomes(audience: Audience, right: Right) -> str:
    try:
        audience.require(right)
    except NotHereError as error:
        return "to the asker alone; nothing is said there" if error.silent else "to the asker alone"
    except RefusedError:
        return "refused"
    return "said there"


def _yes(some: Some) -> str:
    return "no" if some == NONE else "yes"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
