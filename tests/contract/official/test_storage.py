"""The one operation beside the AI API: our client and Telnyx's own package read the same of the stand-in's answers."""

from __future__ import annotations

import httpx
import pytest
from telnyx import AsyncTelnyx, NotFoundError

from bot.telnyx import TelnyxNotFoundError
from tests.contract.conftest import KEY, Contract
from tests.loopback import PLAIN


async def test_both_read_the_address_that_the_stand_in_gives_and_its_no(contract: Contract) -> None:
    base = str(contract.control.base_url).replace("/control/", "/v2")

    ours = await contract.telnyx.storage.presigned("handbook", "leave.md", ttl=60)
    async with (
        httpx.AsyncClient(verify=PLAIN, trust_env=False) as http,
        AsyncTelnyx(api_key=KEY, base_url=base, http_client=http, max_retries=0) as client,
    ):
        given = await client.storage.buckets.create_presigned_url("leave.md", bucket_name="handbook", ttl=60)
        with pytest.raises(NotFoundError):
            await client.storage.buckets.create_presigned_url("nope.md", bucket_name="handbook")
    with pytest.raises(TelnyxNotFoundError):
        await contract.telnyx.storage.presigned("nope", "leave.md", ttl=60)

    theirs = given.content
    assert theirs
    assert theirs.expires_at
    assert (ours.presigned_url, ours.expires_at) == (theirs.presigned_url, theirs.expires_at)
    assert "/handbook/leave.md?token=" in ours.presigned_url
