from typing import Any

import pytest

from bot.services.access import Asker, Place, place_and_asker

HERE, ME = Place("T", "C", "1.0"), Asker("U", "T2")


def test_a_place_and_an_asker_survive_the_journey_through_json() -> None:
    assert Place.from_json(HERE.to_json()) == HERE
    assert Asker.from_json(ME.to_json()) == ME


def test_what_earlier_releases_wrote_in_one_object_is_read() -> None:
    both = {**HERE.to_json(), **ME.to_json(), "private": False, "shared": True}

    assert place_and_asker({"destination": both}, once="destination") == (HERE, ME)
    assert place_and_asker({"place": HERE.to_json(), "asker": ME.to_json()}, once="by") == (HERE, ME)


@pytest.mark.parametrize(
    "data", [{"team": 1, "channel": "C", "thread": ""}, {"team": "T", "channel": "C", "thread": None}]
)
def test_a_place_whose_ids_are_no_text_is_none(data: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="ids are text"):
        Place.from_json(data)


def test_an_asker_whose_ids_are_no_text_is_none() -> None:
    with pytest.raises(TypeError, match="ids are text"):
        Asker.from_json({"user": "U", "user_team": None})


@pytest.mark.parametrize(("channel", "direct"), [("C1", False), ("G1", False), ("D1", True), ("", True)])
def test_a_direct_message_and_a_window_are_no_place_of_several(channel: str, *, direct: bool) -> None:
    assert Place("T", channel, "").direct == direct
