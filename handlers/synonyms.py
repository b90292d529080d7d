"""Other words that people type for ours. One table for nouns, one for what is done with them; what isn't known here is found by likeness."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product, takewhile

_NOUNS: Mapping[str, str] = {
    "docs": "document documents file files bucket buckets knowledge documentation",
    "clusters": "topic topics theme themes clustering clusterings",
    "insights groups": "group groups insight-group insight-groups",
    "jobs": "job task tasks progress",
    "finetune": "fine-tune fine-tunes fine-tuning finetuning tuning training",
    "models": "llm llms",
    "calls": "conversation conversations transcript transcripts",
    "search": "find lookup",
    "channel": "settings setting here",
    "grants": "access permission permissions rights",
    "audit": "history log logs changes",
    "usage": "cost costs tokens spending",
    "actions": "action action-item action-items todo todos",
    "summarize": "summary tldr",
    "transcribe": "transcription listen audio recording voice",
    "ask": "question",
}
_TWO_WORDS: Mapping[str, str] = {
    "fine tune": "finetune",
    "fine tuning": "finetune",
    "look up": "search",
    "action item": "actions",
    "action items": "actions",
}
NOUNS: Mapping[str, str] = {
    **{said: ours for ours, others in _NOUNS.items() for said in others.split()},
    **_TWO_WORDS,
}
"""What is typed → our noun."""

ITSELF = ""
"""The noun alone, which lists what there is."""
DEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("list", "ls", "all", "index", "overview"), (ITSELF,)),
    **dict.fromkeys(("show", "view", "see", "open", "get", "display", "describe", "details", "info", "read"), ("show", ITSELF)),
    **dict.fromkeys(
        ("remove", "rm", "delete", "del", "drop", "destroy", "erase"),
        ("delete", "disable", "unassign", "cancel"),
    ),
    **dict.fromkeys(("add", "new", "create", "make"), ("create", "compute", "embed", "set", "add-url", "new")),
    **dict.fromkeys(("start", "run", "compute", "train"), ("compute", "create", "embed")),
    **dict.fromkeys(("edit", "update", "change", "modify", "rename", "configure"), ("edit", "set", "tag")),
    **dict.fromkeys(("stop", "abort", "end"), ("cancel", "disable")),
    **dict.fromkeys(("upload", "import", "ingest"), ("embed", "add-url")),
    **dict.fromkeys(("link", "url", "add-link"), ("add-url",)),
    **dict.fromkeys(("label", "mark"), ("tag",)),
    **dict.fromkeys(("annotate", "comment", "write"), ("note",)),
    **dict.fromkeys(("takeover", "silence", "mute"), ("take-over",)),
    **dict.fromkeys(("handback", "release", "unmute"), ("hand-back",)),
    **dict.fromkeys(("download", "export"), ("transcript", "picture")),
    **dict.fromkeys(("result", "results", "score", "scores"), ("insights", "results")),
    **dict.fromkeys(("attach", "put"), ("assign",)),
    **dict.fromkeys(("detach", "take"), ("unassign",)),
}  # fmt: skip
"""What is typed → what it may be called here; the first that the noun has is meant."""
FILLERS = frozenset({"a", "all", "an", "me", "my", "of", "our", "the"})
"""Between the deed and its noun: "show me the docs"."""


class Vocabulary:
    """The words of the verbs, found by other words, too."""

    def __init__(self, verbs: Iterable[str]) -> None:
        self._known = [words.split() for words in verbs]

    def below(self, known: Sequence[str]) -> list[str]:
        """Return the words that can follow these."""
        at = len(known)
        return list(
            dict.fromkeys(words[at] for words in self._known if words[:at] == [*known] and len(words) > at)
        )

    def meant(self, low: Sequence[str]) -> tuple[list[str], int] | None:
        """Return the words of what other words say, and how many those are; the deed may stand before its noun."""
        noun, taken = self._noun(low)
        if noun:
            deed, more = self._deed(noun, low[taken:])
            return [*noun, *deed], taken + more
        before = 1 + len(list(takewhile(FILLERS.__contains__, low[1:])))
        noun, taken = self._noun(low[before:])
        deed, known = self._deed(noun, low[:1]) if noun else ([], 0)
        if not known:
            return None
        alone = len(low) == before + taken and [*noun] in self._known
        lists = alone and ITSELF in DEEDS.get(low[0], ())  # "show docs" wants all of them
        return [*noun, *([] if lists else deed)], before + taken

    def _noun(self, low: Sequence[str]) -> tuple[list[str], int]:
        """Return our noun for the first words, singular or plural or otherwise, and how many words those are."""
        for length in (2, 1):
            said = low[:length]
            if len(said) < length:
                continue
            numbers = product(*([word, f"{word}s", word.removesuffix("s") or word] for word in said))
            for words in (*numbers, NOUNS.get(" ".join(said), "").split()):
                if words and self._leads(words):
                    return [*words], length
        return [], 0

    def _deed(self, noun: Sequence[str], low: Sequence[str]) -> tuple[list[str], int]:
        """Return our word for what the first word wants done with a noun, and how many words that is."""
        below = self.below(noun)
        for word in low[:1]:
            for one in (word, *DEEDS.get(word, ()), f"{word}s", word.removesuffix("s") or word):
                if one == ITSELF and [*noun] in self._known:
                    return [], 1
                if one in below:
                    return [one], 1
        return [], 0

    def _leads(self, words: Sequence[str]) -> bool:
        return any(known[: len(words)] == [*words] for known in self._known)
