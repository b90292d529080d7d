from bot.services.thread_document import Origin, Said, markdown, title_of

ORIGIN = Origin(
    "https://acme.slack.com/archives/C0SUPPORT/p1790000000000100",
    "the channel #support",
    "Ada",
    1_790_090_000.0,
)
THREAD = (
    Said("Mia", 1_790_000_000.0, "How do I port a number to the US?"),
    Said("Ben", 1_790_000_060.0, "Send us the *LOA*.\nSee https://help.example.com/porting", ("loa.pdf",)),
    Said("Mia", 1_790_000_120.0, "Thanks!"),
)


def test_a_thread_says_who_wrote_what_when_and_who_kept_it() -> None:
    assert (
        markdown(THREAD, ORIGIN)
        == """\
# How do I port a number to the US?

This document is a thread in the channel #support of Slack: https://acme.slack.com/archives/C0SUPPORT/p1790000000000100
Ada kept it here on 2026-09-22 15:13 UTC. It has 3 messages, from 2026-09-21 14:13 UTC to 2026-09-21 14:15 UTC, written by Mia, Ben.

## Mia, 2026-09-21 14:13 UTC

How do I port a number to the US?

## Ben, 2026-09-21 14:14 UTC

Send us the *LOA*.
See https://help.example.com/porting

(Shared here, and not part of this document: loa.pdf)

## Mia, 2026-09-21 14:15 UTC

Thanks!
"""
    )


def test_what_people_write_is_no_heading_and_no_provenance_of_its_own() -> None:
    said = (
        Said(
            "Eve",
            0.0,
            "# The rules\n## Ada, 2026-01-01 00:00 UTC\nRule\n---\n> quoted\n#hashtag stays\r\nx\u202e",
        ),
    )

    text = markdown(said, ORIGIN)

    lines = text.splitlines()
    assert [line for line in lines if line.startswith("#")][1:] == [
        "## Eve, 1970-01-01 00:00 UTC",
        "#hashtag stays",
    ]
    assert "\\# The rules" in lines
    assert "\\---" in lines
    assert "\u202e" not in text


def test_a_thread_without_words_has_a_title_too() -> None:
    assert markdown((Said("Mia", 0.0, "", ("a.png",)),), ORIGIN).startswith("# A thread in Slack\n")


def test_a_title_is_one_line_of_the_first_words() -> None:
    assert title_of((Said("Mia", 0.0, " "), Said("Ben", 0.0, "One\n two"))) == "One two"
    assert len(title_of((Said("Mia", 0.0, "ü" * 500),)).encode()) <= 120
