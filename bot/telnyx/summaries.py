"""Summaries of stored files: POST /ai/summarize."""

from __future__ import annotations

from bot.telnyx._bodies import NewSummary
from bot.telnyx._request import Patience
from bot.telnyx._resource import AnswerModel, Resource


class _Summary(AnswerModel):
    summary: str


class Summaries(Resource):
    """The operation of /ai/summarize. Raises TelnyxError."""

    async def create(
        self,
        bucket: str,
        filename: str,
        *,
        system_prompt: str | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Return the summary of a text, sound or video file of at most 100 MB, as text.

        Telnyx answers when it is done, which takes up to minutes: `Timeouts.long` holds.
        https://developers.telnyx.com/api-reference/summarize/summarize-file-content
        """
        body = NewSummary(bucket=bucket, filename=filename, system_prompt=system_prompt).body()
        answer = await self._request(
            _Summary,
            "summaries.create",
            "POST",
            "/ai/summarize",
            body=body,
            patience=Patience.LONG,
            idempotent=True,
            key=idempotency_key,
        )
        return answer.summary
