"""Files of questions: five are read, what isn't is named once, and what came with a private question stays with its asker."""

from dataclasses import replace

import pytest

from bot.render import sources as render
from bot.services.access import Place
from bot.workflows.asked import FILES, Asked
from handlers.manifest import manifest
from tests.pdfs import pdf
from tests.unit.bot.slack.conftest import slack
from tests.unit.bot.workflows.test_leaks import BEN, GENERAL, MIA, House, house

pytestmark = pytest.mark.slow

__all__ = ["house", "slack"]  # fixtures

COSTS = "What does part 4 cost?"


@pytest.fixture
def shared(house: House) -> House:
    app = manifest()
    app["oauth_config"]["scopes"]["bot"] += ["files:read"]
    house.slack.standin.install(app)
    return house


async def upload(house: House, *files: tuple[str, bytes]) -> list[list[str]]:
    made = [await house.slack.mia.upload("#general", name, content) for name, content in files]
    return [[str(one["file"]), name] for one, (name, _) in zip(made, files, strict=True)]


async def with_files(house: House, files: list[list[str]], *, private: bool = False) -> Asked:
    return replace(await house.begun(MIA, text=COSTS, private=private), options={FILES: files})


async def test_five_files_are_read_and_a_sixth_is_named(shared: House) -> None:
    six = [(f"part{n}.txt", f"Part {n} costs {n}1 euros.".encode()) for n in range(1, 7)]
    asked = await with_files(shared, await upload(shared, *six))

    query, note = await shared.material.query(asked, await shared.alone(MIA))

    assert [one.document for one in query.beside] == [name for name, _ in six[:5]]
    assert note == "I didn't read part6.txt: I read 5 files at a time."


async def test_files_that_were_not_read_for_one_reason_stand_in_one_sentence(shared: House) -> None:
    files = await upload(shared, ("a.zip", b"PK"), ("b.docx", b"PK"), ("c.txt", b"How long?"))
    query, note = await shared.material.query(await with_files(shared, files), await shared.alone(MIA))

    assert (query.attached, query.beside) == (("How long?",), ())
    assert note == "I didn't read a.zip and b.docx: I read text, PDF, and pictures."


async def test_the_pages_of_a_private_question_are_shown_to_its_asker_alone(shared: House) -> None:
    files = await upload(shared, ("alder.pdf", pdf("Part 4 of the Alder project costs 41 euros.")))
    asked = await with_files(shared, files, private=True)
    written = await shared.write(asked)
    await shared.sharing.share(asked.id, GENERAL, MIA, join=False)

    hers = await shared.answers.get(asked.id, await shared.alone(MIA), GENERAL, MIA)
    his = await shared.answers.get(asked.id, await shared.alone(BEN), Place("T0ACME", "C0GENERAL", ""), BEN)

    assert "41 euros" in written.answer
    assert files[0][0] in {one["file"] for one in hers.passages or ()}
    assert files[0][0] not in {one["file"] for one in his.passages or ()}
    assert his.passages
    window = str(render.passages(hers).blocks).replace("\u200b", "")
    assert "*alder.pdf* › page 1\\ncame with the question · cited" in window
    assert "Part 4 of the Alder project costs 41 euros." in window
