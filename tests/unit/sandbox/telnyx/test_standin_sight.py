"""What the stand-in model sees: what can be measured, and nothing where it has no eyes."""

import base64
import io
from http import HTTPStatus

import pytest
from PIL import Image

from sandbox.telnyx.completions import ContentPart, Message
from sandbox.telnyx.refusals import Refusal
from sandbox.telnyx.sight import looked_at

ASKED = "What color is it?"


def picture(color: tuple[int, int, int], kind: str = "PNG") -> str:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(made, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(made.getvalue()).decode()}"


def told(*urls: str, before: str = "", sees: bool = True) -> list[str]:
    shown = [ContentPart(type="image_url", image_url=url) for url in urls]
    asked = Message(role="user", content=[ContentPart(type="text", text=ASKED), *shown])
    messages = [Message(role="system", content=before), asked]
    return [turn.text for turn in looked_at(messages, [one.as_turn() for one in messages], sees=sees)]


def test_it_measures_a_picture_beside_the_words() -> None:
    (_, said) = told(picture((220, 30, 30)))

    assert said.splitlines()[-1] == "The picture is a PNG of 40 by 30 pixels, and its color is mostly red."


def test_pictures_are_in_the_passages_that_stand_for_them() -> None:
    places = [f'<passage n="{n}" document="{n}.png" place="picture">\n\n</passage>' for n in (1, 2)]

    first, asked = told(picture((30, 160, 50)), picture((40, 70, 210), "GIF"), before="\n".join(places))

    assert [word in first for word in ("mostly green", "mostly blue", "a GIF")] == [True, True, True]
    assert first.index("green") < first.index('n="2"') < first.index("blue")
    assert "mostly" not in asked


@pytest.mark.parametrize(
    ("url", "sees"),
    [(picture((0, 0, 0)), False), ("data:image/png;base64,AAAA", True), ("https://x.example/a.png", True)],
)
def test_what_it_cant_see_is_refused(url: str, *, sees: bool) -> None:
    with pytest.raises(Refusal) as refused:
        told(url, sees=sees)

    assert refused.value.status == HTTPStatus.BAD_REQUEST
