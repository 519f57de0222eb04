"""A page as its reader has it: tags, text by tag, and attributes, by Python's own parser."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "input"}


class Parsed(HTMLParser):
    """tags: how often each; sections: (tag, text) in order of their beginning; attributes: (tag, name, value)."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self._open: list[int] = []
        self._texts: list[tuple[str, list[str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(len(self._texts))
            self._texts.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        assert self._texts[self._open[-1]][0] == tag, f"</{tag}> closes <{self._texts[self._open[-1]][0]}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for at in self._open:
            self._texts[at][1].append(data)

    def texts(self, tag: str) -> list[str]:
        """Of every element with that tag, all that stands in it; white space as a reader sees it."""
        return [" ".join("".join(parts).split()) for found, parts in self._texts if found == tag]

    @property
    def text(self) -> str:
        return self.texts("main")[0]
