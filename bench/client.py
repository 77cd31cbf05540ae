"""A client that counts: a bounded number of requests over kept connections, from one or more threads."""

from __future__ import annotations

import http.client
import math
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.processes import NotMeasured, Server


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to send; ``expected`` is the status that counts as served."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    expected: int = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and how long it took in seconds."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of a run: seconds of each request, of all together, and of the processor."""

    seconds: tuple[float, ...]
    wall: float
    cpu: float
    failures: int = 0

    @property
    def per_second(self) -> float:
        """Return requests per second."""
        return len(self.seconds) / self.wall

    @property
    def cpu_milliseconds(self) -> float:
        """Return the server's processor time of one request."""
        return 1000 * self.cpu / len(self.seconds)

    @property
    def median(self) -> float:
        """Return the median in seconds."""
        return statistics.median(self.seconds)

    def percentile(self, part: float) -> float:
        """Return the time within which this part (0–1) of the requests was answered, in seconds."""
        return percentile(self.seconds, part)


def percentile(values: Sequence[float], part: float) -> float:
    """Return the nearest-rank percentile: the smallest value that is not below this part of all."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]


class Visitor:
    """One kept connection to a server, with the headers of one person."""

    def __init__(self, server: Server, headers: Mapping[str, str] | None = None) -> None:
        """Prepare; the first request connects."""
        self._server, self._headers = server, dict(headers or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def send(self, ask: Ask) -> Reply:
        """Send one request and read the whole answer."""
        begun = time.perf_counter()
        try:
            reply = self._exchange(ask)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            self._connection.close()
            reply = self._exchange(ask)
        body = reply.read()
        return Reply(reply.status, reply.headers, body, time.perf_counter() - begun)

    def _exchange(self, ask: Ask) -> http.client.HTTPResponse:
        headers = {**self._headers, **ask.headers}
        self._connection.request(ask.method, ask.path, body=ask.body, headers=headers)
        return self._connection.getresponse()

    def get(self, path: str) -> Reply:
        """Ask for a page.

        Raises:
            NotMeasured: when it is not served.
        """
        reply = self.send(Ask(path))
        if reply.status != http.HTTPStatus.OK:
            raise NotMeasured(f"{path} answers {reply.status}")
        return reply

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def run(server: Server, asks: Sequence[Ask], clients: int = 1) -> Run:
    """Send the requests, shared among so many clients; measure times and the server's processor time."""
    shares = [asks[start::clients] for start in range(clients)]
    seconds: list[list[float]] = [[] for _each in shares]
    failures = [0] * clients

    def work(index: int) -> None:
        visitor = Visitor(server)
        for ask in shares[index]:
            reply = visitor.send(ask)
            seconds[index].append(reply.seconds)
            failures[index] += reply.status != ask.expected
        visitor.close()

    cpu = server.cpu_seconds()
    wall = in_parallel(work, clients)
    spent = server.cpu_seconds() - cpu
    times = tuple(value for share in seconds for value in share)
    return Run(times, wall, spent, sum(failures))


def in_parallel(work: Callable[[int], None], count: int) -> float:
    """Run a function in so many threads; return the seconds until the last has ended."""
    begun = time.perf_counter()
    if count == 1:
        work(0)
        return time.perf_counter() - begun
    threads = [threading.Thread(target=work, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun
