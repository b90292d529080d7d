"""The environment variables with which a bot joins this sandbox."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from sandbox.slack import Credentials

TELNYX_KEY = "KEY-sandbox-telnyx-made-up"
JOBS_CHANNEL = "C0JOBS"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this sandbox answers."""

    root: str

    @property
    def page(self) -> str:
        """The page for people."""
        return f"{self.root}/"

    @property
    def slack(self) -> str:
        """Root of the stand-in Slack."""
        return f"{self.root}/slack"

    @property
    def slack_api_url(self) -> str:
        """What SLACK_API_URL is set to; slack_sdk puts the method's name right behind it."""
        return f"{self.root}/slack/api/"

    @property
    def telnyx_base_url(self) -> str:
        """What TELNYX_BASE_URL is set to."""
        return f"{self.root}/telnyx/v2"

    @property
    def storage_url(self) -> str:
        """What STORAGE_URL is set to."""
        return f"{self.root}/storage"

    @property
    def control(self) -> dict[str, str]:
        """The two control APIs."""
        return {"slack": f"{self.root}/slack/control/", "telnyx": f"{self.root}/telnyx/control/"}


def variables(addresses: Addresses, credentials: Credentials, data_dir: Path) -> dict[str, str]:
    """Everything a bot needs to talk to this sandbox and to nothing else; all secrets are made up."""
    return {
        "SLACK_BOT_TOKEN": credentials.bot_token,
        "SLACK_APP_TOKEN": credentials.app_token,
        "SLACK_SIGNING_SECRET": credentials.signing_secret,
        "SLACK_API_URL": addresses.slack_api_url,
        "TELNYX_API_KEY": TELNYX_KEY,
        "TELNYX_BASE_URL": addresses.telnyx_base_url,
        "STORAGE_URL": addresses.storage_url,
        "DATA_DIR": str(data_dir),
        # An empty value counts as not set: a database of the person's own is not for the sandbox.
        "DATABASE_URL": "",
        "PORT": str(_free_port()),
        "JOBS_CHANNEL": JOBS_CHANNEL,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
