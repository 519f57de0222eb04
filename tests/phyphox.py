"""What the phyphox app makes of an experiment file and of what a board sends: written from its documentation.

Nothing of the app is in here. Its parsers' rules are those of phyphox.org, 'Phyphox file format': an element or
attribute that is not known is an error; and here so is one that is younger than the version the file says it is of.
Only what `dial.phyphox` uses is known, and anything else is refused. Buffers, analysis, buttons and values follow the
same pages.
"""

from __future__ import annotations

import math
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from typing import Any

SERVICE = "cddf0001-30f7-4671-8b43-5e40ba53514a"
EXPERIMENT = "cddf0002-30f7-4671-8b43-5e40ba53514a"
CONTROL = "cddf0003-30f7-4671-8b43-5e40ba53514a"
START_TRANSFER, END_TRANSFER = b"\x01", b"\x00"
LARGEST_FILE = 10_000_000

TEXT, NAME, NUMBER, WHOLE, COLOR, UUID = r".*", r"\S.*", r"-?\d+(\.\d*)?", r"\d+", r"[0-9a-f]{6}", r"[0-9a-f-]{36}"
BOOLEAN = r"true|false"


@dataclass(frozen=True)
class Rule:
    """since: file format that brought it; attributes: (since, what it looks like); text: what stands inside."""

    since: str = "1.0"
    attributes: dict[str, tuple[str, str]] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    text: str = r"\s*"


def rule(since: str = "1.0", *, needs: str = "", children: str = "", text: str = r"\s*", **attributes: str) -> Rule:
    """Attributes as name="1.0 pattern"."""
    split = {name.rstrip("_"): (said.split(" ", 1)[0], said.split(" ", 1)[1]) for name, said in attributes.items()}
    return Rule(since, split, frozenset(needs.split()), frozenset(children.split()), text)


RULES = {
    "phyphox": rule(
        needs="version",
        children="title category color description data-containers input analysis views export",
        version=r"1.0 \d+\.\d+",
    ),
    "phyphox/title": rule(text=NAME),
    "phyphox/category": rule(text=NAME),
    "phyphox/color": rule(text=COLOR),
    "phyphox/description": rule(text=TEXT),
    "phyphox/data-containers": rule(children="container"),
    "data-containers/container": rule(text=NAME, size=f"1.0 {WHOLE}", init=r"1.0 NaN|-?[\d.]+"),
    "phyphox/input": rule(children="bluetooth"),
    # `mode` may be left out now, but apps up to 1.2.1 on iOS refuse a file without it.
    "input/bluetooth": rule("1.7", needs="mode", children="config output", uuid=f"1.7 {UUID}", mode="1.7 notification"),
    "bluetooth/config": rule(
        "1.7", needs="char conversion", text=WHOLE, char=f"1.7 {UUID}", conversion="1.7 singleByte"
    ),
    "bluetooth/output": rule(
        "1.7",
        needs="char",
        text=NAME,
        char=f"1.7 {UUID}",
        conversion="1.7 float32LittleEndian",
        offset=f"1.7 {WHOLE}",
        extra="1.7 time",
    ),
    "phyphox/analysis": rule(children="formula append max", sleep=f"1.0 {NUMBER}"),
    "analysis/formula": rule("1.7", needs="formula", children="input output", formula=f"1.7 {NAME}"),
    "analysis/append": rule(children="input output"),
    "analysis/max": rule(children="input output"),
    "views/view": rule(
        children="info value graph button",
        label=f"1.0 {NAME}",
    ),
    "phyphox/views": rule(children="view"),
    "view/info": rule(needs="label", label=f"1.0 {NAME}"),
    "view/value": rule(
        children="input", label=f"1.0 {NAME}", size=f"1.2 {NUMBER}", precision=f"1.0 {WHOLE}", unit=f"1.0 {TEXT}"
    ),
    "view/graph": rule(
        children="input",
        label=f"1.0 {NAME}",
        labelX=f"1.7 {NAME}",
        labelY=f"1.7 {NAME}",
        unitX=f"1.7 {NAME}",
        unitY=f"1.7 {NAME}",
    ),
    "view/button": rule(children="input output", label=f"1.0 {NAME}"),
    "graph/input": rule(needs="axis", text=NAME, axis="1.0 x|y"),
    "value/input": rule(text=NAME),
    "button/input": rule(text=TEXT, type="1.4 value|empty"),
    "button/output": rule(text=NAME),
    "phyphox/export": rule(children="set"),
    "export/set": rule(needs="name", children="data", name=f"1.0 {NAME}"),
    "set/data": rule(needs="name", text=NAME, name=f"1.0 {NAME}"),
}
for _module in ("formula", "append", "max"):
    RULES[f"{_module}/input"] = rule(text=NAME, clear=f"1.0 {BOOLEAN}", as_="1.0 y")
    RULES[f"{_module}/output"] = rule(text=NAME, clear=f"1.0 {BOOLEAN}", as_="1.0 max")


