"""The one file you edit: which board this is, and where its pins go.

Set BOARD to one of the names below. Wired otherwise, or another board: change its profile, or add one. `shinsight
flash` keeps your copy of this file. Plain data only, no `machine`: the host reads it too.

Pins are GPIO numbers, or a name that MicroPython's machine.Pin knows. They come from the makers' pages and from
MicroPython's own board definitions, named at each profile.
"""

BOARD = "xiao-esp32s3"


class Profile:
    """What the firmware has to know of a board. A pin that is not there is None."""

    name = ""  # set by profile()

    def __init__(
        self,
        title,  # what the maker calls it
        mcu,  # family, says how MicroPython gets onto it
        download,  # its page: micropython.org/download/...
        i2c_id,
        scl,
        sda,
        rate_hz,  # nominal; 104 for the LSM6 family, 100 for MPU and ICM
        i2c_hz=400000,
        led=None,
        led_active_low=False,
        button=None,
        button_active_low=True,
        button_pull_up=True,  # False where the board has its own resistor and the pin cannot pull
        battery_adc=None,  # pin that sees the battery
        battery_divider=1.0,  # battery voltage over the voltage at that pin
        power_hold=None,  # held high, or the board switches itself off
        paced_ble=False,  # True: its Bluetooth stack never says that it is full, so sending is paced by time
        memory_s=24,  # seconds of batches to keep for read-back; fewer when the heap is too small for them
    ):
        self.title = title
        self.mcu = mcu
        self.download = download
        self.i2c_id = i2c_id
        self.scl = scl
        self.sda = sda
        self.i2c_hz = i2c_hz
        self.rate_hz = rate_hz
        self.led = led
        self.led_active_low = led_active_low
        self.button = button
        self.button_active_low = button_active_low
        self.button_pull_up = button_pull_up
        self.battery_adc = battery_adc
        self.battery_divider = battery_divider
        self.power_hold = power_hold
        self.paced_ble = paced_ble
        self.memory_s = memory_s


PROFILES = {
    # D4 SDA, D5 SCL, user LED lit when low, BOOT button; an LSM6DSO breakout on 3V3, GND, D4, D5. No battery pin.
    # micropython ports/esp32/boards/SEEED_XIAO_ESP32S3/pins.csv; wiki.seeedstudio.com/xiao_esp32s3_getting_started; the
    # LED's sense: doc.riot-os.org, boards/seeedstudio-xiao-esp32s3
    "xiao-esp32s3": Profile(
        "Seeed Studio XIAO ESP32S3",
        "esp32s3",
        "SEEED_XIAO_ESP32S3",
        i2c_id=0,
        scl=6,
        sda=5,
        rate_hz=104,
        led=21,
        led_active_low=True,
        button=0,
        memory_s=60,
    ),
    # D4 SDA, D5 SCL, BOOT button on GPIO9; there is no user LED.
    # micropython ports/esp32/boards/SEEED_XIAO_ESP32C3/pins.csv; wiki.seeedstudio.com/XIAO_ESP32C3_Getting_Started
    "xiao-esp32c3": Profile(
        "Seeed Studio XIAO ESP32C3",
        "esp32c3",
        "SEEED_XIAO_ESP32C3",
        i2c_id=0,
        scl=7,
        sda=6,
        rate_hz=104,
        button=9,
    ),
    # MPU-6886 inside. HOLD (GPIO4) must go high after waking, or it switches off; GPIO37 of button A cannot pull;
    # half the battery's voltage at GPIO38. docs.m5stack.com/en/core/M5StickC%20PLUS2 (power on, PinMap);
    # devices.esphome.io/devices/M5Stack-M5StickC-PLUS2
    "m5stickc-plus2": Profile(
        "M5StickC PLUS2",
        "esp32",
        "ESP32_GENERIC",
        i2c_id=0,
        scl=22,
        sda=21,
        rate_hz=100,
        led=19,
        button=37,
        button_pull_up=False,
        battery_adc=38,
        battery_divider=2.0,
        power_hold=4,
        memory_s=60,
    ),
    # An MPU-6050 breakout on 3V3(OUT), GND, GP4, GP5; a button from GP15 to ground if you like. The LED hangs on the
    # radio chip, hence its name. BTstack queues without limit. micropython ports/rp2/boards/RPI_PICO_W/pins.csv; RP2040
    # data sheet 1.4.3, GPIO functions: GP4 and GP5 are I2C0 SDA and SCL
    "pico-w": Profile(
        "Raspberry Pi Pico W",
        "rp2040",
        "RPI_PICO_W",
        i2c_id=0,
        scl=5,
        sda=4,
        rate_hz=100,
        led="LED",
        button=15,
        paced_ble=True,
        memory_s=30,
    ),
    # LSM6DSOX inside, on A4 SDA and A5 SCL; LED on D13; no button but reset. NimBLE, over a serial line to the radio.
    # micropython ports/rp2/boards/ARDUINO_NANO_RP2040_CONNECT/pins.csv; docs.arduino.cc/hardware/nano-rp2040-connect
    "nano-rp2040-connect": Profile(
        "Arduino Nano RP2040 Connect",
        "rp2040",
        "ARDUINO_NANO_RP2040_CONNECT",
        i2c_id=0,
        scl=13,
        sda=12,
        rate_hz=104,
        led=6,
        memory_s=30,
    ),
    # No board: this firmware in the MicroPython of a computer, with firmware/emulator in place of the hardware.
    "emulator": Profile(
        "emulator",
        "unix",
        None,
        i2c_id=0,
        scl=1,
        sda=0,
        rate_hz=104,
        led=2,
        button=3,
        battery_adc=4,
        battery_divider=2.0,
        memory_s=60,
    ),
}


def profile(name=BOARD):
    """The chosen board's profile; its attribute `name` is the name it goes by in the device info."""
    if name not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        raise ValueError(
            f"board.py names the board {name!r}, expected one of {known}: correct the line BOARD = ... in board.py"
        )
    chosen = PROFILES[name]
    chosen.name = name
    return chosen
