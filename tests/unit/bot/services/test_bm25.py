import pytest

from bot.services.bm25 import LONGEST, asked, scores


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Is the forwarding on?", ("is", "the", "forward", "on")),
        ("Déjà vu, DÉJÀ", ("déjà", "vu")),
        ("*61* or a D40?", ("61", "or", "d40")),
        ("年次休暇は何日", ("年次", "次休", "休暇", "暇は", "は何", "何日")),
        ("何", ("何",)),
        ("ลาพักร้อน", ("ลา", "าพ", "พั", "ัก", "กร", "ร้", "้อ", "อน")),
        ("PoE給電", ("poe", "給電")),
        ("휴가가 며칠", ("휴가", "가가", "며칠")),
        ("", ()),
        ("?! …", ()),
    ],
)
def test_the_words_of_a_question_are_those_of_its_script(question: str, words: tuple[str, ...]) -> None:
    assert asked(question) == words


def test_a_long_question_is_asked_by_its_first_words() -> None:
    assert len(asked(" ".join(f"word{number}x" for number in range(10_000)))) == LONGEST


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("forwarded calls", "Forwarding of a call is set in the portal."),
        ("error 408", "Error 408: the firewall blocks the port."),
        ("what does *61* do", "Dial *61* and the number."),
        ("有給休暇", "有給休暇は二十七日です。"),
        ("Отпуск в году", "Отпуска в году двадцать семь дней."),
        ("วันลา", "พนักงานมีวันลา 27 วัน"),
        ("휴가가 며칠이에요?", "연차 휴가는 27일입니다."),
    ],
)
def test_the_text_with_the_words_comes_first(question: str, best: str) -> None:
    texts = ["Nothing of it is said here.", "Something else in 4081 words.", best, "日本の別の文です。"]

    found = scores(question, texts)

    assert max(found) == found[2] > 0


def test_rare_words_weigh_more_than_usual_ones_and_a_second_mention_adds_less() -> None:
    often = ["the phone"] * 8

    rare, usual, twice = scores("phone moon", [*often, "the moon", "the phone", "moon moon"])[-3:]

    assert usual < rare < twice < 2 * rare


def test_a_short_word_has_to_stand_whole_and_a_stem_has_to_begin_a_word() -> None:
    assert scores("in", ["information", "begin", "in-house"])[:2] == [0, 0]
    assert scores("warding", ["forwarding", "warded"])[0] == 0


@pytest.mark.parametrize(("question", "texts"), [("", ["a"]), ("word", []), ("word", [""]), ("x", ["", "y"])])
def test_nothing_in_common_is_zero(question: str, texts: list[str]) -> None:
    assert scores(question, texts) == [0] * len(texts)
