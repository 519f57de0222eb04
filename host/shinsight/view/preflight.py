"""Checks before a measurement that link, board and strap are ready. Each check names what to do when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from ..results import Notice
from ..stream.link_health import LinkHealth

LOW_BATTERY, EMPTY_BATTERY = 20, 8
"""Percent: about an hour is left, and too little for a session."""
HIGH_LOSS, BAD_LOSS = 0.01, 0.05
SLOWEST_HZ = 50.0
"""A lower rate can miss a short heel lift."""
_OF_THE_SENSOR = ("saturated", "dead_", "not_finite", "accel_", "gyro_")
"""First letters of the notice codes of `calibration.chip.inertial`."""


class Fit(StrEnum):
    """Lists the results of a check."""

    GOOD = "good"
    WAIT = "wait"
    LOOK = "look"
    """Only the person can check it."""
    DOUBT = "doubt"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """name: what is checked. words: the result. remedy: what to do, empty when nothing."""

    name: str
    fit: Fit
    words: str
    remedy: str = ""


def preflight(health: LinkHealth | None, notices: tuple[Notice, ...], *, side: str) -> tuple[Check, ...]:
    """Check link, samples, loss, battery, sensor, leg and strap. notices: all so far."""
    return (
        _link(health),
        _rate(health),
        _loss(health),
        _battery(health),
        _sensor(health, notices),
        Check("leg", Fit.LOOK, f"is it on the {side} leg? If not, start again"),
        Check("strap", Fit.LOOK, "is it firm, with room for one finger?"),
    )


def _link(health: LinkHealth | None) -> Check:
    if health is None:
        return Check("link", Fit.WAIT, "waiting for the board")
    if not health.connected:
        return Check("link", Fit.BAD, "connection lost", "is the board on, charged and within reach?")
    return Check("link", Fit.GOOD, health.board or "connected")


def _rate(health: LinkHealth | None) -> Check:
    if health is None or isnan(health.rate_hz) or health.rate_hz <= 0.0:
        return Check("samples", Fit.WAIT, "waiting for samples")
    words = f"{health.rate_hz:.0f} a second"
    if health.rate_hz < SLOWEST_HZ:
        return Check("samples", Fit.DOUBT, words, f"at least {SLOWEST_HZ:.0f} needed: shinsight board LINK --rate 104")
    return Check("samples", Fit.GOOD, words)


def _loss(health: LinkHealth | None) -> Check:
    if health is None or health.received == 0:
        return Check("lost", Fit.WAIT, "nothing received yet")
    words = f"{health.loss_fraction:.1%} lost on the way"
    if health.loss_fraction > BAD_LOSS:
        return Check("lost", Fit.BAD, words, "come closer; do not stand between sensor and computer")
    if health.loss_fraction > HIGH_LOSS:
        return Check("lost", Fit.DOUBT, words, "come closer")
    return Check("lost", Fit.GOOD, words)


def _battery(health: LinkHealth | None) -> Check:
    if health is None:
        return Check("battery", Fit.WAIT, "not known yet")
    if health.battery_percent is None:
        return Check("battery", Fit.GOOD, "on a cable, or not reported by the board")
    words = f"{health.battery_percent} %"
    if health.battery_percent < EMPTY_BATTERY:
        return Check("battery", Fit.BAD, words, "charge it first")
    if health.battery_percent < LOW_BATTERY:
        return Check("battery", Fit.DOUBT, words, "charge it after this session")
    return Check("battery", Fit.GOOD, words)


def _sensor(health: LinkHealth | None, notices: tuple[Notice, ...]) -> Check:
    fault = next((notice for notice in reversed(notices) if notice.code.startswith(_OF_THE_SENSOR)), None)
    if fault is not None:
        return Check("sensor", Fit.BAD, fault.text, "see `shinsight doctor`")
    if health is None or health.received == 0:
        return Check("sensor", Fit.WAIT, "no samples yet")
    return Check("sensor", Fit.GOOD, "no fault found")
