"""A small Linux machine with BlueZ, emulated by QEMU: what the project's users on Linux have, without their radio.

    with Guest(radio_socket, logs=folder) as guest:
        for line in guest.run("python", "scan.py"): ...

Real in it: Debian's kernel Bluetooth stack, bluetoothd, D-Bus, bleak. Its controller is a socket of the host that
speaks H4. It sees /usr, the host's Python and the project, read-only; `/out` is the folder `logs`, writable.

Rules: always TCG on the machine `pc`. /dev/kvm may exist and hang, and so does the machine `microvm` now and then.
The guest's clock is its own: compare counts with the host, never times.
"""

from __future__ import annotations

import platform
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from .initrd import initrd
from .kernel import Kernel, Missing, guest_kernel

REPOSITORY = Path(__file__).parents[3]
PROGRAMS = {
    # program or file: Debian package
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "/var/lib/dpkg/info/busybox-static.list": "busybox-static",  # the other busybox needs libraries
    "dbus-daemon": "dbus",
    "btattach": "bluez",
    "/usr/libexec/bluetooth/bluetoothd": "bluez",
    "modprobe": "kmod",
    "apt-get": "apt",
    "dpkg": "dpkg",
}
BOOT_S = 60.0
LIFE_S = 280
"""After this QEMU is ended even when nobody is left to end it."""
LOG_TAIL = 3000


class GuestFailed(Exception):  # noqa: N818 - says what happened
    """The guest did not start, a job in it failed or took too long; the text holds the ends of its logs."""


class Guest:
    """Boots on entry, is gone on exit. One job at a time."""

    def __init__(self, radio_socket: Path, *, logs: Path) -> None:
        """`radio_socket`: listens, H4. `logs`: an empty folder, the guest's /out. Raises `Missing`."""
        _check_programs()
        self._kernel = guest_kernel()
        self._radio_socket = radio_socket
        self.logs = logs
        self._busy = False

    def __enter__(self) -> Guest:
        with ExitStack() as until_exit:
            self._boot(until_exit)
            self._until_exit = until_exit.pop_all()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._until_exit.close()

    def run(self, *command: str, limit_s: float = 60.0) -> Iterator[str]:
        """The lines it writes, as they come. Raises `GuestFailed` when it fails, or is silent for `limit_s`."""
        if self._busy:
            raise GuestFailed("the job before has not ended: was it broken off?")
        self._busy = True
        text = shlex.join(command)
        self._jobs.settimeout(limit_s)
        self._jobs.sendall(f"cd {shlex.quote(str(REPOSITORY))} && {text}\n".encode())
        while not (line := self._line(text)).startswith("ended "):
            yield line
        self._busy = False
        if line != "ended 0":
            raise GuestFailed(self._words(f"`{text}` {line}"))

    def _boot(self, until_exit: ExitStack) -> None:
        # A folder with a short name: a socket's path has at most 107 characters.
        folder = Path(until_exit.enter_context(tempfile.TemporaryDirectory(prefix="guest-")))
        shares = _shares(self.logs)
        image, jobs_socket = folder / "initrd", folder / "jobs"
        image.write_bytes(initrd(self._kernel.modules, shares, "out"))
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(jobs_socket))
            listening.listen(1)
            listening.settimeout(BOOT_S)
            command = _command(self._kernel, image, shares, self._radio_socket, jobs_socket, self.logs / "console.log")
            with (self.logs / "qemu.log").open("wb") as words:
                qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT)
            until_exit.callback(_end, qemu)
            try:
                self._jobs = until_exit.enter_context(listening.accept()[0])
            except TimeoutError:
                raise GuestFailed(self._words("QEMU did not start")) from None
        self._jobs.settimeout(BOOT_S)
        self._lines = until_exit.enter_context(
            self._jobs.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        )
        up = self._line("boot")
        if not up.startswith("up "):
            raise GuestFailed(self._words(f"the guest said {up!r} after its boot, 'up SECONDS' expected"))

    def _line(self, during: str) -> str:
        try:
            line = self._lines.readline()
        except TimeoutError:
            raise GuestFailed(self._words(f"`{during}`: silent for {self._jobs.gettimeout()} s")) from None
        if not line:
            raise GuestFailed(self._words(f"`{during}`: the guest ended"))
        return line.rstrip("\n")

    def _words(self, what: str) -> str:
        logs = sorted(self.logs.glob("*.log"))
        tails = (f"--- {log.name}\n{log.read_text(encoding='utf-8', errors='replace')[-LOG_TAIL:]}" for log in logs)
        return "\n".join((what, *tails))


def _end(qemu: subprocess.Popen[bytes]) -> None:
    qemu.terminate()
    qemu.wait()


def _check_programs() -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise Missing(f"the guest needs Linux on x86_64, this is {sys.platform} on {platform.machine()}")
    packages = {package for wanted, package in PROGRAMS.items() if not (shutil.which(wanted) or Path(wanted).is_file())}
    if packages:
        raise Missing(
            "the guest needs Debian packages: apt-get install --no-install-recommends " + " ".join(sorted(packages))
        )


def _shares(logs: Path) -> dict[str, Path]:
    """Host folders by mount tag: those that Python, its packages and the project need, none inside another."""
    wanted = {Path("/usr"), Path(sys.base_prefix), Path(sys.prefix), REPOSITORY}
    outermost = sorted(path for path in wanted if not any(other in path.parents for other in wanted))
    return {f"host{number}": path for number, path in enumerate(outermost)} | {"out": logs}


def _command(kernel: Kernel, image: Path, shares: dict[str, Path], radio: Path, jobs: Path, console: Path) -> list[str]:
    command = ["timeout", "--kill-after=5", str(LIFE_S), "qemu-system-x86_64"]
    command += ["-accel", "tcg,thread=multi,tb-size=512", "-M", "pc,usb=off", "-cpu", "Nehalem", "-smp", "1"]
    command += ["-m", "1024", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none"]
    command += ["-serial", f"file:{console}", "-kernel", str(kernel.image), "-initrd", str(image)]
    command += ["-append", "console=ttyS0 quiet mitigations=off nokaslr random.trust_cpu=on panic=-1"]
    for tag, path in shares.items():
        read_only = "off" if tag == "out" else "on"
        command += ["-fsdev", f"local,id={tag},path={path},security_model=none,readonly={read_only}"]
        command += ["-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]
    command += ["-device", "virtio-serial-pci", "-chardev", f"socket,id=radio,path={radio}"]
    command += ["-device", "virtconsole,chardev=radio", "-chardev", f"socket,id=jobs,path={jobs}"]
    return [*command, "-device", "virtserialport,chardev=jobs,name=jobs"]
