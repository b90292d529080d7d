from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotHereError, RefusedError
from bot.services.access import Asker, Person, Place, Readers, audience

HERE = Place("T", "C", "1.0")
MEMBER = Person("U", guest=False, external=False, admin=False)
ADMIN = replace(MEMBER, admin=True)


def test_a_member_reads_documents_and_an_admin_reads_calls_too() -> None:
    member = audience(HERE, MEMBER, private=False, documents="all", calls="admins")
    admin = audience(HERE, ADMIN, private=False, documents="all", calls="admins")

    member.require_documents()
    admin.require_calls()
    with pytest.raises(RefusedError, match="admins"):
        member.require_calls()


def test_calls_may_be_opened_to_all_members() -> None:
    audience(HERE, MEMBER, private=False, documents="all", calls="all").require_calls()


def test_documents_may_be_closed_to_all() -> None:
    with pytest.raises(RefusedError, match="access"):
        audience(HERE, ADMIN, private=False, documents="none", calls="all").require_documents()


@given(admin=st.booleans(), private=st.booleans(), shared=st.booleans(), kind=st.sampled_from(["guest", "external"]))  # fmt: skip
def test_guests_and_people_from_elsewhere_read_nothing_anywhere(
    *, admin: bool, private: bool, shared: bool, kind: str
) -> None:
    person = Person("U", guest=kind == "guest", external=kind == "external", admin=admin)

    allowed = audience(replace(HERE, shared=shared), person, private=private, documents="all", calls="all")

    assert allowed.why_not_documents
    assert allowed.why_not_calls


def test_in_a_shared_channel_only_private_answers_are_given() -> None:
    shared = replace(HERE, shared=True)

    with pytest.raises(RefusedError, match="Ask me privately"):
        audience(shared, ADMIN, private=False, documents="all", calls="all").require_documents()
    audience(shared, MEMBER, private=True, documents="all", calls="all").require_documents()


@pytest.mark.parametrize("readers", [Readers.OUTSIDERS, Readers.UNKNOWN])
def test_where_others_read_along_only_private_answers_are_given(readers: Readers) -> None:
    with pytest.raises(NotHereError, match="privately"):
        audience(
            HERE, ADMIN, private=False, documents="all", calls="all", readers=readers
        ).require_documents()
    audience(HERE, MEMBER, private=True, documents="all", calls="all", readers=readers).require_documents()


def test_a_place_and_an_asker_survive_the_journey_through_json() -> None:
    asker = Asker("U", "T")

    assert Place.from_json(HERE.to_json()) == HERE
    assert Asker.from_json(asker.to_json()) == asker


@pytest.mark.parametrize(
    "data", [{"team": 1, "channel": "C", "thread": ""}, {"team": "T", "channel": "C", "thread": None}]
)
def test_a_place_whose_ids_are_no_text_is_none(data: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="ids are text"):
        Place.from_json(data)


def test_an_asker_whose_ids_are_no_text_is_none() -> None:
    with pytest.raises(TypeError, match="ids are text"):
        Asker.from_json({"user": "U", "user_team": None})
