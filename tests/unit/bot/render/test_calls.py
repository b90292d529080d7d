import pytest

from bot.render.blocks import MESSAGE_BLOCKS
from bot.render.calls import listing, masked
from bot.services.calls import Call


@pytest.mark.parametrize(
    "number", ["+493012345678", "+49 30 1234 5678", "(030) 1234-5678", "030/12345678", "0049.30.12345678"]
)
def test_a_number_shows_its_last_four_digits_however_it_is_written(number: str) -> None:
    assert masked(number) == "…5678"


@pytest.mark.parametrize("name", ["anna", "1234", "anna@example.com"])
def test_what_is_no_number_is_shown_as_it_is(name: str) -> None:
    assert masked(name) == name


def test_a_full_list_fits_into_a_message_and_shows_no_number_and_no_markup() -> None:
    call = Call("id-1", "<!channel> & co", "phone_call", "+49 30 12345678", None, None)

    message = listing([call] * 40)

    assert len(message.blocks) <= MESSAGE_BLOCKS
    assert "12345678" not in str(message.blocks)
    assert "<!channel>" not in str(message.blocks)
    assert "/telnyx summarize id-1" in str(message.blocks[-1])


def test_without_calls_the_person_reads_when_there_will_be_some() -> None:
    assert "no calls yet" in listing([]).text
