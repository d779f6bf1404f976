"""A few processes that read strangers' files, each file within its time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from types import TracebackType
from typing import Any, Self

from tracer.practice.safe.limits import SECONDS, RefusedError
from tracer.practice.safe.workbook import Wanted

_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from tracer.practice.safe.child import main; main()"
)


@dataclass(frozen=True)
class Request:
    """A file, and which cells of which sheets are wanted (None: all of a sheet, or all)."""

    path: Path
    wanted: Wanted | None = None


class Pool:
    """Reads files in other processes; use it in a `with` statement.

    A process serves many files, and is replaced when a file makes it stop or takes too long.
    """

    def __init__(self, processes: int = 2, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        self._children = [_Child() for _ in range(processes)]
        for child in self._children:
            self._idle.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._children:
            child.stop()

    def read(self, request: Request) -> Any:
        """Return what a file holds. Raises RefusedError, whose text says why not."""
        child = self._idle.get()
        try:
            return child.ask(request, self._seconds)
        finally:
            self._idle.put(child)

    def read_all(self, requests: Sequence[Request]) -> Iterator[Any | RefusedError]:
        """Yield what each file holds, in order; for one that is refused, the RefusedError."""
        with ThreadPoolExecutor(len(self._children)) as threads:
            yield from threads.map(self._read_or_refuse, requests)

    def _read_or_refuse(self, request: Request) -> Any | RefusedError:
        try:
            return self.read(request)
        except RefusedError as refused:
            return refused


class _Child:
    """One process, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: Request, seconds: float) -> Any:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            process.kill()

        timer = Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            wanted = request.wanted
            asked = {
                "path": str(request.path),
                "wanted": None if wanted is None else {k: _listed(v) for k, v in wanted.items()},
            }
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):
            line = ""
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            self.stop()
            raise RefusedError("takes_long", seconds=seconds) if late else RefusedError("failed")
        answer = json.loads(line)
        if "refused" in answer:
            key, values = answer["refused"]
            raise RefusedError(key, **values)
        return answer["found"]

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            # -I: nothing lying about in the folder of the files is imported.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM, str(_ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _listed(addresses: Iterable[str] | None) -> list[str] | None:
    return None if addresses is None else list(addresses)


def read_file(path: Path, wanted: Wanted | None = None) -> Any:
    """Return what one file holds. Raises RefusedError."""
    with Pool(1) as pool:
        return pool.read(Request(path, wanted))
