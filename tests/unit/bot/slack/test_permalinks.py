"""Links to messages, as people copy them and as shortcuts tell of them."""

import pytest

from bot.slack.permalinks import Permalink, is_address, of_message

BASE = "https://acme-telecom.slack.com/archives/C0SUPPORT/p1700000000000100"
IN_THREAD = f"{BASE}?thread_ts=1699999999.000100&cid=C0SUPPORT"


@pytest.mark.parametrize(
    ("text", "channel", "ts", "thread"),
    [
        (BASE, "C0SUPPORT", "1700000000.000100", ""),
        (f"{BASE}/", "C0SUPPORT", "1700000000.000100", ""),
        (f"  {IN_THREAD}\n", "C0SUPPORT", "1700000000.000100", "1699999999.000100"),
        (
            f"{BASE}?cid=C0SUPPORT&thread_ts=1699999999.000100",
            "C0SUPPORT",
            "1700000000.000100",
            "1699999999.000100",
        ),
        (f"{BASE}?thread_ts=nonsense", "C0SUPPORT", "1700000000.000100", ""),
        (BASE.replace("C0SUPPORT", "D0MIA"), "D0MIA", "1700000000.000100", ""),
        (BASE.replace("acme-telecom", "acme.enterprise"), "C0SUPPORT", "1700000000.000100", ""),
        (BASE.replace("https://ACME", "HTTPS://acme"), "C0SUPPORT", "1700000000.000100", ""),
    ],
)
def test_a_link_says_where_a_message_stands(text: str, channel: str, ts: str, thread: str) -> None:
    link = Permalink.read(text)

    assert link is not None
    assert (link.channel, link.ts, link.thread) == (channel, ts, thread)
    assert link.root == (thread or ts)
    assert Permalink.read(str(link)) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "handbook/leave.md",
        "https://acme-telecom.slack.com/archives/C0SUPPORT",
        "https://acme-telecom.slack.com/files/U0MIA/F0A/plan.pdf",
        "https://slack.com.evil.example/archives/C0SUPPORT/p1700000000000100",
        "https://evil.example/archives/C0SUPPORT/p1700000000000100",
        "https://user@evil.example:443/archives/C0SUPPORT/p1700000000000100",
        "https://[::1/archives/C0SUPPORT/p1700000000000100",
        "javascript://acme.slack.com/archives/C0SUPPORT/p1700000000000100",
        f"{BASE}x",
        BASE.replace("p1700000000000100", "p1700"),
    ],
)
def test_anything_else_is_no_link_to_a_message(text: str) -> None:
    assert Permalink.read(text) is None


def test_a_shortcut_tells_of_a_message_by_a_link_with_its_thread() -> None:
    reply = {"ts": "1700000000.000100", "thread_ts": "1699999999.000100"}

    assert of_message(reply, "C0SUPPORT", "acme-telecom") == IN_THREAD
    assert of_message({"ts": "1700000000.000100"}, "C0SUPPORT", "acme-telecom") == BASE
    assert of_message({"ts": "1700000000.000100"}, "C0SUPPORT", "") == BASE.replace("acme-telecom", "app")


def test_what_only_one_person_sees_has_no_link() -> None:
    assert of_message({"ts": "1700000000.000100", "is_ephemeral": True}, "C0SUPPORT", "acme") == ""
    assert of_message({}, "C0SUPPORT", "acme") == ""


def test_an_address_is_told_from_a_name() -> None:
    assert is_address("HTTPS://help.example.com")
    assert not is_address("handbook/leave.md")
