"""The form of POST /ai/audio/transcriptions: its fields, and what Telnyx documents as refused."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import IO, Any

from aiohttp import web

from .refusals import invalid, refusal

DISTIL, WHISPER, DEEPGRAM = (
    "distil-whisper/distil-large-v2",
    "openai/whisper-large-v3-turbo",
    "deepgram/nova-3",
)
_NEWER = (
    "deepgram/nova-2",
    "deepgram/nova-2-medical",
    "deepgram/nova-3-medical",
    "nvidia/parakeet-v3",
    "omi-health/omi-med-stt-v1",
    "reson8/prerecorded",
)
_MODELS = frozenset({DISTIL, WHISPER, DEEPGRAM, *_NEWER})
_FIELDS = frozenset({"model", "file_url", "language", "model_config", "response_format"})
_GRANULARITIES = frozenset({"timestamp_granularities[]", "timestamp_granularities"})
_BRACKET = re.compile(r"model_config\[(\w+)\](?:\[\])?")
_MOST_BYTES = 100 * 10**6


@dataclass
class Form:
    """What was sent; `upload` is the file's name, its content where it lies on disk, and its bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    granularities: list[str] = field(default_factory=list)
    upload: tuple[str, IO[bytes], int] | None = None

    @property
    def model(self) -> str:
        """The model; the schema calls it required and gives a default."""
        return self.fields.get("model", DISTIL)

    @property
    def verbose(self) -> bool:
        """Whether segments are wanted."""
        return self.fields.get("response_format", "json") == "verbose_json"


async def read_form(request: web.Request) -> Form:
    """The form, checked.

    Raises:
        Refusal: 422 for what is no such form, 400 for combinations that Telnyx documents as refused.
    """
    if request.content_type != "multipart/form-data":
        raise _wrong("content-type", "must be multipart/form-data")
    form = Form()
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            if name != "file":
                raise _wrong(name, "unexpected file")
            size = value.file.seek(0, io.SEEK_END)
            value.file.seek(0)
            form.upload = (value.filename, value.file, size)
        elif isinstance(value, str):
            _put(form, name, value)
    _check(form)
    return form


def _put(form: Form, name: str, value: str) -> None:
    bracket = _BRACKET.fullmatch(name)
    if bracket:
        # The official package's spelling: model_config[diarize]=true
        known = form.options.get(bracket.group(1))
        form.options[bracket.group(1)] = [*known, value] if isinstance(known, list) else value
    elif name in _GRANULARITIES:
        form.granularities.append(value)
    elif name not in _FIELDS:
        raise _wrong(name, "unknown field")
    elif name == "model_config":
        # The documented spelling: a JSON string.
        try:
            options = json.loads(value)
        except ValueError:
            options = None
        if not isinstance(options, dict):
            raise _wrong(name, "must be a JSON object")
        form.options |= options
    else:
        form.fields[name] = value


def _check(form: Form) -> None:
    if form.model not in _MODELS:
        raise _wrong("model", f"unknown model {form.model!r}")
    if form.fields.get("response_format", "json") not in {"json", "verbose_json"}:
        raise _wrong("response_format", "must be json or verbose_json")
    name, size = (form.upload[0], form.upload[2]) if form.upload else ("", 0)
    language = form.fields.get("language")
    wrong_ending = not name.lower().endswith((".mp3", ".wav"))
    refused = {
        "Exactly one of file and file_url is required.": (form.upload is None)
        == ("file_url" not in form.fields),
        "timestamp_granularities[] needs response_format verbose_json.": form.granularities
        and not form.verbose,
        "The only granularity is segment.": set(form.granularities) - {"segment"},
        f"The model {form.model} takes no model_config.": form.options
        and not form.model.startswith(("deepgram/", "reson8/")),
        f"The model {DISTIL} takes no language.": language and form.model == DISTIL,
        f"The model {DEEPGRAM} does not know the language {language}.": language
        and form.model == DEEPGRAM
        and language.partition("-")[0] != "en",
        "The file has more than 100 MB.": size > _MOST_BYTES,
        f"The model {form.model} reads mp3 and wav only.": form.upload
        and form.model.startswith("deepgram/")
        and wrong_ending,
    }
    for message, holds in refused.items():
        if holds:
            raise refusal(400, message)


def _wrong(name: str, message: str) -> Exception:
    return invalid([{"loc": ["body", name], "msg": message, "type": "value_error"}])
