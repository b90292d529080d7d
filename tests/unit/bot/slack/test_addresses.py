"""Which addresses are Slack's, of those that Slack gives and of those that only look like it."""

import pytest

from bot.slack.addresses import Address, leads_to_slack

SLACK, GOVERNMENT, SANDBOX = (
    "https://slack.com/api/",
    "https://slack-gov.com/api/",
    "http://127.0.0.1:3100/slack/api/",
)


@pytest.mark.parametrize(
    ("kind", "address", "api"),
    [
        (Address.REPLY, "https://hooks.slack.com/commands/T1/2/x", SLACK),
        (Address.REPLY, "https://hooks.slack.com/actions/T1/2/x", "https://www.slack.com/api/"),
        (Address.REPLY, "https://hooks.slack-gov.com/commands/T1/2/x", GOVERNMENT),
        (Address.REPLY, "http://127.0.0.1:3100/slack/response/R1", SANDBOX),
        (Address.REPLY, "https://hooks.slack.com/commands/T1/2/x", "https://proxy.example/slack/api/"),
        (Address.FILES, "https://files.slack.com/upload/v1/x", SLACK),
        (Address.FILES, "https://files.slack-gov.com/upload/v1/x", GOVERNMENT),
        (Address.FILES, "http://127.0.0.1:3100/slack/upload/1", SANDBOX),
    ],
)
def test_slacks_own(kind: Address, address: str, api: str) -> None:
    assert leads_to_slack(kind, address, api)


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("http://127.0.0.1:9/x", SLACK),
        ("http://127.0.0.1:3101/x", SANDBOX),
        ("http://127.0.0.1:31000/x", SANDBOX),
        ("https://127.0.0.1:3100/x", SANDBOX),
        ("http://127.0.0.1:3100@evil.example/x", SANDBOX),
        ("http://127.0.0.1:3100\\\\@evil.example/x", SANDBOX),
        ("http://localhost:3100/x", SANDBOX),
        ("http://hooks.slack.com/commands/1", SLACK),
        ("https://hooks.slack.com", SLACK),
        ("https://hooks.slack.com.evil.example/x", SLACK),
        ("https://hooks.slack.com@evil.example/x", SLACK),
        ("https://hooks.slack.com:8443/x", SLACK),
        ("https://hooks.slack.com\\\\@evil.example/x", SLACK),
        ("https://hooks.slack.com?@evil.example/", SLACK),
        ("https://hooks.slack.com#@evil.example/", SLACK),
        (" https://hooks.slack.com/x", SLACK),
        ("https://user:word@hooks.slack.com/x", SLACK),
        ("https://xhooks.slack.com/x", SLACK),
        ("https://files.slack.com/x", SLACK),
        ("https://hooks.slack-gov.com/x", SLACK),
        ("https://hooks.slack.com/x", GOVERNMENT),
        ("https://169.254.169.254/latest/meta-data", SLACK),
        ("file:///etc/passwd", SLACK),
        ("", SLACK),
        (None, SLACK),
        (5, SLACK),
        (["https://hooks.slack.com/x"], SLACK),
    ],
)
def test_no_other(address: object, api: str) -> None:
    assert not leads_to_slack(Address.REPLY, address, api)
