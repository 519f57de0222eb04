"""Tables put between their markers in a document; all else in it stays as it is."""

from __future__ import annotations

import re

END = "<!-- end -->"


def begin(name: str) -> str:
    return f"<!-- begin: {name} -->"


def replaced(document: str, name: str, text: str) -> str:
    """Raises ValueError when the document has no such part, or two."""
    part = re.compile(re.escape(begin(name)) + ".*?" + re.escape(END), re.DOTALL)
    if len(part.findall(document)) != 1:
        raise ValueError(
            f"the document has {len(part.findall(document))} parts {begin(name)!r} … {END!r}, expected one"
        )
    return part.sub(lambda _: f"{begin(name)}\n{text}\n{END}", document)
