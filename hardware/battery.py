"""Hours on one charge, and how warm it gets, from currents in data sheets: `python hardware/battery.py` prints the
tables of the docs.

Computed, not measured: no board has been at hand. Each current is a range, from what the chip can do to what it takes
if the radio never rests; each battery gives a part of what its label says.
"""

from __future__ import annotations

from dataclasses import dataclass

CELL_YIELDS = 0.8
"""Of a lithium cell's label, what comes out above 3.4 V, some months old and at room temperature. An assumption."""
BANK_YIELDS = 0.6
"""Of a power bank's label: 3.7 V made into 5 V (0.74), at 85 % efficiency, less a little for age. An assumption."""
WARMTH_W_PER_M2_K = 10.0
"""What a small warm body loses to still air, by convection and radiation together. A rule of thumb."""


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What one thing takes from the battery, in mA."""

    low_ma: float
    high_ma: float
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.low_ma <= self.high_ma:
            raise ValueError(
                f"current from {self.low_ma} to {self.high_ma} mA, expected a rising range: correct battery.py"
            )


@dataclass(frozen=True, kw_only=True)
class Board:
    """radio_on: connected every 30 to 50 ms, or waiting for a host; asleep: radio and IMU off, the processor awake.

    volts: that the currents are drawn at. body_mm: of the case without ears, or of the stick; the side of the first two
    lies on the skin.
    """

    title: str
    battery_mah: float
    volts: float
    body_mm: tuple[float, float, float]
    yields: float
    radio_on: Draw
    asleep: Draw
    imu: Draw

    def streaming_ma(self) -> tuple[float, float]:
        return self.radio_on.low_ma + self.imu.low_ma, self.radio_on.high_ma + self.imu.high_ma

    def hours(self, current_ma: tuple[float, float]) -> tuple[float, float]:
        """Shortest and longest, of a full battery."""
        capacity_mah = self.battery_mah * self.yields
        return capacity_mah / current_ma[1], capacity_mah / current_ma[0]

    @property
    def most_w(self) -> float:
        """While it streams, if the radio never rests. What goes out by radio is milliwatts."""
        return self.streaming_ma()[1] * 1e-3 * self.volts

    def warmer_k(self) -> tuple[float, float]:
        """Than the air at `most_w`: with all sides free, and with none of it going off at the skin."""
        a, b, c = (side * 1e-3 for side in self.body_mm)
        free_m2 = 2 * (a * b + b * c + c * a)
        per_m2_k = self.most_w / WARMTH_W_PER_M2_K
        return per_m2_k / free_m2, per_m2_k / (free_m2 - a * b)


LSM6DSO = Draw(low_ma=0.55, high_ma=0.7, source="LSM6DSO data sheet: 0.55 mA with both in high-performance mode")
MPU6050 = Draw(
    low_ma=3.8,
    high_ma=6.0,
    source="MPU-6050 data sheet: 3.8 mA; up to 2 mA more for the light on a GY-521; from memory",
)
MPU6886 = Draw(low_ma=2.8, high_ma=3.5, source="MPU-6886 data sheet, about 3 mA; from memory")

BOARDS = {
    "xiao-esp32s3": Board(
        title="XIAO ESP32S3",
        battery_mah=500,
        volts=3.7,
        body_mm=(43, 73, 14),
        yields=CELL_YIELDS,
        radio_on=Draw(
            low_ma=25,
            high_ma=100,
            source="low: Seeed's specification, modem sleep at 3.8 V; "
            "high: ESP32-S3 data sheet, receiver never off, from memory",
        ),
        asleep=Draw(
            low_ma=22, high_ma=45, source="ESP32-S3 data sheet, modem sleep at 160 MHz, idle to busy; from memory"
        ),
        imu=LSM6DSO,
    ),
    "xiao-esp32c3": Board(
        title="XIAO ESP32C3",
        battery_mah=500,
        volts=3.7,
        body_mm=(43, 73, 14),
        yields=CELL_YIELDS,
        radio_on=Draw(
            low_ma=26.8, high_ma=74.7, source="measured by Seeed: Bluetooth in modem sleep; radio always on (Wi-Fi)"
        ),
        asleep=Draw(
            low_ma=16, high_ma=25, source="ESP32-C3 data sheet, modem sleep at 160 MHz, idle to busy; from memory"
        ),
        imu=LSM6DSO,
    ),
    "m5stickc-plus2": Board(
        title="M5StickC PLUS2",
        battery_mah=200,
        volts=3.7,
        body_mm=(24, 48, 13.5),
        yields=CELL_YIELDS,
        radio_on=Draw(
            low_ma=28,
            high_ma=100,
            source="low: an owner's 28 to 30 mA of the same chip with Bluetooth (espressif/esp-idf issue 9140); "
            "high: ESP32 data sheet, receiver never off, from memory",
        ),
        asleep=Draw(low_ma=20, high_ma=44, source="ESP32 data sheet, modem sleep at 80 to 160 MHz; from memory"),
        imu=MPU6886,
    ),
    "pico-w": Board(
        title="Pico W",
        battery_mah=5000,
        volts=5.0,
        body_mm=(44, 57, 14),
        yields=BANK_YIELDS,
        radio_on=Draw(
            low_ma=28,
            high_ma=60,
            source="low: 18 mA, and 10 mA more for the radio (penguintutor.com/electronics/pico-power); "
            "high: twice that, a guess",
        ),
        asleep=Draw(low_ma=18, high_ma=28, source="as above, radio off or idle"),
        imu=MPU6050,
    ),
    "nano-rp2040-connect": Board(
        title="Nano RP2040 Connect",
        battery_mah=5000,
        volts=5.0,
        body_mm=(25, 51, 14),
        yields=BANK_YIELDS,
        radio_on=Draw(low_ma=46, high_ma=120, source="an RP2040 (18 mA) beside an ESP32 (28 to 100 mA), as above"),
        asleep=Draw(low_ma=18, high_ma=64, source="as above, radio off; whether its module sleeps is not known"),
        imu=LSM6DSO,
    ),
}


def between(pair: tuple[float, float]) -> str:
    low, high = (f"{value:.0f}" if value >= 10 else f"{value:.1f}" for value in pair)
    return f"{low}–{high}"


def table_of_hours() -> str:
    lines = [
        "| board | battery | streaming, mA | streaming, hours | asleep, mA | asleep, hours |",
        "|---|---|---|---|---|---|",
    ]
    for board in BOARDS.values():
        kind = "power bank" if board.yields == BANK_YIELDS else "cell"
        asleep_ma = (board.asleep.low_ma, board.asleep.high_ma)
        lines.append(
            f"| {board.title} | {kind}, {board.battery_mah:.0f} mAh "
            f"| {between(board.streaming_ma())} | **{between(board.hours(board.streaming_ma()))}** "
            f"| {between(asleep_ma)} | {between(board.hours(asleep_ma))} |"
        )
    return "\n".join(lines)


def table_of_sources() -> str:
    lines = ["| board | what | mA | source |", "|---|---|---|---|"]
    for board in BOARDS.values():
        for what, draw in (("radio on", board.radio_on), ("asleep", board.asleep), ("IMU", board.imu)):
            lines.append(f"| {board.title} | {what} | {between((draw.low_ma, draw.high_ma))} | {draw.source} |")
    return "\n".join(lines)


def table_of_warmth() -> str:
    lines = ["| board | at most, W | body of the case, mm | warmer than the air by, °C |", "|---|---|---|---|"]
    for board in BOARDS.values():
        body = " × ".join(f"{side:g}" for side in board.body_mm)
        low, high = board.warmer_k()
        lines.append(f"| {board.title} | {board.most_w:.2f} | {body} | {low:.0f}–{high:.0f} |")
    return "\n".join(lines)


def main() -> None:
    print("Computed from data sheets, not measured.\n")
    for table in (table_of_hours, table_of_warmth, table_of_sources):
        print(table(), end="\n\n")


if __name__ == "__main__":
    main()
