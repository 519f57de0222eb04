"""Draws the strap guide of docs/wear-it.md: `python hardware/drawings/draw.py [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from leg import (
    BELOW_BUMP_CM,
    BUMP,
    INSTEP,
    SENSOR_AT,
    cut_through,
    from_ahead,
    from_the_side,
    lying_on_the_flat,
    sensor,
    strap_from_ahead,
    strapped,
    worn_cut_through,
    worn_from_ahead,
)
from pen import (
    PAPER,
    QUIET,
    SENSOR,
    SKIN,
    STRAP,
    arrow,
    leader,
    moved,
    no,
    oval,
    path,
    sheet,
    smooth,
    straight,
    words,
    yes,
)

HERE = Path(__file__).resolve().parent


def where() -> str:
    x, y = 190, 60
    at = (x + SENSOR_AT[0], y + SENSOR_AT[1])
    bump = (x + BUMP[0], y + BUMP[1] + 4)
    return sheet(
        1000,
        640,
        "Where the sensor goes",
        "A right leg from ahead: the sensor lies on the striped flat inner face of the shin bone, "
        f"{BELOW_BUMP_CM} cm below the bump under the kneecap. Cut through: that face is right under the skin, "
        "muscle lies behind and outside.",
        words((40, 46), "Right leg, from ahead", bold=True, size=24),
        moved(worn_from_ahead(), (x, y)),
        words((40, 150), "kneecap"),
        leader((140, 144), (x + 124, y + 82)),
        words((40, 204), "bump below it"),
        leader((200, 200), bump),
        arrow((230, bump[1] + 6), (230, at[1]), both=True),
        path(straight([(220, at[1]), (x + 84, at[1])]), width=1.6, dashed=True),
        words((212, 262), f"about {BELOW_BUMP_CM} cm:", bold=True, anchor="end"),
        words((212, 288), "two hands wide,", "four fingers each", anchor="end"),
        words((440, 250), "flat of the bone,", "on the inside"),
        leader((436, 256), (x + 184, y + 215)),
        words((440, 420), "no muscle here:", "press, it is hard"),
        leader((436, 420), (x + 178, y + 352)),
        words((630, 46), "Cut through, from above", bold=True, size=24),
        moved(worn_cut_through(), (800, 250), scale=1.25),
        words((800, 182), "calf: soft", anchor="middle"),
        words((748, 330), "soft", anchor="middle"),
        words((838, 296), "bone", anchor="middle"),
        words((640, 470), "front", colour=QUIET),
        arrow((660, 482), (660, 520), colour=QUIET),
        words((986, 112), "inner side", anchor="end", colour=QUIET),
        arrow((930, 128), (976, 128), colour=QUIET),
        words(
            (704, 470),
            "It lies flat on the bone's",
            "flat. So it looks inwards,",
            "half-way between ahead",
            "and sideways.",
        ),
    )


def which_way() -> str:
    tiles = [((560, 180), 0), ((680, 180), 90), ((800, 180), 180), ((920, 180), -60)]
    drawn = [moved(sensor((0, 0), turned_deg=turn, scale=1.3), at) for at, turn in tiles]
    side = from_the_side() + path("M172 204h8a4 4 0 0 1 4 4l-5 54a4 4 0 0 1 -4 4h-9z", fill=SENSOR, width=2)
    side += path(straight([(63, 214), (186, 225), (184, 247), (65, 238)], closed=True), fill=STRAP, width=2)
    return sheet(
        1000,
        620,
        "Any way round",
        "Four sensors turned differently: all work. With its arrow up it is found again in the same place.",
        words((40, 46), "From the side", bold=True, size=24),
        moved(side, (60, 70)),
        arrow((290, 330), (290, 250), width=4, colour=SENSOR),
        words((306, 282), "arrow up", bold=True),
        words((306, 310), "towards the knee"),
        words((490, 46), "Any way round is measured", bold=True, size=24),
        words((490, 86), "Standing and rocking shows how it sits."),
        *drawn,
        *(yes((at[0] - 34, 262), "fine") for at, _ in tiles),
        words((490, 356), "Still wear it arrow up", bold=True, size=24),
        words((490, 400), "The same place and the same way each time", "make one day comparable with the next."),
        no((506, 480), "Do not move it after the calibration."),
        yes((506, 530), "Taken off in between? Calibrate again."),
    )


def tight() -> str:
    fingers = oval((-112, 12), 15, 15, 16)
    loose = oval((0, 6), 136, 138)
    return sheet(
        1000,
        510,
        "How tight",
        "Three legs cut through. One finger fits under the strap: right. A gap all around: too loose. Pressed in from "
        "all sides: too tight.",
        words((40, 46), "How tight: cut through, from above", bold=True, size=24),
        moved(worn_cut_through(*fingers) + path(smooth(fingers, closed=True), fill=SKIN, width=2.4), (180, 220)),
        yes((60, 396), "right: one finger fits", "Pull 3 cm further than", "where it just touches."),
        moved(
            path(straight(loose, closed=True), stroke=STRAP, width=8)
            + cut_through()
            + moved(path(straight(lying_on_the_flat(), closed=True), fill=SENSOR, width=2), (14, 12)),
            (510, 220),
        ),
        no((390, 396), "too loose: a gap", "It slides when you hop,", "and tilts by itself."),
        moved(worn_cut_through(), (830, 220), scale=0.9),
        *(
            arrow((830 + x * 1.5, 220 + y * 1.5), (830 + x * 1.12, 220 + y * 1.12), width=4)
            for x, y in ((-100, 0), (0, -106), (-70, 84))
        ),
        no((716, 396), "too tight: it hurts", "Pins and needles, a", "cold or pale foot:", "open it at once."),
    )


def both_legs() -> str:
    leg = worn_from_ahead()
    return sheet(
        1000,
        710,
        "Both legs",
        "Both legs from ahead, mirror images: each sensor lies on the inner face of its own shin bone, "
        "at the same height.",
        words((500, 46), "Both legs, from ahead: mirror images", bold=True, size=24, anchor="middle"),
        moved(leg, (230, 64)),
        moved(leg, (770, 64), mirrored=True),
        words((210, 150), "the person's", "right leg", anchor="end", bold=True),
        words((790, 150), "the person's", "left leg", bold=True),
        words((500, 318), "same height", size=17, anchor="middle"),
        path(straight([(446, 338), (554, 338)]), width=2, dashed=True),
        words((210, 330), "sensor named", "right", anchor="end"),
        words((790, 330), "sensor named", "left"),
        words(
            (500, 656),
            "Each on its own inner side. Never swap them:",
            "shinsight board LINK --name left",
            anchor="middle",
        ),
    )


def foot() -> str:
    (x, y) = INSTEP[2]
    band = path(
        straight([(x - 21, y - 20), (x - 2, y - 7), (x - 28, y + 66), (x - 60, y + 65)], closed=True),
        fill=STRAP,
        width=2,
    )
    case = moved(
        path("M-32 -5a4 4 0 0 1 4 -4h56a4 4 0 0 1 4 4v9h-64z", fill=SENSOR, width=2)
        + path("M-11 -12h22v17h-22z", fill=STRAP, width=2),
        (x - 10, y - 15),
        turned_deg=34,
    )
    return sheet(
        1000,
        460,
        "The second sensor, on the foot",
        "A foot from the side: the second sensor lies on the instep over the laces, its strap runs around the arch.",
        moved(from_the_side() + band + case, (20, -210), scale=1.2),
        path(straight([(30, 0), (460, 0), (460, 84), (30, 84)], closed=True), fill=PAPER, stroke="none"),
        words((40, 46), "The second sensor: on the foot", bold=True, size=24),
        words((470, 150), "on the instep, over the laces,", "strap around the arch", bold=True),
        leader((464, 150), (264, 306)),
        yes((486, 230), "barefoot, or a flat and firm shoe"),
        yes((486, 280), "any way round"),
        no((486, 330), "not on the toes: they bend"),
        no((486, 380), "not on a soft or loose shoe: it moves alone"),
    )


def pairs() -> str:
    """What to do beside what not to do."""

    def small(at: tuple[float, float], drawn: str) -> str:
        return moved(drawn, at, scale=0.47)

    calf = (
        from_ahead()
        + strap_from_ahead(262)
        + moved(path("M-6 -32h10v64h-10a5 5 0 0 1 -5 -5v-54a5 5 0 0 1 5 -5z", fill=SENSOR), (84, 264))
        + path(straight([(71, 251), (90, 251), (90, 274), (71, 274)], closed=True), fill=STRAP, width=2)
    )
    ankle = from_ahead() + strapped((168, 380))
    sock = path(
        smooth([(80, 190), (146, 202), (210, 190)])
        + "L210 240L"
        + smooth([(204, 286), (190, 352), (184, 400)])[1:]
        + "L104 402L"
        + smooth([(98, 352), (86, 282), (78, 216)])[1:]
        + "Z",
        fill="#dfe6ea",
        width=2,
    )
    trousers = path(
        smooth([(58, 0), (50, 120), (40, 260), (34, 420)])
        + "L246 420"
        + smooth([(246, 420), (240, 260), (236, 120), (228, 0)]).replace("M", "L", 1)
        + "Z",
        fill="#c9d2d8",
    )
    folds = "".join(
        path(smooth(fold), width=2)
        for fold in (
            [(70, 60), (84, 160), (70, 300)],
            [(210, 80), (196, 200), (214, 340)],
            [(140, 320), (150, 370), (140, 410)],
        )
    )
    band = path(straight([(38, 240), (242, 240), (242, 262), (38, 262)], closed=True), fill=STRAP, width=2)
    return sheet(
        1000,
        900,
        "Do and do not",
        "Pairs of small legs. Right: on the flat of the bone, halfway up, on skin or a thin tight sock. "
        "Wrong: on the calf, at the ankle, over wide trousers.",
        words((40, 46), "Do", bold=True, size=24),
        words((520, 46), "Do not", bold=True, size=24),
        path(straight([(500, 24), (500, 876)]), width=1.6, dashed=True),
        small((40, 70), worn_from_ahead()),
        yes((226, 190), "on the flat of the bone,", "where it is hard"),
        small((520, 70), calf),
        no((706, 190), "on the calf: muscle", "moves under it"),
        small((40, 346), from_ahead(flat=False) + sock + strapped(SENSOR_AT)),
        yes((226, 466), "on skin, or over a thin", "sock that fits tightly"),
        small((520, 346), from_ahead(flat=False) + trousers + folds + sensor((150, 250)) + band),
        no((706, 466), "over wide trousers:", "cloth slides on skin"),
        small((40, 622), worn_from_ahead()),
        yes((226, 742), "halfway up the shin,", "at the same place"),
        small((520, 622), ankle),
        no((706, 742), "at the ankle: tendons", "and the shoe push it"),
    )


DRAWINGS = {
    "where": where,
    "which-way": which_way,
    "tight": tight,
    "both-legs": both_legs,
    "foot": foot,
    "pairs": pairs,
}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, draw in DRAWINGS.items():
        (folder / f"wear-{name}.svg").write_text(draw(), encoding="utf-8", newline="\n")
        print(f"wear-{name}.svg")


if __name__ == "__main__":
    main()
