"""Servers under measurement: started as an operator starts them, watched through /proc."""

from __future__ import annotations

import http.client
import os
import resource
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30.0


class NotMeasured(Exception):
    """Something could not be measured; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address and the process that leads its workers."""

    port: int
    master: int

    def workers(self) -> list[int]:
        """Return the processes that answer requests: the children of the master itself."""
        return children_of(self.master)

    def cpu_seconds(self) -> float:
        """Return the processor time that the workers have used so far."""
        return sum(cpu_seconds_of(key) for key in self.workers())

    def resident_megabytes(self) -> float:
        """Return the resident memory of the largest worker."""
        return max(resident_megabytes_of(key) for key in self.workers())

    def proportional_megabytes(self) -> float:
        """Return the memory of the largest worker, what it shares with others counted by its share."""
        return max(proportional_megabytes_of(key) for key in self.workers())


def children_of(process: int) -> list[int]:
    """Return the children of a process."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(key) for key in text.split()]


def cpu_seconds_of(process: int) -> float:
    """Return the user and system time of a process, its threads included, its children not."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_megabytes_of(process: int) -> float:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise NotMeasured(f"process {process} has no resident memory")


def proportional_megabytes_of(process: int) -> float:
    """Return the proportional set size of a process: of a page that n processes share, an nth.

    Raises:
        NotMeasured: where the system does not tell it.
    """
    file = Path(f"/proc/{process}/smaps_rollup")
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise NotMeasured(f"process {process} has no proportional set size")


def project_layout() -> list[str]:
    """Return the processes and threads of the project's own server, as options for another one."""
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    names = ("workers", "threads")
    return [part for name in names for part in (f"--{name}", str(settings[name]))]


@contextmanager
def serve_project(environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Serve the system with its own configuration, as ``./dev up`` does."""
    with serve([], environment, log, "/healthz") as server:
        yield server


@contextmanager
def serve_floor(folder: Path) -> Iterator[Server]:
    """Serve the floor with as many processes and threads."""
    options = ["--config", "/dev/null", "--preload", *project_layout(), "bench.floor:app"]
    environment = {"BENCH_FLOOR": str(folder / "floor.sqlite")}
    with serve(options, environment, folder / "floor.log", "/") as server:
        yield server


@contextmanager
def serve(
    options: list[str], environment: Mapping[str, str], log: Path, probe: str
) -> Iterator[Server]:
    """Start gunicorn on a free port, wait until it answers, and end it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *options]
    surroundings = {key: value for key, value in os.environ.items() if "INNOVERKKO" not in key}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**surroundings, **environment}, stdout=sink, stderr=sink
        )
    try:
        wait_for(process, port, probe, log)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    """Return once the server answers 200.

    Raises:
        NotMeasured: with the end of the server's log, when it does not.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise NotMeasured(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def children_seconds() -> float:
    """Return the processor seconds of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
