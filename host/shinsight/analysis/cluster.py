"""The processes of a Dask cluster as an executor for a batch, checked before anything is sent.

The workers read the sessions themselves: they need the same files at the same paths (a shared filesystem) and the same
shinsight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LinkError, SettingsError
from ..version import __version__
from .batch import SessionPath

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 10.0

Seen = tuple[str | None, list[str]]
"""What a worker has: its shinsight's version (None: none), and the paths that it does not see."""


@contextmanager
def cluster_pool(address: str, sessions: Sequence[SessionPath]) -> Iterator[Executor]:
    """The workers of the scheduler at `address`, e.g. `tcp://10.0.0.5:8786`.

    Raises `SettingsError` when dask.distributed is not installed, `LinkError` when the scheduler does not answer or has
    no workers, or when they see other files or have another shinsight.
    """
    try:
        import asyncio

        from distributed import Client  # slow to load, and an extra
        from distributed.comm.core import connect
    except ImportError as error:
        raise SettingsError(
            f"--dask {address} needs dask.distributed ({error}): pip install 'shinsight[cluster]'"
        ) from error

    async def knock() -> None:
        await (await connect(address, timeout=CONNECT_S)).close()

    try:
        asyncio.run(knock())  # a Client that cannot connect lingers and complains later
    except (OSError, ValueError) as error:
        raise LinkError(
            f"no Dask scheduler answers at {address!r} ({error}), expected an address such as tcp://10.0.0.5:8786: "
            "check that it runs and that this is the address it printed"
        ) from error
    with Client(address, timeout=CONNECT_S, set_as_default=False) as client:
        _check_workers(client, address, sessions)
        with client.get_executor() as pool:
            yield pool


def _check_workers(client: Client, address: str, sessions: Sequence[SessionPath]) -> None:
    paths = [str(path) for path in _landmarks(sessions)]
    seen: dict[str, Seen] = client.run(_look_around(), paths)
    if not seen:
        raise LinkError(f"the Dask scheduler at {address} has no workers: start some with `dask worker {address}`")
    for worker, (version, missing) in sorted(seen.items()):
        if version != __version__:
            raise LinkError(
                f"the worker {worker} has shinsight {version or 'not installed'}, expected "
                f"{__version__} as on this computer: "
                f"pip install shinsight=={__version__} there"
            )
        if missing:
            raise LinkError(
                f"the worker {worker} cannot see {missing[0]}, expected the same files at the same path on every "
                "worker: put them on a shared filesystem"
            )


def _landmarks(sessions: Sequence[SessionPath]) -> list[Path]:
    """The first and last session that exist, which stand for the others."""
    there = [session.path for session in sessions if session.path.exists()]
    return list(dict.fromkeys([*there[:1], *there[-1:]]))


def _look_around() -> Callable[[list[str]], Seen]:
    """What a worker does before anything else. Made here, so that it travels whole: shinsight may be missing there."""

    def look(paths: list[str]) -> Seen:
        import importlib
        from pathlib import Path

        try:
            package = importlib.import_module("shinsight.version")
        except ImportError:
            return None, []
        return package.__version__, [path for path in paths if not Path(path).exists()]

    return look
