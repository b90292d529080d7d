import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.passages import Passage
from bot.services.steps import (
    LARGEST,
    MOST,
    Course,
    Hit,
    Plan,
    by_words,
    choosing,
    ranked,
    ranking,
    stitched,
    unrepeated,
    within,
)
from config.values import MORE_STEPS, STEPS

TEXT = " ".join(f"word{number}" for number in range(2_000))


def hit(place: int, text: str, distance: float = 0.1, **more: str) -> Hit:
    passage = Passage(
        bucket=more.get("bucket", "hr"), document=more.get("document", "a.md"), text=text, distance=distance
    )
    return Hit(passage, (place,), more.get("model", "e5"))


def texts(hits: list[Hit]) -> list[str]:
    return [one.passage.text for one in hits]


def test_buckets_of_one_model_are_ordered_by_distance() -> None:
    hits = [
        hit(0, "far", 0.4, bucket="a"),
        hit(1, "near", 0.1, bucket="a"),
        hit(2, "middle", 0.2, bucket="b"),
    ]

    assert texts(ranked(hits)) == ["near", "middle", "far"]
    assert [one.dense for one in ranked(hits)] == [1, 2, 3]


def test_buckets_of_different_models_take_turns_because_their_distances_say_nothing_to_one_another() -> None:
    near = [hit(place, f"near {place}", 0.1 + place / 100, bucket="a", model="one") for place in range(3)]
    far = [hit(place, f"far {place}", 0.7 + place / 100, bucket="b", model="two") for place in range(3, 5)]

    assert texts(ranked([*far, *near])) == ["near 0", "far 3", "near 1", "far 4", "near 2"]


def test_buckets_take_turns_when_they_are_not_pooled() -> None:
    hits = [hit(0, "a1", 0.1, bucket="a"), hit(1, "a2", 0.2, bucket="a"), hit(2, "b1", 0.3, bucket="b")]

    assert texts(ranked(hits, pool=False)) == ["a1", "b1", "a2"]


def test_a_distance_that_was_not_said_is_far_and_keeps_its_order() -> None:
    hits = [hit(0, "first", math.nan), hit(1, "second", math.nan), hit(2, "told", 1.9)]

    assert texts(ranked(hits)) == ["told", "first", "second"]
    assert texts(within(hits, limits={"hr": 2.0})) == ["first", "second", "told"]


def test_a_limit_counts_in_its_bucket_alone() -> None:
    hits = [hit(0, "near", 0.2), hit(1, "far", 0.21), hit(2, "elsewhere", 0.9, bucket="it")]

    assert texts(within(hits, limits={"hr": 0.2})) == ["near", "elsewhere"]
    assert within(hits, limits={}) == hits


def test_the_words_of_the_question_lift_a_passage_and_distance_still_counts() -> None:
    hits = ranked([hit(place, f"nothing of it {place}", place / 100) for place in range(9)])
    named = hit(9, "Error 408 is told here", 0.3)._replace(dense=10)

    fused = by_words([*hits, named], question="error 408")

    assert texts(fused)[0] == "Error 408 is told here"
    assert (fused[0].words, fused[0].fused, fused[0].dense) == (1, 1, 10)
    assert [one.words for one in fused[1:]] == [None] * 9
    assert texts(fused)[1:] == [f"nothing of it {place}" for place in range(9)]


def test_a_question_in_another_language_leaves_the_order_as_it_is() -> None:
    hits = ranked([hit(place, f"plain text {place}", place / 100) for place in range(5)])

    assert texts(by_words(hits, question="Wie viele Urlaubstage habe ich?")) == texts(hits)


def test_chunks_of_one_document_that_overlap_become_one_passage_in_the_place_of_the_best() -> None:
    hits = [
        hit(0, TEXT[512:1_536]),
        hit(1, "Between them.", document="b.md"),
        hit(2, TEXT[1_024:2_048]),
        hit(3, TEXT[:1_024]),
        hit(4, TEXT[:1_024], document="c.md"),
    ]

    first, *others = stitched(hits, most=8)

    assert first.passage.text == TEXT[:2_048]
    assert sorted(first.places) == [0, 2, 3]
    assert texts(others) == ["Between them.", TEXT[:1_024]]


def test_a_passage_grows_to_a_bound_and_what_is_left_stays_by_itself() -> None:
    hits = [hit(place, TEXT[start : start + 1_024]) for place, start in enumerate(range(0, 6_000, 512))]

    grown = stitched(hits, most=8)

    assert all(len(one.passage.text) <= LARGEST for one in grown)
    assert sorted(place for one in grown for place in one.places) == [one.places[0] for one in hits]


def test_only_the_first_passages_grow() -> None:
    hits = [hit(0, "alone", document="b.md"), hit(1, TEXT[:1_024]), hit(2, TEXT[512:1_536])]

    assert stitched(hits, most=1) == hits


def test_repetitions_are_left_out_until_enough_are_found() -> None:
    hits = [hit(0, "one two three"), hit(1, "One, two, three."), hit(2, "four five"), hit(3, "four five")]

    assert [one.places[0] for one in unrepeated(hits, most=8)] == [0, 2]
    assert [one.places[0] for one in unrepeated(hits, most=2)] == [0, 2, 3]


def test_every_step_that_a_setting_names_is_there() -> None:
    every = Plan(frozenset(STEPS + MORE_STEPS), limits={"hr": 1.0})
    names = {name for name, _ in [*ranking(every, "q"), *choosing(every, 8)]}
    least = {name for name, _ in [*ranking(Plan(frozenset()), "q"), *choosing(Plan(frozenset()), 8)]}

    assert names - least == set(STEPS) - {"pool"}
    assert Plan().taken == frozenset(STEPS)


@pytest.mark.parametrize("taken", [(), *((one,) for one in STEPS), STEPS])
@given(
    found=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from("ab"), st.floats(0, 1) | st.just(math.nan)), max_size=40
    )
)
def test_every_hit_is_kept_once_or_dropped_by_a_step(
    taken: tuple[str, ...], found: list[tuple[int, str, float]]
) -> None:
    hits = [
        hit(place, TEXT[start * 300 : start * 300 + 700], distance, bucket=bucket, model=bucket)
        for place, (start, bucket, distance) in enumerate(found)
    ]
    plan, course = Plan(frozenset(taken), limits={"a": 0.9}), Course(hits)

    course.walk(ranking(plan, "word7 word99"))
    kept = course.walk(choosing(plan, 4))

    places = [place for one in kept for place in one.places]
    assert len(kept) <= 4
    assert sorted([*places, *course.dropped]) == list(range(len(hits)))
    assert sorted(one.dense for one in course.hits.values()) == list(range(1, len(hits) + 1))


def test_a_hundred_are_looked_at_whatever_was_found() -> None:
    course = Course([hit(place, f"text {place}", place / 1_000) for place in range(MOST + 20)])

    left = course.walk(ranking(Plan(), "text"))

    assert len(left) == MOST
    assert set(course.dropped.values()) == {"most"}
