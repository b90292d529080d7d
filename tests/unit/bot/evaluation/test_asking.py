"""Cases are asked as `bot ask` would ask them, of a real service over the stand-in."""

from dataclasses import replace

from bot.app.telnyx import ask_service
from bot.evaluation.asking import SMALL_TALK, Examiner, Result
from bot.evaluation.cases import Case
from bot.evaluation.metrics import Verdict, verdict
from bot.telnyx import Usage
from config.answers import DEFAULT_MODEL
from config.settings import Settings
from tests.unit.bot.conftest import KEY, Model, TelnyxHouse, asking

LEAVE = Case(
    "leave", "direct", "How many weeks of parental leave do I get?", ("handbook/leave.md",), ("16 weeks",)
)


def examiner(house: TelnyxHouse) -> Examiner:
    settings = Settings(_env_file=None, telnyx={"api_key": KEY, "base_url": f"{house.root}/telnyx/v2"})
    ask, _ = ask_service(house.client, settings)
    ticks = iter(range(1_000))
    return Examiner(ask, asking("?"), failure=str, clock=lambda: float(next(ticks)))


async def test_a_case_is_answered_with_its_sources_times_and_tokens(telnyx: TelnyxHouse) -> None:
    found = await examiner(telnyx).one(LEAVE)

    assert verdict(found) is Verdict.RIGHT
    assert found.cited[0][1].document == "leave.md"
    assert found.search_seconds is not None
    assert found.first_seconds is not None
    assert found.seconds is not None
    assert 0 < found.search_seconds < found.first_seconds < found.seconds
    assert found.model == DEFAULT_MODEL


async def test_tokens_are_those_that_telnyx_says(telnyx: TelnyxHouse) -> None:
    usage = {"prompt_tokens": 900, "completion_tokens": 20, "total_tokens": 920}
    await telnyx.fault(operation="chat.completions", kind="says", text="16 weeks [1].", usage=usage)

    assert (await examiner(telnyx).one(LEAVE)).usage == Usage(**usage)


async def test_what_was_asked_before_is_answered_first_and_belongs_to_the_question(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [["Sixteen [1]."], ["In three blocks [1]."]]

    found = await examiner(scripted).one(
        replace(LEAVE, kind="follow_up", history=(LEAVE.question,), question="In how many blocks?")
    )

    assert found.answer == "In three blocks [1]."
    spoken = [(message["role"], message["content"]) for message in model.asked[1]["messages"][1:]]
    assert spoken == [
        ("user", LEAVE.question),
        ("assistant", "Sixteen [1]."),
        ("user", "In how many blocks?"),
    ]


async def test_a_refusal_has_no_answer_and_no_first_word(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["NO_ANSWER"]]

    found = await examiner(scripted).one(LEAVE)

    assert (found.refused, found.answer, found.cited, found.first_seconds) == (True, "", (), None)
    assert found.found
    assert verdict(found) is Verdict.REFUSED


async def test_the_mark_of_the_model_tells_whether_a_part_is_answered(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [["answerable: partly\n", "Sixteen [1]."], ["answerable: no\n"]]

    some = [await examiner(scripted).one(LEAVE) for _ in range(2)]

    assert [(one.partly, one.refused, one.answer) for one in some] == [
        (True, False, "Sixteen [1]."),
        (False, True, ""),
    ]


async def test_a_case_that_fails_ends_in_its_sentence_and_keeps_what_was_found(telnyx: TelnyxHouse) -> None:
    await telnyx.fault(operation="chat.completions", kind="status", status=500, count=0)

    found = await examiner(telnyx).one(LEAVE)

    assert "500" in found.failed
    assert found.found
    assert verdict(found) is Verdict.FAILED


async def test_a_question_that_is_taken_for_small_talk_counts_as_refused(telnyx: TelnyxHouse) -> None:
    found = await examiner(telnyx).one(replace(LEAVE, question="Thank you!"))

    assert (found.refused, found.note) == (True, SMALL_TALK)
    assert await telnyx.calls("embeddings.search") == 0


async def test_results_stand_in_the_order_of_the_cases(telnyx: TelnyxHouse) -> None:
    some = [replace(LEAVE, id=str(number)) for number in range(5)]
    heard: list[Result] = []

    found = await examiner(telnyx).all(some, at_once=3, heard=heard.append)

    assert [one.case.id for one in found] == ["0", "1", "2", "3", "4"]
    assert sorted(one.case.id for one in heard) == ["0", "1", "2", "3", "4"]