class RefusedError(Exception):
    """The app would not load that file."""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def check(data: bytes) -> ET.Element:
    """The file's root. Raises `RefusedError`."""
    if not data.startswith(b"<phyphox"):
        raise RefusedError("not XML by its first bytes: the app would take it for a zip file")
    root = ET.fromstring(data)
    version = _version(root.attrib.get("version", "0"))

    def visit(element: ET.Element, path: str) -> None:
        known = RULES.get(path)
        if known is None:
            raise RefusedError(f"<{element.tag}> is not known at {path}")
        if _version(known.since) > version:
            raise RefusedError(f"{path} is of format {known.since}")
        for name, value in element.attrib.items():
            if name not in known.attributes:
                raise RefusedError(f"attribute {name} is not known at {path}")
            since, pattern = known.attributes[name]
            if _version(since) > version:
                raise RefusedError(f"{name} of {path} is of format {since}")
            if not re.fullmatch(pattern, value, re.DOTALL):
                raise RefusedError(f"{name}={value!r} at {path}")
        if known.needs - element.attrib.keys():
            raise RefusedError(f"{path} needs {known.needs}")
        if not re.fullmatch(known.text, element.text or "", re.DOTALL):
            raise RefusedError(f"text {element.text!r} at {path}")
        for child in element:
            if child.tag not in known.children:
                raise RefusedError(f"<{child.tag}> does not belong into {path}")
            visit(child, f"{element.tag}/{child.tag}")

    visit(root, "phyphox")
    containers = [container.text for container in root.iter("container")]
    if len(set(containers)) != len(containers):
        raise RefusedError("two containers of one name")
    for part in ("output", "input", "data"):
        for element in root.iter(part):
            if element.attrib.get("type") in ("value", "empty") or len(element):
                continue
            if element.text not in containers:
                raise RefusedError(f"<{part}> names {element.text!r}, which is no container")
    return root


class Transfer:
    """What comes by EXPERIMENT. Raises `RefusedError` where the app reports an error."""

    def __init__(self) -> None:
        self.data = b""
        self._head: tuple[int, int] | None = None

    def take(self, packet: bytes) -> None:
        if self._head is None:
            if len(packet) < 15 or not packet.startswith(b"phyphox"):
                raise RefusedError(f"invalid header {packet.hex()}")
            self._head = struct.unpack_from(">II", packet, 7)
            if self._head[0] > LARGEST_FILE:
                raise RefusedError("invalid size")
            return
        self.data = (self.data + packet)[: self._head[0]]
        if self.done and zlib.crc32(self.data) != self._head[1]:
            raise RefusedError("CRC32")

    @property
    def done(self) -> bool:
        return self._head is not None and len(self.data) == self._head[0]


FUNCTIONS: dict[str, Any] = {"asin": math.asin, "sqrt": math.sqrt}


@cache
def _compiled(formula: str) -> tuple[CodeType, list[int]]:
    """And which inputs it takes value by value."""
    if re.sub(r"\[\d+_?\]|[\d.]+|[-+*()]|" + "|".join(FUNCTIONS), "", formula):
        raise RefusedError(f"formula {formula}")
    code = re.sub(r"\[(\d+)(_?)\]", lambda m: f"({'each' if m[2] else 'last'}[{int(m[1]) - 1}])", formula)
    return compile(code, "formula", "eval"), [int(k) - 1 for k in re.findall(r"\[(\d+)_\]", formula)]


