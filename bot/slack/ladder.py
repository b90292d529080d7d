"""Which newer blocks a workspace refuses: learned from its refusals, kept for a day, and tried again after that.

Slack brings such blocks to one workspace after the other. A message has simpler rungs below them, and a rung that would be refused
costs each message a call, so it is left out.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Block, Message
from bot.render.newer import NEWER, kinds
from bot.slack.codes import REFUSED_BLOCKS, code_of

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 86_400.0
LOOK_SECONDS = 60.0
"""Between two looks at what other processes learned."""
_UNSUPPORTED = re.compile(r"unsupported type: (\w+)")


class Kept(Protocol):
    """Where it outlives a restart."""

    async def all(self) -> Mapping[tuple[str, str], float]:
        """Return when each kind was refused last, by team and kind, in Unix seconds."""

    async def note(self, team: str, kind: str, at: float | None) -> None:
        """Note that a kind was refused at this time, or (None) that it works."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Slack's no to the blocks of one rung."""

    blocks: Sequence[Block]
    word: str
    problems: str = ""
    """What Slack says is wrong, where it does."""

    @classmethod
    def of(cls, blocks: Sequence[Block], error: SlackApiError) -> "Refusal":
        """Return what an answer of the Web API says."""
        data: Any = getattr(error.response, "data", error.response)
        about = data if isinstance(data, dict) else {}
        said = (about.get("errors"), (about.get("response_metadata") or {}).get("messages"))
        return cls(blocks, code_of(error), "\n".join(str(line) for lines in said for line in lines or ()))

    @property
    def named(self) -> frozenset[str]:
        """Return the newer kinds that Slack says it does not know."""
        found = _UNSUPPORTED.findall(self.problems) if self.word == REFUSED_BLOCKS else ()
        return NEWER & {*found}

    def about(self, taken: Sequence[Block]) -> frozenset[str]:
        """Return the kinds that this is about: those named, or else those that alone make the difference to what was taken."""
        others = [block for block in self.blocks if not kinds([block])]
        if self.problems or self.word != REFUSED_BLOCKS or not all(block in taken for block in others):
            return self.named
        return frozenset(kinds(self.blocks) - kinds(taken))


class Ladder:
    """What one workspace refuses. ``rungs`` and ``heard`` wait for nothing.

    Args:
        clock: the time of day, which all processes share.
        steady: seconds that only go on.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._steady = steady
        self._refused: dict[tuple[str, str], float] = {}
        self._unwritten: dict[str, float | None] = {}
        self._looked = float("-inf")
        self.team = ""
        """The workspace; until Slack has said which one it is, what any of them refused counts."""

    def rungs(self, message: Message, refusals: Sequence[Refusal]) -> Iterator[list[Block]]:
        """Yield what of a message may be tried, from its own blocks down to none.

        Args:
            message: what is to be shown.
            refusals: what Slack said to the rungs before; grows meanwhile.
        """
        now = self._clock()
        off = {kind for kind, at in self._known().items() if abs(now - at) < AGAIN_SECONDS}
        for blocks in message.rungs:
            if not off.union(*(refusal.named for refusal in refusals)) & kinds(blocks):
                yield blocks

    def heard(self, taken: Sequence[Block], refusals: Sequence[Refusal]) -> None:
        """Learn from a message that Slack took, after it had refused these rungs of it."""
        known = self._known()
        for kind in kinds(taken) & known.keys():
            self._set(kind, None)
            log.info("block_taken_again", block=kind)
        learned = set[str]().union(*(refusal.named for refusal in refusals))
        for refusal in sorted(refusals, key=lambda one: len(one.about(taken)) or len(NEWER) + 1):
            if learned & kinds(refusal.blocks):
                continue  # that is reason enough
            if not (found := refusal.about(taken)):
                log.warning("blocks_refused", error=refusal.word, problems=refusal.problems)
            learned |= found
        for kind in sorted(learned):
            self._set(kind, self._clock())
            if kind not in known:
                log.warning("block_not_taken", block=kind, shown="simpler", again_hours=AGAIN_SECONDS / 3600)

    async def keep(self, kept: Kept) -> None:
        """Write down what was learned, and now and then read what other processes learned."""
        if self.team:
            for kind, at in list(self._unwritten.items()):
                await kept.note(self.team, kind, at)
                if self._unwritten.get(kind) == at:
                    del self._unwritten[kind]
        if self._steady() - self._looked >= LOOK_SECONDS:
            found = dict(await kept.all())
            self._looked, self._refused = self._steady(), found
            for kind, at in self._unwritten.items():
                self._apply(kind, at)

    def _known(self) -> dict[str, float]:
        """Return when each kind was refused last."""
        return {
            kind: at for (team, kind), at in self._refused.items() if not self.team or team in ("", self.team)
        }

    def _set(self, kind: str, at: float | None) -> None:
        self._unwritten[kind] = at
        self._apply(kind, at)

    def _apply(self, kind: str, at: float | None) -> None:
        for team in ("", self.team):
            self._refused.pop((team, kind), None)
        if at is not None:
            self._refused[self.team, kind] = at
