"""Where an address that came with a delivery or an answer may lead: nothing is sent to another host, and no redirect is followed."""

from enum import StrEnum
from urllib.parse import urlsplit

import structlog

log = structlog.get_logger(__name__)


class Address(StrEnum):
    """What an address is for; the value is Slack's host for it, below each of its sites."""

    REPLY = "hooks"
    FILES = "files"


SITES = ("slack.com", "slack-gov.com")


def leads_to_slack(kind: Address, address: object, api_url: str) -> bool:
    """Return whether an address of this kind is Slack's own, or of the host that stands in for Slack (``SLACK_API_URL``).

    It's compared as text up to the slash behind the host, so no two readers of addresses can differ about it.
    """
    if isinstance(address, str) and address.startswith(_beginnings(kind, api_url)):
        return True
    log.warning("address_refused", kind=kind.name.lower())
    return False


def _beginnings(kind: Address, api_url: str) -> tuple[str, ...]:
    api = urlsplit(api_url)
    host = api.hostname or ""
    site = next((site for site in SITES if host == site or host.endswith(f".{site}")), None)
    if site:
        return (f"https://{kind}.{site}/",)
    # A proxy in front of Slack passes Slack's own addresses on; a stand-in gives its own.
    return (f"{api.scheme}://{api.netloc}/", f"https://{kind}.{SITES[0]}/")
