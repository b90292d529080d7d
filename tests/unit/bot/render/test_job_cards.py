"""The card of jobs says how they stand now, and the lines of its thread what happened; whatever they are called, Slack takes them."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from bot.render.blocks import MESSAGE_BYTES, Message, size
from bot.render.job_cards import LONG_SECONDS, Seen, alone, card, end, failed, line
from bot.services.jobs import KINDS, JobKind
from bot.store.job_marks import What
from bot.store.jobs import Job, Transition
from sandbox.slack.blocks import check_blocks
from scripts.job_cards import (
    FILES,
    NOW,
    PAST,
    File,
    cards,
    file_of,
    goes_on,
    group,
    job,
    lines,
    mark,
    page,
    went_well,
    went_wrong,
)
from tests.journeys import screen

EMBEDDING, TUNING = KINDS["embedding"], KINDS["fine-tuning"]
SEEN = Seen(NOW)
HOSTILE = "<!channel> *x* `y` <https://evil.example|z> @here http://evil.example ```"
ODD = [HOSTILE, "", " \n ", "&" * 5_000, "🧑‍🚀" * 1_700, "a" * 5_000, HOSTILE * 70, "\u202eevil\x00\ud800"]
KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


def words(message: Message) -> str:
    """All that is to be read in it."""
    return screen.words(asdict(message))


def buttons(message: Message) -> list[str]:
    """The labels of its buttons."""
    return screen.buttons(asdict(message))


def change(kind: JobKind, before: str, after: str) -> tuple[Transition, Transition]:
    """The first two changes of a job."""
    return Transition(kind.name, "task", 1, before, {}), Transition(kind.name, "task", 2, after, {})


def ended(status: str, long: float, **more: Any) -> Job:
    """A job that took so many seconds."""
    return replace(job(EMBEDDING, status), began=NOW - long - 60, ended=NOW - 60, **more)


# --------------------------------------------------------------------------------------------------- all states
@KIND
def test_every_state_of_every_kind_is_shown_as_it_was_when_someone_looked_at_it(kind: JobKind) -> None:
    assert file_of(kind).read_text(encoding="utf-8") == page(kind), "python -m scripts.job_cards"


@KIND
def test_every_state_of_a_kind_is_among_them_and_no_two_read_alike_but_those_of_one_word(
    kind: JobKind,
) -> None:
    shown = dict(cards(kind))

    assert {state.name for state in kind.states} | {"vanished"} <= shown.keys()
    heads = {state.name: words(shown[state.name]).split("\n")[0] for state in kind.states}
    assert len(set(heads.values())) == len({state.word for state in kind.states})


@KIND
def test_slack_takes_every_card_and_line(kind: JobKind) -> None:
    for name, message in (*cards(kind), *lines(kind)):
        assert check_blocks(message.blocks, "message").problems == [], name
        assert size(message.blocks) <= MESSAGE_BYTES, name
        assert message.text.strip(), name
        assert "\n" not in message.text, name


@KIND
def test_whatever_a_job_is_called_slack_takes_its_card_and_nothing_in_it_acts(kind: JobKind) -> None:
    for odd in ODD:
        _harmless(kind, [_odd(kind, 1, odd)])


@KIND
def test_a_thousand_jobs_that_are_called_oddly_are_a_card(kind: JobKind) -> None:
    _harmless(kind, [_odd(kind, n, ODD[n % len(ODD)]) for n in range(1_000)])


def test_a_card_whose_buttons_need_more_room_than_a_message_has_names_its_jobs_without_them() -> None:
    jobs = [replace(job(TUNING, "running", n), title=f"model-{n}") for n in range(8)]
    long = [replace(one, title="&" * 300, id=f"{n}" * 200) for n, one in enumerate(jobs)]

    assert str(card(TUNING, jobs, SEEN).blocks).count("Show job") == len(jobs)
    assert "Show job" not in str(card(TUNING, long, SEEN).blocks)


def _odd(kind: JobKind, number: int, odd: str) -> Job:
    """A job of which all that comes from elsewhere is odd."""
    names = [*(state.name for state in kind.states), odd[:200]]
    about = {"file": odd, "reason": odd, "model": odd, "call": odd}
    made = job(kind, names[number % len(names)], number)
    long = f"{number}{odd}"[:200]
    return replace(made, bucket=odd or None, card=odd, id=long, title=odd, starter=odd, detail=about)


def _harmless(kind: JobKind, jobs: list[Job]) -> None:
    marks = [replace(mark(kind, what, HOSTILE), user=HOSTILE) for what in What]
    messages = [card(kind, jobs, Seen(NOW, past=PAST, marks=marks, named=named)) for named in (True, False)]
    changes = change(kind, HOSTILE, went_wrong(kind))
    messages.append(line(kind, jobs[0], *changes, [File(HOSTILE, HOSTILE)], SEEN).message)
    messages.append(failed(kind, jobs[0], [], SEEN).message)
    for message in messages:
        assert check_blocks(message.blocks, "message").problems == []
        assert size(message.blocks) <= MESSAGE_BYTES
        for text in (message.text, words(message)):
            assert "<!channel>" not in text
            assert "<https:" not in text
            assert "@here" not in text


# ------------------------------------------------------------------------------------------------------- cards
def test_a_card_that_stands_does_not_change_with_time_alone() -> None:
    some = group(EMBEDDING, [goes_on(EMBEDDING), went_well(EMBEDDING)])

    for jobs in ([job(EMBEDDING, goes_on(EMBEDDING))], some, [ended("failure", 700)]):
        assert card(EMBEDDING, jobs, Seen(NOW, past=PAST)) == card(
            EMBEDDING, jobs, Seen(NOW + 500, past=PAST)
        )


def test_who_looks_a_job_up_is_told_what_is_left_from_now_on() -> None:
    jobs = [job(EMBEDDING, goes_on(EMBEDDING))]
    later = Seen(NOW + 3_600, past=PAST, live=True)

    assert "takes longer than each of the last 20" in words(card(EMBEDDING, jobs, later))
    assert "takes longer" not in words(card(EMBEDDING, jobs, replace(later, live=False)))


@pytest.mark.parametrize(("count", "said"), [(4, False), (5, True)])
def test_from_few_jobs_nothing_is_said_of_the_rest(count: int, said: bool) -> None:
    shown = words(card(EMBEDDING, [job(EMBEDDING, goes_on(EMBEDDING))], Seen(NOW, past=PAST[-count:])))

    assert ("likely done between" in shown) is said


def test_the_rest_of_a_job_that_has_ended_or_stalled_is_not_told() -> None:
    over, still = job(EMBEDDING, "success"), replace(job(EMBEDDING, "processing"), stalled=True)

    for one in (over, still):
        assert "likely done" not in words(card(EMBEDDING, [one], Seen(NOW, past=PAST)))


def test_a_state_that_no_one_documents_has_ended_if_the_job_has() -> None:
    odd = replace(job(EMBEDDING, "dissolved"), finished=True, ended=NOW)

    shown = card(EMBEDDING, [odd], SEEN)

    assert "dissolved" in words(shown)
    assert "Mute this job" not in buttons(shown)


def test_where_not_everyone_may_know_of_a_bucket_nothing_of_it_is_said() -> None:
    detail = {"file": "merger.pdf", "reason": "merger.pdf is empty"}
    jobs = [
        replace(job(EMBEDDING, status, n), bucket="merger", title="merger", detail=detail)
        for n, status in enumerate(("failure", "processing"))
    ]
    seen = Seen(NOW, named=False)
    messages = [
        card(EMBEDDING, jobs, seen),
        card(EMBEDDING, jobs[:1], seen),
        line(EMBEDDING, jobs[0], *change(EMBEDDING, "processing", "failure"), [*FILES], seen).message,
        failed(EMBEDDING, jobs[0], [*FILES], seen).message,
    ]

    for message in messages:
        assert "merger" not in f"{message.text} {message.blocks}"
        assert FILES[0].filename not in str(message.blocks)
        assert "Embed again" not in buttons(message)


def test_where_a_job_is_not_named_its_id_is_not_shown_unless_it_is_a_number_of_telnyxs() -> None:
    model = "acme/Base-merger-v1"
    tuning = [
        replace(job(TUNING, "running", n), id=f"ft-merger-{n}", detail={"model": model}) for n in (1, 2)
    ]
    seen = Seen(NOW, named=False)
    shown = [
        card(TUNING, tuning, seen),
        card(TUNING, tuning[:1], seen),
        failed(TUNING, tuning[0], [], seen).message,
        alone(TUNING, tuning[0], seen).message,
    ]

    assert not [one for one in shown if "merger" in f"{one.text} {words(one)}"]
    assert "`00000002`" in words(card(EMBEDDING, group(EMBEDDING, ["success", "queued"]), seen))


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        ("processing", ["I'm on it", "Snooze an hour", "Mute this job"]),
        ("failure", ["Show failed files", "Embed again", "I'm on it"]),
        ("partial_success", ["Show failed files", "Embed again", "I'm on it"]),
        ("success", []),
    ],
)
def test_a_card_has_the_buttons_of_what_can_be_done_now(status: str, labels: list[str]) -> None:
    assert buttons(card(EMBEDDING, [job(EMBEDDING, status)], SEEN)) == labels


def test_an_id_that_is_longer_than_a_button_carries_takes_its_button_away_and_nothing_else() -> None:
    long = replace(job(TUNING, "running"), id="x" * 500)

    assert buttons(card(TUNING, [long], SEEN)) == ["I'm on it", "Snooze an hour", "Mute this job"]


def test_of_many_jobs_the_failed_ones_are_named_first_and_the_others_are_counted() -> None:
    jobs = group(EMBEDDING, ["success"] * 11 + ["processing"] + ["failure"])

    shown = words(card(EMBEDDING, jobs, SEEN))

    assert "11 of 13 embedded, 1 failed, 1 to go" in shown
    assert shown.index("chapter-13") < shown.index("chapter-12") < shown.index("chapter-01")
    assert "and 3 more jobs: 3 succeeded" in shown


# ------------------------------------------------------------------------------------------------------- lines
def test_a_line_says_from_which_state_to_which() -> None:
    said = line(EMBEDDING, job(EMBEDDING, "processing"), *change(EMBEDDING, "queued", "processing"), [], SEEN)

    assert said.message.text == ":gear: handbook: queued → processing"
    assert not said.loud


def test_the_first_line_says_the_state_alone() -> None:
    said = line(
        EMBEDDING, job(EMBEDDING, "processing"), None, change(EMBEDDING, "", "processing")[1], [], SEEN
    )

    assert said.message.text == ":gear: handbook: processing"


@pytest.mark.parametrize(
    ("status", "long", "loud"),
    [
        ("success", LONG_SECONDS, False),
        ("success", LONG_SECONDS + 1, True),
        ("failure", 5, True),
        ("partial_success", 5, True),
        ("vanished", 5, False),
    ],
)
def test_the_channel_hears_of_a_failure_and_of_an_end_after_long(
    status: str, long: float, loud: bool
) -> None:
    one = ended(status, long, starter="U0ADA")

    said = line(EMBEDDING, one, *change(EMBEDDING, "processing", status), [], SEEN)
    alone = end(EMBEDDING, [one, one], SEEN)

    assert said.loud is loud
    assert ("started by <@U0ADA>" in said.message.text) is loud
    assert alone is not None
    assert alone.loud is loud


def test_a_line_that_the_channel_hears_says_what_can_be_done() -> None:
    said = line(EMBEDDING, ended("failure", 5), *change(EMBEDDING, "processing", "failure"), [*FILES], SEEN)

    assert buttons(said.message) == ["Show failed files", "Embed again"]
    assert FILES[0].filename in words(said.message)
    assert EMBEDDING.next_step in words(said.message)


def test_jobs_have_no_end_while_one_goes_on() -> None:
    assert end(EMBEDDING, group(EMBEDDING, ["success", "processing"]), SEEN) is None


def test_late_news_says_when_it_happened() -> None:
    late = replace(SEEN, late=NOW - 7_200)
    said = line(EMBEDDING, job(EMBEDDING, "success"), *change(EMBEDDING, "processing", "success"), [], late)

    assert f"this happened <!date^{int(NOW - 7_200)}^" in said.message.text
