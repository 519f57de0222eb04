"""The dashboard of docs/live-outputs.md: in a browser, listening to the real WebSocket."""

from __future__ import annotations

from pathlib import Path

from live_page import live_page
from shinsight.outputs.websocket import WebSocketServer
from shinsight.pipeline.measurement import Outcome
from shinsight.results import HeelFlag, HeelState
from shinsight.transport.simulated import SimOptions
from simulated_session import measure
from squat_frames import health

PAGE = Path(__file__).resolve().parents[1] / "examples" / "dashboard.html"
AFTER_UP_S = 0.25


def render(folder: Path) -> None:
    """In the middle of a squat whose heel is up, after some that were good."""
    legs = {
        side: measure(SimOptions(side=side, reps=6, seed=5, heel_lift_mm=45.0, lift_share=0.4, speed=0.0))
        for side in ("left", "right")
    }
    server = WebSocketServer(0, sides=dict.fromkeys(legs, "squat"))
    try:
        with live_page(f"{PAGE.as_uri()}?address={server.address}") as page:
            page.until("document.querySelectorAll('section').length == 2")
            for side, measured in legs.items():
                ups = [event.t_s for event in measured.events if isinstance(event, HeelFlag) and event.up]
                bottoms = [rep.bottom_s for rep in measured.reps if rep.heel is HeelState.DOWN]
                now_s = ups[-1] + AFTER_UP_S if side == "left" else bottoms[-1]
                until = int((measured.samples.t_s < now_s).sum())
                reps = tuple(rep for rep in measured.reps if rep.end_s < now_s)
                part = slice(until - 8, until)
                server.outlet(side).push(Outcome(measured.samples[part], measured.frames[part], reps), health())
            page.until("document.querySelectorAll('section[data-heel]').length == 2")
            page.photograph(folder / "dashboard.png")
    finally:
        server.close()
    print(folder / "dashboard.png")
