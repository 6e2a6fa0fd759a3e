"""The clients of the hub: broadcast, silence, leaving."""

from __future__ import annotations

import asyncio

from dashboard.gateway.clients import GOING_AWAY, SILENT, Client, Clients
from dashboard.gateway.protocol import Frame


async def test_every_client_gets_the_same_text():
    """One frame is encoded once: the very same object reaches all."""
    clients, frame = Clients(), Frame("gates", "text")
    both = [Client(["gates"], 0.0), Client(["gates"], 0.0)]
    for client in both:
        clients.add(client)
        assert client.outbox.take() == "gates"
    clients.broadcast(frame)
    assert all(client.outbox.take() is frame for client in both)


async def test_a_client_sleeps_until_something_comes():
    """Waiting ends with a frame, and not with one of a topic that is not followed."""
    client = Client(["gates"], 0.0)
    client.outbox.take()
    await client.wait()
    waiting = asyncio.create_task(client.wait())
    client.offer(Frame("feeds", "other"))
    await asyncio.sleep(0)
    assert not waiting.done()
    client.offer(Frame("gates", "mine"))
    await asyncio.wait_for(waiting, 5)
    assert client.outbox.take() == Frame("gates", "mine")


async def test_a_silent_client_is_closed_after_thirty_seconds():
    """At thirty seconds it is still there, after them it is not; the first reason stays."""
    clients, client = Clients(), Client(["gates"], 100.0)
    clients.add(client)
    assert clients.drop_silent(130.0) == 0
    assert clients.drop_silent(130.1) == 1
    clients.close_all()
    assert (client.close_code, client.closing.is_set()) == (SILENT, True)


async def test_the_server_that_stops_waits_for_its_clients():
    """Every client is told, and the wait ends with the last one that left."""
    clients, client = Clients(), Client(["gates"], 0.0)
    clients.add(client)
    clients.close_all()
    assert client.close_code == GOING_AWAY
    gone = asyncio.create_task(clients.gone())
    await asyncio.sleep(0)
    assert not gone.done()
    clients.remove(client)
    clients.remove(client)
    await asyncio.wait_for(gone, 5)
    assert len(clients) == 0


async def test_a_resync_wakes_every_client():
    """After a gap everybody gets a new snapshot of what he follows."""
    clients, client = Clients(), Client(["gates"], 0.0)
    clients.add(client)
    client.outbox.take()
    await client.wait()
    clients.resync(["gates", "feeds"])
    await asyncio.wait_for(client.wait(), 5)
    assert client.outbox.take() == "gates"
    assert client.outbox.take() is None
