from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotHereError, RefusedError
from bot.services.access import Destination, Person, Readers, audience

HERE = Destination("T", "C", "1.0", "U", "T", private=False, shared=False)
MEMBER = Person("U", guest=False, external=False, admin=False)
ADMIN = replace(MEMBER, admin=True)


def test_a_member_reads_documents_and_an_admin_reads_calls_too() -> None:
    member = audience(HERE, MEMBER, documents="all", calls="admins")
    admin = audience(HERE, ADMIN, documents="all", calls="admins")

    member.require_documents()
    admin.require_calls()
    with pytest.raises(RefusedError, match="admins"):
        member.require_calls()


def test_calls_may_be_opened_to_all_members() -> None:
    audience(HERE, MEMBER, documents="all", calls="all").require_calls()


def test_documents_may_be_closed_to_all() -> None:
    with pytest.raises(RefusedError, match="access"):
        audience(HERE, ADMIN, documents="none", calls="all").require_documents()


@given(admin=st.booleans(), private=st.booleans(), shared=st.booleans(), kind=st.sampled_from(["guest", "external"]))  # fmt: skip
def test_guests_and_people_from_elsewhere_read_nothing_anywhere(
    *, admin: bool, private: bool, shared: bool, kind: str
) -> None:
    person = Person("U", guest=kind == "guest", external=kind == "external", admin=admin)

    allowed = audience(replace(HERE, private=private, shared=shared), person, documents="all", calls="all")

    assert allowed.why_not_documents
    assert allowed.why_not_calls


def test_in_a_shared_channel_only_private_answers_are_given() -> None:
    shared = replace(HERE, shared=True)

    with pytest.raises(RefusedError, match="Ask me privately"):
        audience(shared, ADMIN, documents="all", calls="all").require_documents()
    audience(replace(shared, private=True), MEMBER, documents="all", calls="all").require_documents()


@pytest.mark.parametrize("readers", [Readers.OUTSIDERS, Readers.UNKNOWN])
def test_where_others_read_along_only_private_answers_are_given(readers: Readers) -> None:
    with pytest.raises(NotHereError, match="privately"):
        audience(HERE, ADMIN, documents="all", calls="all", readers=readers).require_documents()
    private = replace(HERE, private=True)
    audience(private, MEMBER, documents="all", calls="all", readers=readers).require_documents()


def test_a_destination_survives_the_journey_through_json() -> None:
    assert Destination.from_json(HERE.to_json()) == HERE
