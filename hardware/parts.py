"""What to buy for each board, and what it comes to: `python hardware/parts.py` prints the tables of hardware/README.md.

The list itself is `parts.toml`; prices are ranges in USD without shipping and taxes.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("parts.toml")
REFERENCE = "xiao-esp32s3"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of the list. usd : cheapest and dearest usual price of one piece."""

    what: str
    maker: str
    number: str
    usd: tuple[float, float]
    instead: str
    wrong: str

    def __post_init__(self) -> None:
        low, high = self.usd
        if not 0 < low <= high:
            raise ValueError(
                f"price {self.usd} of {self.what!r}, expected two rising prices in USD: correct parts.toml"
            )


@dataclass(frozen=True, kw_only=True)
class Build:
    """Everything for one board, one piece of each part."""

    title: str
    parts: tuple[Part, ...]

    def usd(self) -> tuple[float, float]:
        """The whole, cheapest and dearest."""
        return sum(part.usd[0] for part in self.parts), sum(part.usd[1] for part in self.parts)


def checked(path: Path = LIST) -> str:
    """How the prices and numbers are known, one sentence."""
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["checked"])


def builds(path: Path = LIST) -> dict[str, Build]:
    """By the board's name, as in `shinsight flash --board`."""
    known = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {name: Part(**{**line, "usd": tuple(line["usd"])}) for name, line in known["parts"].items()}
    return {
        board: Build(title=build["title"], parts=tuple(parts[name] for name in build["parts"]))
        for board, build in known["builds"].items()
    }


def price(usd: tuple[float, float]) -> str:
    return "–".join(f"{amount:.2f}".removesuffix(".00") for amount in usd)


def table_of_builds(known: dict[str, Build]) -> str:
    """One line a board: what it comes to."""
    lines = ["| `--board` | build | USD |", "|---|---|---|"]
    lines += [f"| `{board}` | {build.title} | {price(build.usd())} |" for board, build in known.items()]
    return "\n".join(lines)


def table_of_parts(build: Build) -> str:
    """One line a part of one build, and the sum."""
    lines = ["| part | maker, number | USD | in its place |", "|---|---|---|---|"]
    lines += [
        f"| {part.what} | {part.maker}, {part.number} | {price(part.usd)} | {part.instead} |" for part in build.parts
    ]
    lines.append(f"| **together** | | **{price(build.usd())}** | |")
    return "\n".join(lines)


def traps(known: dict[str, Build]) -> str:
    """What goes wrong with each part, once."""
    parts = dict.fromkeys(part for build in known.values() for part in build.parts)
    return "\n".join(
        ["| part | what goes wrong |", "|---|---|", *(f"| {part.what} | {part.wrong} |" for part in parts)]
    )


def main() -> None:
    known = builds()
    print(f"{checked()}\n\n{table_of_builds(known)}")
    for build in known.values():
        print(f"\n### {build.title}\n\n{table_of_parts(build)}")
    print(f"\n### What goes wrong\n\n{traps(known)}")


if __name__ == "__main__":
    main()
