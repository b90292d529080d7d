"""Notes under an answer that name nothing: everyone who reads the answer may read them."""

PARTLY = "The documents only answer part of this."
WITHOUT_DOCUMENTS = "From the model's general knowledge, not from your documents."


def cut(reason: str | None) -> str | None:
    """Return a note about a text that may lack its end: why, and what to do."""
    if reason is None:
        return None
    if reason == "length":
        return "This answer is cut off because it reached the length limit. Ask for the rest, or about one part of it."
    if reason == "content_filter":
        return "This answer is cut off because the model's content filter stopped it. Rephrase your question, or choose another model."
    said = "" if reason == "unknown" else f" ({reason})"
    return f"This answer may be cut off: the model didn't say that it was done{said}. Ask again if something is missing."


def for_all(note: str | None) -> str | None:
    """Return what of a private answer's note everyone may read. The rest names buckets and files."""
    said = [PARTLY, WITHOUT_DOCUMENTS, *filter(None, map(cut, ("length", "content_filter", "unknown")))]
    return " ".join(words for words in said if words.partition(":")[0].rstrip(".") in (note or "")) or None
