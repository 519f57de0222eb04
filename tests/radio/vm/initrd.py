"""The guest's only own files, as an archive the kernel unpacks into memory: busybox, `init`, modules, a small /etc.

All else (Python, bleak, bluetoothd) the guest sees through folders of the host, mounted read-only.
Format: cpio "newc", `Documentation/driver-api/early-userspace/buffer-format.rst` of the kernel.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

BUSYBOX = Path("/bin/busybox")  # where Debian's busybox-static has it, by whatever way
INIT = Path(__file__).with_name("init")
LINKER_CACHE = Path("/etc/ld.so.cache")  # a Python of /usr/local finds its library by it
FOLDERS = ("bin", "dev", "etc", "mod", "out", "proc", "root", "run", "sys", "tmp", "usr", "var/lib/bluetooth")
LINKS = {"bin/sh": "busybox", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin", "var/run": "/run"}
FSTAB = """\
proc /proc proc defaults 0 0
sys /sys sysfs defaults 0 0
dev /dev devtmpfs defaults 0 0
"""
DBUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


def initrd(modules: tuple[Path, ...], shares: Mapping[str, Path], writable: str) -> bytes:
    """The archive. `shares`: mount tag of each host folder, seen at the same path; the one named `writable` at /out."""
    archive = bytearray()
    mount_points = (str(path).strip("/") for tag, path in shares.items() if tag != writable)
    for folder in _with_parents((*FOLDERS, *mount_points)):
        archive += _entry(folder, stat.S_IFDIR | 0o755, b"")
    for name, target in LINKS.items():
        archive += _entry(name, stat.S_IFLNK | 0o777, target.encode())
    archive += _entry("init", stat.S_IFREG | 0o755, INIT.read_bytes())
    archive += _entry("bin/busybox", stat.S_IFREG | 0o755, BUSYBOX.read_bytes())
    for module in modules:
        archive += _entry(f"mod/{module.name}", stat.S_IFREG | 0o644, module.read_bytes())
    for name, text in _etc(shares, writable).items():
        archive += _entry(f"etc/{name}", stat.S_IFREG | 0o644, text.encode())
    if LINKER_CACHE.exists():
        archive += _entry("etc/ld.so.cache", stat.S_IFREG | 0o644, LINKER_CACHE.read_bytes())
    return bytes(archive + _entry("TRAILER!!!", 0, b""))


def _with_parents(folders: Iterable[str]) -> list[str]:
    """Each once, a parent before its children."""
    paths = (Path(folder) for folder in folders)
    return sorted({str(part) for path in paths for part in (path, *path.parents) if part.name})


def _etc(shares: Mapping[str, Path], writable: str) -> dict[str, str]:
    return {
        "fstab": FSTAB + "".join(_mount(tag, path, tag == writable) for tag, path in shares.items()),
        "dbus.conf": DBUS,
        "passwd": "root:x:0:0:root:/root:/bin/sh\n",
        "group": "root:x:0:\n",
        "machine-id": "0123456789abcdef0123456789abcdef\n",
    }


def _mount(tag: str, path: Path, writable: bool) -> str:
    how = "rw,cache=none" if writable else "ro,cache=loose"  # what does not change need not be asked for again
    where = "/out" if writable else str(path).replace(" ", r"\040")
    return f"{tag} {where} 9p trans=virtio,version=9p2000.L,msize=512000,{how} 0 0\n"


def _entry(name: str, mode: int, data: bytes) -> bytes:
    file_name = name.encode() + b"\0"
    links, size = 1, len(data)
    fields = (0, mode, 0, 0, links, 0, size, 0, 0, 0, 0, len(file_name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + file_name
    return head + bytes(-len(head) % 4) + data + bytes(-size % 4)
