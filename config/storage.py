"""Where documents that are kept from Slack are put: Telnyx Cloud Storage, whose hosts are its regions."""

from typing import Literal, get_args

from pydantic import field_validator

from config.values import Section, checked_url, setting

Region = Literal["us-central-1", "us-east-1", "us-west-1", "eu-central-1"]
SITE = "telnyxcloudstorage.com"


class StorageSettings(Section):
    """Where I put what people keep in docs."""

    region: Region = setting(
        "us-central-1",
        "The region of your storage buckets, as Mission Control portal → Storage shows it.",
        must=f"must be {', '.join(get_args(Region)[:-1])}, or {get_args(Region)[-1]}",
    )
    url: str | None = setting(
        None,
        "Telnyx Cloud Storage. For tests and the sandbox only: the host that answers there receives the key.",
        must="must be an http or https address",
        unset="the host of STORAGE_REGION",
    )

    @field_validator("url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return checked_url(value).rstrip("/") if value else None

    @property
    def address(self) -> str:
        """Return the address that objects are put below."""
        return self.url or f"https://{self.region}.{SITE}"
