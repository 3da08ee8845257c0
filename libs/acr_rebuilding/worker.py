"""`python -m acr_rebuilding.worker FD`: settles partitions beside for the rebuild that started it.

It is told what to do over the socket, and ends when that closes, however its parent ended. What it
was at then is undone by PostgreSQL, as with any rebuild that was killed.
"""

import asyncio
import importlib
import importlib.util
import os
import socket
import sys
from dataclasses import replace

import uvloop

from acr_domain.errors import Fenced, Unavailable
from acr_http.garbage import look_rarely
from acr_postgres.beside import open_beside
from acr_rebuilding.building import TURNS, Builder, Readers, open_builder
from acr_rebuilding.messages import Done, Failed, Moved, Start, Task, hear, say
from acr_rebuilding.request import Refused
from acr_registries.catalogue import load_registries
from acr_registries.projection import open_projection
from acr_registries.registry import Registry

_TOLD = (Unavailable, Refused, Fenced)


def main() -> None:
    """Work for whoever holds the other end of a socket."""
    look_rarely()
    uvloop.run(_work(socket.socket(fileno=int(sys.argv[1]))))


async def _work(held: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=held)
    start = await hear(reader)
    assert isinstance(start, Start)
    tasks = asyncio.Queue[Task]()
    listening = asyncio.create_task(_listen(reader, tasks))
    try:
        await _settle(start, tasks, writer)
    except _TOLD as error:
        say(writer, Failed(error))
        await writer.drain()
    finally:
        listening.cancel()


async def _listen(reader: asyncio.StreamReader, tasks: asyncio.Queue[Task]) -> None:
    while isinstance(message := await hear(reader), Task):
        tasks.put_nowait(message)
    # Nobody waits for us, and closing in order would only hold up who does next.
    os._exit(0)


async def _settle(start: Start, tasks: asyncio.Queue[Task], writer: asyncio.StreamWriter) -> None:
    registry = _registry(start)
    projection = open_projection(registry) if start.typed else None

    def moved(records: int, _: int) -> None:
        say(writer, Moved(records))

    async with (
        open_beside(start.postgres, start.beside, TURNS + 1) as pool,
        open_builder(start.kafka, pool, registry.name, projection, moved) as builder,
    ):
        builder.as_the_log_says = start.as_the_log_says
        await builder.failures.look(builder.reader)
        await asyncio.gather(*(_take(builder, each, tasks, writer) for each in builder.readers))


async def _take(
    builder: Builder, readers: Readers, tasks: asyncio.Queue[Task], writer: asyncio.StreamWriter
) -> None:
    while True:
        task = await tasks.get()
        builder.stands[task.partition] = task.stand
        await builder.settle(readers, task)
        gaps, missing = tuple(builder.gaps), tuple(builder.missing)
        builder.gaps.clear()
        builder.missing.clear()
        say(writer, Done(task.partition, builder.stands[task.partition], gaps, missing))


def _registry(start: Start) -> Registry:
    """Find the declaration, under the name that it has in this rebuild."""
    name, module = start.beside.registry, f"{start.package}.registry"
    if importlib.util.find_spec(module) is None:
        return load_registries()[name]
    declared: Registry = importlib.import_module(module).REGISTRY
    return replace(declared, name=name)


if __name__ == "__main__":
    main()