def _formula(formula: str, inputs: list[list[float]]) -> list[float]:
    """[k] is the last value of input k, [k_] each of its values in turn; as many results as the shortest has."""
    code, in_turn = _compiled(formula)
    last = [values[-1] if values else math.nan for values in inputs]
    results = []
    for k in range(min(len(inputs[i]) for i in in_turn)):
        each = {i: inputs[i][k] for i in in_turn}
        try:
            results.append(float(eval(code, FUNCTIONS, {"each": each, "last": last})))
        except ValueError:  # asin of more than 1
            results.append(math.nan)
    return results


class Experiment:
    """A file that was loaded, and the measurement that goes on.

    `configs` is written to the board once after connecting, and `characteristic` subscribed.
    """

    def __init__(self, data: bytes) -> None:
        self.root = check(data)
        self.buffers: dict[str, deque[float]] = {}
        self.clear_data()
        (bluetooth,) = self.root.iter("bluetooth")
        self.service = bluetooth.attrib["uuid"]
        self.configs = [(config.attrib["char"], bytes([int(config.text or "")])) for config in bluetooth.iter("config")]
        self._outputs = list(bluetooth.iter("output"))
        (self.characteristic,) = {output.attrib["char"] for output in self._outputs}

    def clear_data(self) -> None:
        """The user's waste bin: every buffer as the file has it."""
        for container in self.root.iter("container"):
            size = int(container.attrib.get("size", "1"))
            first = [float(container.attrib["init"])] if "init" in container.attrib else []
            self.buffers[container.text or ""] = deque(first, maxlen=size or None)

    def notified(self, data: bytes, time_s: float) -> None:
        for output in self._outputs:
            value = time_s
            if "conversion" in output.attrib:
                (value,) = struct.unpack_from("<f", data, int(output.attrib["offset"]))
            self.buffers[output.text or ""].append(value)

    def analyse(self) -> None:
        """One cycle of the analysis."""
        (analysis,) = self.root.iter("analysis")
        for module in analysis:
            inputs = [self.buffers[each.text or ""] for each in module.iter("input")]
            copies = [list(values) for values in inputs]
            (output,) = module.iter("output")
            if module.tag == "formula":
                results = _formula(module.attrib["formula"], copies)
            elif module.tag == "append":
                results = [value for values in copies for value in values]
            else:
                results = [max((value for value in copies[0] if not math.isnan(value)), default=-math.inf)]
            for each, values in zip(module.iter("input"), inputs, strict=True):
                if each.attrib.get("clear", "true") == "true":
                    values.clear()
            target = self.buffers[output.text or ""]
            if output.attrib.get("clear", "true") == "true":
                target.clear()
            target.extend(results)

    def press(self, label: str) -> None:
        """A button: between two cycles, one pair after the other."""
        (button,) = [each for each in self.root.iter("button") if each.attrib["label"] == label]
        for source, target in zip(button.iter("input"), button.iter("output"), strict=True):
            kind = source.attrib.get("type", "buffer")
            values = self.buffers[source.text or ""] if kind == "buffer" else None
            written = self.buffers[target.text or ""]
            last = (values[-1] if values else math.nan) if kind == "buffer" else float(source.text or "nan")
            written.clear()
            if kind != "empty":
                written.append(last)

    def shown(self, label: str) -> str:
        """What a value element says, with its unit; "-" for what is not a number."""
        (value,) = [each for each in self.root.iter("value") if each.attrib["label"] == label]
        number = self.number(label)
        if math.isnan(number):
            return "-"
        return f"{number:.{value.attrib['precision']}f} {value.attrib['unit']}"

    def number(self, label: str) -> float:
        """The number behind it."""
        (value,) = [each for each in self.root.iter("value") if each.attrib["label"] == label]
        (source,) = value
        values = self.buffers[source.text or ""]
        return values[-1] if values else math.nan
