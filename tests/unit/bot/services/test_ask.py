import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.services.access import Audience, Some
from bot.services.ask import Again, Answer, Ask, Delta, EmptyAnswerError, sources
from bot.services.buckets import Buckets
from bot.services.draft import NO_ANSWER, hold
from bot.services.models import Models
from bot.services.query import Exchange, Query
from bot.services.retrieval import Found, Retrieval
from bot.services.steps import Plan
from bot.telnyx import TelnyxServerError
from config.answers import DEFAULT_MODEL
from tests.unit.bot.conftest import Model, TelnyxHouse, asking

LEAVE = "How many weeks of parental leave do I get?"
HANDBOOK = asking(LEAVE, buckets=("handbook",))


def service(house: TelnyxHouse) -> Ask:
    return Ask(
        house.client,
        Retrieval(house.client, Buckets(house.client, ()), Plan()),
        Models(house.client, DEFAULT_MODEL),
        temperature=0.1,
        max_tokens=256,
    )


async def parts(house: TelnyxHouse, query: Query = HANDBOOK) -> list[Found | Delta | Again | Answer]:
    return [part async for part in service(house).answer(query)]


def shown(found: list[Found | Delta | Again | Answer]) -> str:
    return "".join(part.text for part in found if isinstance(part, Delta))


def end(found: list[Found | Delta | Again | Answer]) -> Answer:
    assert isinstance(found[-1], Answer)
    return found[-1]


async def test_an_answer_begins_with_what_was_found_and_ends_with_what_it_cites(telnyx: TelnyxHouse) -> None:
    found = await parts(telnyx)

    assert isinstance(found[0], Found)
    assert end(found).text == shown(found)
    assert next(passage.document for _, passage in sources(end(found))) == "leave.md"
    assert not end(found).refused


async def test_what_no_document_says_is_refused(telnyx: TelnyxHouse) -> None:
    found = await parts(telnyx, asking("What is the capital of Mongolia?"))

    assert end(found).refused
    assert set(end(found).found.buckets) == {"handbook", "manual"}
    assert shown(found) == ""


@pytest.mark.parametrize(
    "pieces",
    [
        [NO_ANSWER],
        ["NO", "_ANS", "WER", "."],
        ["\n ", NO_ANSWER, "\n"],
        ["**NO_", "ANSWER**"],
        ["`NO_ANSWER`"],
        ['"NO_ANSWER"'],
        [NO_ANSWER, ": the passages", " do not say."],
    ],
)
async def test_the_refusal_mark_is_never_shown(
    scripted: TelnyxHouse, model: Model, pieces: list[str]
) -> None:
    model.replies = [pieces]

    found = await parts(scripted)

    assert shown(found) == ""
    assert (end(found).refused, end(found).text) == (True, "")


@pytest.mark.parametrize(
    "pieces",
    [
        ["NO_ANSWER", "S are given in [1]."],
        ["NO", " leave at all [1]."],
        ["N"],
        ["**", "Twenty** weeks [1]."],
        ["Twenty. NO_ANSWER is a word here."],
    ],
)
async def test_words_that_begin_like_the_mark_are_shown_whole(
    scripted: TelnyxHouse, model: Model, pieces: list[str]
) -> None:
    model.replies = [pieces]

    found = await parts(scripted)

    assert shown(found) == "".join(pieces)
    assert (end(found).refused, end(found).text) == (False, "".join(pieces))


