"""The words that docs/style.md lists do not come back in messages, in the report and in the docs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STYLE = ROOT / "docs" / "style.md"
SOURCES = sorted((ROOT / "host" / "shinsight").rglob("*.py"))
TEMPLATES = sorted(
    path for path in (ROOT / "host" / "shinsight").rglob("*") if path.suffix in {".html", ".jinja", ".j2"}
)
PAGES = sorted(
    {
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "firmware" / "README.md",
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("hardware/**/*.md"),
    }
    - {STYLE}
)
ALLOWED = {
    r"there (is|are) no": "plain English",
    r"(is|are) no (longer|more than|less than)": "plain English",
    r"lay flat": "the past tense of lie",
}
"""Phrases in which a listed word is fine, with the reason."""


def listed_words() -> list[str]:
    table = STYLE.read_text(encoding="utf-8").partition("## Word list")[2]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


LISTED = listed_words()
PATTERN = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, LISTED), key=len, reverse=True))})(?![\w-])", re.I)
FINE = re.compile("|".join(rf"\b{phrase}\b" for phrase in ALLOWED), re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    place: str
    words: str


def hits(texts: Iterator[Text]) -> list[str]:
    found = []
    for text in texts:
        fine = [match.span() for match in FINE.finditer(text.words)]
        for match in PATTERN.finditer(" ".join(text.words.split("\n"))):
            if not any(start <= match.start() and match.end() <= end for start, end in fine):
                found.append(f"{text.place}: {match[0]!r} in {text.words.strip()[:120]!r}")
    return found


def docstrings(tree: ast.Module) -> set[int]:
    """Return the identities of the texts that are a statement of their own."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def messages(source: str, name: str) -> Iterator[Text]:
    """Yield every literal with a space in it, as one text for an f-string, without docstrings."""
    tree = ast.parse(source)
    inside = docstrings(tree) | {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
            words = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        if " " in words:
            yield Text(f"{name}:{node.lineno}", words)


def public_docstrings(source: str, name: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            words = ast.get_docstring(node)
            if words:
                yield Text(f"{name}:{node.lineno}", words)


def prose(page: str, name: str) -> Iterator[Text]:
    """Yield the lines of a page without code blocks, code in a line and the targets of links."""
    without_blocks = re.sub(
        r"^ *```.*?^ *```", lambda block: "\n" * block[0].count("\n"), page, flags=re.DOTALL | re.MULTILINE
    )
    for number, line in enumerate(without_blocks.splitlines(), 1):
        yield Text(f"{name}:{number}", re.sub(r"`[^`]*`", "–", re.sub(r"\]\([^)]*\)", "]", line)))


def report_words(template: str) -> str:
    """Return the text of a template: its tags become spaces, its line breaks stay."""
    tags = r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>"
    return re.sub(tags, lambda tag: " " + "\n" * tag[0].count("\n"), template, flags=re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("word", LISTED)
def test_each_listed_word_is_noticed_in_a_message_a_docstring_and_a_page(word: str) -> None:
    sentence = f"A board {word} the sensor."
    assert hits(messages(f'raise ValueError(f"{{1}} {sentence}")', "x")) != []
    assert hits(messages(f"say({sentence!r})", "x")) != []
    assert hits(public_docstrings(f"def f():\n    {sentence!r}", "x")) != []
    assert hits(prose(sentence.capitalize(), "x")) != []


@pytest.mark.parametrize(
    "words", ["There is no board.", "It is no longer there.", "A layout unsaid.", "It lay flat.", "`said` is a key"]
)
def test_plain_english_and_code_are_not_taken_for_listed_words(words: str) -> None:
    assert hits(prose(words, "x")) == []


def test_the_word_list_is_read() -> None:
    assert {"said", "anew", "mend", "told", "nobody", "somebody", "is no"} <= set(LISTED)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_use_plain_words(page: Path) -> None:
    assert hits(prose(page.read_text(encoding="utf-8"), name_of(page))) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_the_report_uses_plain_words(template: Path) -> None:
    assert hits(prose(report_words(template.read_text(encoding="utf-8")), name_of(template))) == []


def test_messages_use_plain_words() -> None:
    found = [hit for path in SOURCES for hit in hits(messages(path.read_text(encoding="utf-8"), name_of(path)))]
    assert not found, "\n".join(found)


def test_public_docstrings_use_plain_words() -> None:
    found = [
        hit for path in SOURCES for hit in hits(public_docstrings(path.read_text(encoding="utf-8"), name_of(path)))
    ]
    assert not found, "\n".join(found)
