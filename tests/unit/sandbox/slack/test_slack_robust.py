"""Whatever JSON an app sends, the checks answer with problems and never fall over."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.block_elements import CHECKS as ELEMENT_CHECKS
from sandbox.slack.blocks import CHECKS as BLOCK_CHECKS
from sandbox.slack.blocks import check_blocks
from sandbox.slack.rich_text import INLINE, PARTS
from sandbox.slack.web_api.method import ApiError
from sandbox.slack.web_api.streams import CHUNKS, read_chunks
from sandbox.slack.web_api.views import checked_view

KINDS = sorted({*BLOCK_CHECKS, *ELEMENT_CHECKS, *INLINE, *PARTS, *CHUNKS, "plain_text", "mrkdwn", "raw_text"})
KEYS = sorted(
    [
        "accessory",
        "action_id",
        "alt_text",
        "block_id",
        "blocks",
        "column_settings",
        "confirm",
        "deny",
        "element",
        "elements",
        "fields",
        "hint",
        "icon",
        "id",
        "image_url",
        "indent",
        "initial_option",
        "label",
        "max_length",
        "negative_button",
        "option_groups",
        "options",
        "placeholder",
        "positive_button",
        "rows",
        "status",
        "style",
        "submit",
        "text",
        "title",
        "url",
        "value",
    ]
)
pytestmark = pytest.mark.slow  # hundreds of made-up messages, views, and chunks
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    node = st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    typed = st.builds(lambda kind, rest: {**rest, "type": kind}, st.sampled_from(KINDS), node)
    return st.lists(inner, max_size=3) | node | typed


JSON = st.recursive(LEAVES, _nested, max_leaves=25)
TYPED = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(KEYS), JSON),
)


@given(st.lists(TYPED | JSON, min_size=1, max_size=3), st.sampled_from(["message", "modal", "home"]))
def test_any_blocks_get_a_report(blocks: list[Any], surface: Any) -> None:
    report = check_blocks(blocks, surface)

    assert all("[json-pointer:/" in problem for problem in report.problems)


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_view_is_taken_or_refused(view: dict[str, Any]) -> None:
    given_view = {**view, "type": "modal", "color": "red"}

    with pytest.raises(ApiError, match="invalid_arguments"):
        checked_view(given_view, "modal")


def _outcome(chunks: list[Any]) -> str:
    try:
        return f"{len(read_chunks({'chunks': chunks}))} read"
    except ApiError as refusal:
        return refusal.code


@given(st.lists(TYPED | JSON, max_size=3))
def test_any_chunks_are_taken_or_refused(chunks: list[Any]) -> None:
    assert _outcome(chunks) in (
        f"{len(chunks)} read",
        "invalid_chunks",
        "invalid_blocks",
        "invalid_blocks_format",
    )
