import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.telnyx import words

TEXTS = [
    " ".join(
        f"{stem}{number}{ending}"
        for stem in ("form", "relat", "organ")
        for ending in ("alities", "ing", "ed")
    )
    for number in range(200)
]


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@pytest.mark.usefixtures("many_switches")
def test_words_have_the_same_stems_in_several_threads() -> None:
    alone = [words.informative_words(text) for text in TEXTS[:50]]
    words._stem.cache_clear()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(words.informative_words, TEXTS))

    assert found[:50] == alone
    words._stem.cache_clear()
    assert found == [words.informative_words(text) for text in TEXTS]
