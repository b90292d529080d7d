"""What is said in a thread without a mention: for us, or for one another."""

import pytest

from bot.services.following import Said, Talked, called, is_for_us, is_idle, turns_to

MIA, BEN, ADA = "U0MIA", "U0BEN", "U0ADA"
ANSWER = Said("U0BOT", "Full-timers have 27 days. [1]", ours=True)


def by(user: str, text: str) -> Said:
    return Said(user, text)


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("thanks!", True),
        ("ok", True),
        ("Vielen Dank", True),
        ("hello everyone", True),
        (":+1:", True),
        ("🎉", True),
        ("?", True),
        ("", True),
        ("https://example.com/page?q=1", True),
        ("<- https://example.com :eyes:", True),
        ("thanks, and for part-timers?", False),
        ("https://example.com says 25, is that right?", False),
        ("yes", False),
        ("What can you do?", False),
    ],
)
def test_what_says_nothing_to_answer(text: str, *, idle: bool) -> None:
    assert is_idle(text) is idle


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@ben what do you think?", {"ben"}),
        ("what do you think, @U0BEN?", {"u0ben"}),
        ("@here lunch", {"here"}),
        ("write to ben@example.com", set()),
        ("what does `@cache` do?", set()),
        ("see https://example.com/@ben", set()),
    ],
)
def test_whom_a_message_turns_to(text: str, who: set[str]) -> None:
    assert turns_to(text) == who


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ben, could you look?", "ben"),
        ("hey ben: look", "ben"),
        ("thanks Ben, that's it", "ben"),
        ("Ben could look", ""),
        ("Also, what about Ben?", "also"),
    ],
)
def test_by_which_word_a_message_calls_someone(text: str, word: str) -> None:
    assert called(text) == word


@pytest.mark.parametrize(
    ("text", "writer", "since", "ours"),
    [
        # directly after the answer, whoever asks on
        ("and for part-timers?", MIA, [ANSWER], True),
        ("and for part-timers?", BEN, [ANSWER], True),
        ("Also, what about interns?", BEN, [ANSWER], True),
        # the answer stands elsewhere
        ("and for part-timers?", MIA, [], True),
        # after their own words
        ("I mean in Berlin", MIA, [ANSWER, by(MIA, "hm, wait")], True),
        # thanks, apps, and links interrupt no one
        ("and for part-timers?", MIA, [ANSWER, by(BEN, "thanks!")], True),
        ("and for part-timers?", MIA, [ANSWER, by(BEN, ":tada:")], True),
        ("and for part-timers?", MIA, [ANSWER, Said("B1", "Build 12 passed", app=True)], True),
        # people talk
        ("it was 25 last year", MIA, [ANSWER, by(BEN, "I thought it was 25?")], False),
        ("no, 27", MIA, [ANSWER, by(BEN, "I thought 25?"), by(MIA, "it was 25 last year")], False),
        ("and for part-timers?", ADA, [ANSWER, by(BEN, "I thought it was 25?")], False),
        # others talked while the answer was made: the one who asked goes on, no one else does
        ("and for part-timers?", MIA, [by(BEN, "good question"), ANSWER], True),
        ("I mean in Berlin", MIA, [by(BEN, "good question"), ANSWER, by(MIA, "hm, wait")], True),
        ("yes, isn't it", ADA, [by(BEN, "good question"), ANSWER], False),
        # the writer has turned to someone
        ("it says 27 there", MIA, [ANSWER, by(MIA, "@U0BEN is that so?")], False),
        # nothing to answer
        ("thanks!", MIA, [ANSWER], False),
        (":+1:", MIA, [ANSWER], False),
        ("https://example.com", MIA, [ANSWER], False),
        # for someone else
        ("@U0BEN is that so?", MIA, [ANSWER], False),
        ("@support can you check?", MIA, [ANSWER], False),
        ("Ben, is that so?", MIA, [ANSWER], False),
        ("Hi Tim, is that so?", MIA, [ANSWER], False),
        ("Hi there, is that so for interns?", MIA, [ANSWER], True),
        # by our name
        ("bot, and for part-timers?", ADA, [ANSWER, by(BEN, "I thought it was 25?")], True),
        ("what do you say, @bot?", ADA, [ANSWER, by(BEN, "I thought it was 25?")], True),
        ("@U0BOT thanks, and for part-timers?", ADA, [ANSWER, by(BEN, "25?")], True),
    ],
)
def test_who_is_meant(text: str, writer: str, since: list[Said], *, ours: bool) -> None:
    talked = Talked(MIA, since, us={"U0BOT", "bot"}, people={"Ben Ortiz", "Ada"})

    assert is_for_us(text, writer, talked) is ours


def test_no_name_is_no_ones_name() -> None:
    assert is_for_us("and then?", MIA, Talked(MIA, [ANSWER], us={""}, people={""}))
