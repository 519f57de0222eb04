"""The dashboard of the docs, in a real browser that listens to the real WebSocket."""

from __future__ import annotations

from pathlib import Path

import pytest

from live_page import live_page
from shinsight.outputs.websocket import WebSocketServer
from shinsight.pipeline.measurement import Outcome
from shinsight.results import HeelFlag, HeelState
from shinsight.transport.simulated import SimOptions
from simulated_session import measure
from squat_frames import health

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "dashboard.html"
WORDS = "document.body.innerText"


@pytest.mark.needs("chromium")
def test_it_says_dorsiflexion_only_while_the_heel_is_down_and_finds_the_run_again() -> None:
    measured = measure(SimOptions(reps=2, seed=5, heel_lift_mm=45.0, lift_share=0.5, speed=0.0))
    up_s = next(event.t_s for event in measured.events if isinstance(event, HeelFlag) and event.up) + 0.2
    bottom_s = next(rep.bottom_s for rep in measured.reps if rep.heel is HeelState.DOWN)

    def push(server: WebSocketServer, at_s: float) -> None:
        at = int((measured.samples.t_s < at_s).sum())
        part = slice(at - 8, at)
        outcome = Outcome(measured.samples[part], measured.frames[part], tuple(measured.reps))
        server.outlet("right").push(outcome, health())

    server = WebSocketServer(0, sides={"right": "squat"})
    port = int(server.address.rpartition(":")[2])
    with live_page(f"{PAGE.as_uri()}?address={server.address}") as page:
        page.until(f"{WORDS}.includes('Connected')")
        push(server, up_s)
        page.until(f"{WORDS}.includes('HEEL UP') && {WORDS}.includes('tilt of the shin')")
        assert "dorsiflexion" not in page.ask(WORDS)
        for rep in measured.reps:
            assert (f"{rep.number}: –" in page.ask(WORDS)) == (rep.heel is not HeelState.DOWN)
        push(server, bottom_s)
        page.until(f"{WORDS}.includes('dorsiflexion') && {WORDS}.includes('heel down')")
        server.close()
        page.until(f"{WORDS}.includes('Nothing answers')")
        server = WebSocketServer(port, sides={"right": "squat"})
        page.until(f"{WORDS}.includes('Connected')")
    server.close()