@given(st.text(alphabet="NO_ANSWER S.*a", max_size=14), st.data())
def test_what_is_held_back_depends_on_the_text_and_not_on_its_pieces(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    if hold(text):
        assert hold(text[:cut])  # nothing of a refusal was let through before


async def test_words_after_the_first_ones_come_as_the_model_writes_them(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies, model.going_on = [["Six", " weeks", " [1]."]], asyncio.Event()
    found: list[Found | Delta | Again | Answer] = []

    async for part in service(scripted).answer(HANDBOOK):
        found.append(part)
        if isinstance(part, Delta):
            model.going_on.set()  # the rest is written only now

    assert next(part.text for part in found if isinstance(part, Delta)) == "Six"
    assert shown(found) == "Six weeks [1]."
    assert end(found).cited == (1,)


@pytest.mark.parametrize("pieces", [[], ["", " \n"]])
async def test_an_empty_answer_is_an_error(scripted: TelnyxHouse, model: Model, pieces: list[str]) -> None:
    model.replies = [pieces]

    with pytest.raises(EmptyAnswerError):
        await parts(scripted)


async def test_a_citation_that_the_model_made_up_is_not_a_source(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["Six weeks [1][99]."]]

    assert end(await parts(scripted)).cited == (1,)


async def test_the_same_document_in_two_buckets_is_read_once(telnyx: TelnyxHouse) -> None:
    text = b"# Canteen\n\nThe canteen serves gooseberry crumble with custard on every Friday."
    for bucket in ("one", "two"):
        telnyx.standin.library.seed(bucket, "canteen.md", text)

    found = await service(telnyx).retrieve(asking("gooseberry crumble", buckets=("one", "two")))

    assert [passage.document for passage in found.passages] == ["canteen.md"]
    assert found.buckets == ("one", "two")


async def test_a_bucket_that_cannot_be_searched_is_named_and_the_others_answer(telnyx: TelnyxHouse) -> None:
    await telnyx.fault(operation="embeddings.search", kind="status", status=500)

    found = await service(telnyx).retrieve(asking(LEAVE, buckets=("handbook", "manual")))

    assert len(found.unsearched) == 1
    assert {*found.unsearched, *found.buckets} == {"handbook", "manual"}


async def test_when_no_bucket_can_be_searched_the_error_is_telnyxs(telnyx: TelnyxHouse) -> None:
    await telnyx.fault(operation="embeddings.search", kind="status", status=500, count=0)

    with pytest.raises(TelnyxServerError):
        await service(telnyx).retrieve(asking(LEAVE, buckets=("handbook", "manual")))


async def test_a_follow_up_is_searched_with_the_question_before_it(telnyx: TelnyxHouse) -> None:
    alone = await service(telnyx).retrieve(asking("And how long exactly?", buckets=("handbook",)))
    after = await service(telnyx).retrieve(
        asking("And how long exactly?", buckets=("handbook",), history=(Exchange(LEAVE, "Some [1]."),))
    )

    assert "leave.md" not in {passage.document for passage in alone.passages}
    assert "leave.md" in {passage.document for passage in after.passages}


async def test_the_model_reads_the_thread_in_its_order(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["Six [1]."]]
    history = (Exchange("first?", "first!"),)

    await parts(
        scripted, asking(LEAVE, buckets=("handbook",), history=history, thread="U1: hello", model="m/x")
    )

    (asked,) = model.asked
    said = [(message["role"], message["content"]) for message in asked["messages"][1:]]
    assert said == [
        ("user", "first?"),
        ("assistant", "first!"),
        ("user", f"Others wrote in this thread:\nU1: hello\n\nQuestion: {LEAVE}"),
    ]
    assert asked["model"] == "m/x"
    assert '<passage n="1"' in asked["messages"][0]["content"]


async def test_without_documents_nothing_is_searched(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["From memory."]]

    found = await parts(scripted, asking("What is DNS?", documents=False))

    assert end(found).text == "From memory."
    assert await scripted.calls("embeddings.search") == 0


async def test_an_unknown_bucket_is_refused_with_the_nearest_name(telnyx: TelnyxHouse) -> None:
    with pytest.raises(UsageError, match="handbook"):
        await service(telnyx).retrieve(asking(LEAVE, buckets=("handbok",)))


MEANINGS = ["answerable: uncl", "ear\n- Parental leave\n", "- Annual leave"]


async def test_the_mark_is_asked_for_in_the_request_itself_and_no_schema_is(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [["answerable: yes\nSix weeks [1]."], ["From memory."]]

    found = await parts(scripted)
    await parts(scripted, asking("What is DNS?", documents=False))

    with_documents, without = model.asked
    assert "`answerable: yes`" in with_documents["messages"][0]["content"]
    assert "answerable" not in without["messages"][0]["content"]
    assert "response_format" not in with_documents
    assert (end(found).text, shown(found)) == ("Six weeks [1].", "Six weeks [1].")
    assert (end(found).refused, end(found).partly) == (False, False)


async def test_a_part_is_answered_and_told_apart(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["answerable: partly", "\nSix weeks [1]. The rest isn't said."]]

    found = await parts(scripted)

    assert end(found).partly
    assert not end(found).refused
    assert end(found).cited == (1,)
    assert shown(found) == "Six weeks [1]. The rest isn't said."


async def test_text_behind_a_no_is_not_shown(scripted: TelnyxHouse, model: Model) -> None:
    model.replies = [["answerable: no\n", "Perhaps six weeks [1]."]]

    found = await parts(scripted)

    assert (shown(found), end(found).text, end(found).refused) == ("", "", True)
    assert not any(isinstance(part, Again) for part in found)


async def test_a_mark_without_an_answer_is_an_error(scripted: TelnyxHouse, model: Model) -> None:
    for reply in ("answerable: yes", "answerable: partly\n", "answerable: unclear\n"):
        model.replies = [[reply]]

        with pytest.raises(EmptyAnswerError):
            await parts(scripted)


async def test_an_unclear_question_has_meanings_where_it_may_be_asked_back(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [MEANINGS]

    found = await parts(scripted, asking(LEAVE, buckets=("handbook",), asks_back=True))

    assert end(found).meanings == ("Parental leave", "Annual leave")
    assert (end(found).text, end(found).refused, shown(found)) == ("", False, "")
    assert "answerable: unclear" in model.asked[0]["messages"][0]["content"]


async def test_where_it_may_not_be_asked_back_the_model_is_not_told_to_and_its_meanings_are_no_answer(
    scripted: TelnyxHouse, model: Model
) -> None:
    model.replies = [MEANINGS]

    found = await parts(scripted)

    assert (end(found).meanings, end(found).refused, shown(found)) == ((), True, "")
    assert "answerable: unclear" not in model.asked[0]["messages"][0]["content"]


@pytest.mark.parametrize("asks_back", [True, False])
async def test_what_a_model_asks_back_in_its_own_words_is_its_answer(
    scripted: TelnyxHouse, model: Model, *, asks_back: bool
) -> None:
    model.replies = [["answerable: unclear\n", "Which leave", " do you mean?"]]

    found = await parts(scripted, asking(LEAVE, buckets=("handbook",), asks_back=asks_back))

    assert shown(found) == end(found).text == "Which leave do you mean?"
    assert (end(found).meanings, end(found).refused) == ((), False)


async def test_other_buckets_are_those_that_this_audience_may_read(telnyx: TelnyxHouse) -> None:
    ask, found = service(telnyx), Found((), ("handbook",))
    may_read = Audience(buckets=Some(frozenset({"handbook"})))

    assert await ask.others(asking(LEAVE), found) == ("manual",)
    assert await ask.others(asking(LEAVE, may_read), found) == ()
    await telnyx.fault(operation="embeddings.buckets", kind="status", status=500, count=0)
    assert await service(telnyx).others(asking(LEAVE), found) == ()
