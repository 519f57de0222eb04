"""Debian's kernel for the guest: downloaded as a package and unpacked, never installed.

What the guest needs of it is kept in `.cache/guest-kernel/PACKAGE`: the image, and the modules numbered in the order in
which they load. 70 MB come once, 12 stay.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).parents[3] / ".cache" / "guest-kernel"
MODULES = (
    *("virtio_pci", "virtio_rng", "virtio_console", "9pnet_virtio", "9p"),
    # what `bluetooth` asks the kernel's crypto for when it starts and has no module dependency on; without drbg it
    # says "Unable to create ECDH crypto context" and cannot pair
    *("cmac", "ecb", "ccm", "ctr", "hmac", "sha256_generic", "sha512_generic", "drbg", "ecdh_generic"),
    *("algif_hash", "algif_skcipher"),  # bluetoothd's own
    *("bluetooth", "hci_uart"),
)


class Missing(Exception):  # noqa: N818 - says what is
    """No guest can run here; the text says why and what to do about it."""


@dataclass(frozen=True)
class Kernel:
    image: Path
    modules: tuple[Path, ...]
    """In loading order."""


def guest_kernel() -> Kernel:
    """From the cache, else from Debian's archive."""
    package = _package()
    kept = CACHE / package
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="unpacking-") as folder:
            _fetch(package, Path(folder))
            _pick(Path(folder), Path(folder) / "kept")
            (Path(folder) / "kept").rename(kept)  # whole or not at all
    return Kernel(kept / "vmlinuz", tuple(sorted((kept / "modules").iterdir())))


def _package() -> str:
    listed = _output("apt-cache", "depends", "linux-image-amd64")
    found = re.search(r"Depends: (linux-image-\S+)", listed)
    if found:
        return found[1]
    if kept := sorted(CACHE.glob("linux-image-*")):
        return kept[-1].name
    raise Missing("apt-cache knows no linux-image-amd64: run `apt-get update` on a Debian for amd64")


def _fetch(package: str, folder: Path) -> None:
    _output("apt-get", "download", "-o", "APT::Sandbox::User=root", package, cwd=folder)
    (deb,) = folder.glob("*.deb")
    _output("dpkg", "-x", str(deb), str(folder))


def _pick(unpacked: Path, kept: Path) -> None:
    version = next((unpacked / "lib" / "modules").iterdir()).name
    _output("depmod", "-b", str(unpacked), version)
    (kept / "modules").mkdir(parents=True)
    shutil.copy(unpacked / "boot" / f"vmlinuz-{version}", kept / "vmlinuz")
    files: list[str] = []
    for module in MODULES:
        loading = _output("modprobe", "-d", str(unpacked), "-S", version, "--show-depends", module)
        files += [line.split()[1] for line in loading.splitlines() if line.startswith("insmod")]
    for place, file in enumerate(dict.fromkeys(files)):
        shutil.copy(file, kept / "modules" / f"{place:02d}-{Path(file).name}")


def _output(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(
            f"`{' '.join(command)}` failed with {done.returncode}: {done.stderr.strip()[-500:]}. "
            "Run `apt-get update`; the packages it needs stand in tests/radio/vm/guest.py"
        )
    return done.stdout
