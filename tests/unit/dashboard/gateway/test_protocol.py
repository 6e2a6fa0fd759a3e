"""The protocol of /live: numbers, merging, outboxes and what clients may say."""

from __future__ import annotations

import json

import pytest

from dashboard.gateway.protocol import (
    MESSAGE_BURST,
    MESSAGE_BYTES,
    QUEUE_FRAMES,
    TOPICS,
    ClientMessageError,
    Frame,
    Line,
    MessageBudget,
    Outbox,
    Pong,
    Resync,
    Subscribe,
    parse_message,
    parse_topics,
    ping_frame,
)


def body(frame):
    """Return the message of a frame."""
    return json.loads(frame.text)


def test_a_snapshot_has_the_present_number_and_a_delta_the_next():
    """A client that took the snapshot waits for exactly this delta."""
    line = Line("gates", "e1")
    assert body(line.snapshot(5, {"gates": {}})) == {
        "type": "snapshot", "epoch": "e1", "topic": "gates", "seq": 0, "at": 5, "mode": "live", "data": {"gates": {}},
    }  # fmt: skip
    line.add({"focus": "tan-thanh"})
    assert body(line.delta(10.0, 6)) == {
        "type": "delta", "epoch": "e1", "topic": "gates", "seq": 1, "at": 6, "mode": "live",
        "data": {"focus": "tan-thanh"},
    }  # fmt: skip


def test_nothing_changed_sends_nothing():
    """A quiet topic costs no frame and no number."""
    line = Line("gates", "e1")
    assert line.delta(0.0, 0) is None
    assert line.wait_s(0.0) is None
    assert line.seq == 0


def test_changes_of_one_path_merge_into_the_last():
    """Ten readings between two frames are one figure."""
    line = Line("gates", "e1")
    for value in range(10):
        line.add({"a": value})
    assert body(line.delta(0.0, 0))["data"] == {"a": 9}


def test_an_entity_takes_the_place_of_what_was_inside_it():
    """A replaced entity drops the changes inside the old one; those inside the new one follow it."""
    line = Line("gates", "e1")
    line.add({"gates/x": 1, "gates/x/queue": 2, "gates/y/queue": 5, "focus": "x"})
    line.add({"gates/x": 3})
    line.add({"gates/x/trend/today/7": 4})
    sent = body(line.delta(0.0, 0))["data"]
    assert list(sent.items()) == [("gates/y/queue", 5), ("focus", "x"), ("gates/x", 3), ("gates/x/trend/today/7", 4)]


@pytest.mark.parametrize(("topic", "interval_s"), [("gates", 0.1), ("alerts", 0.1), ("network", 1.0), ("feeds", 1.0)])
def test_frames_of_a_topic_keep_their_distance(topic, interval_s):
    """The first change goes at once, the next one interval later: not before, and not after."""
    line = Line(topic, "e1")
    line.add({"a": 1})
    assert line.wait_s(100.0) == 0
    assert line.delta(100.0, 0) is not None
    line.add({"a": 2})
    assert line.delta(100.0 + interval_s * 0.99, 0) is None
    assert line.wait_s(100.0) == pytest.approx(interval_s)
    assert line.delta(100.0 + interval_s, 0) is not None


def test_a_flood_makes_frames_rarer():
    """A delta of 256 kB is followed by a pause of a second."""
    line = Line("gates", "e1")
    line.add({"a": "x" * 256_000})
    line.delta(0.0, 0)
    line.add({"a": 1})
    assert line.wait_s(0.0) > 1.0


def drain(outbox):
    """Return everything a client would take."""
    taken = []
    while (item := outbox.take()) is not None:
        taken.append(item)
    return taken


def test_a_new_client_gets_its_snapshots_first():
    """Deltas before the snapshot are dropped: the snapshot holds them."""
    outbox = Outbox()
    outbox.subscribe(["gates", "feeds", "gates"])
    outbox.put(Frame("gates", "before"))
    assert outbox
    assert drain(outbox) == ["gates", "feeds"]
    outbox.put(Frame("gates", "after"))
    outbox.put(Frame("network", "not followed"))
    assert drain(outbox) == [Frame("gates", "after")]
    assert not outbox


def test_a_full_outbox_is_emptied_for_snapshots():
    """A slow client loses the queue and gets the newest state of every topic it follows; the others lose nothing."""
    outbox = Outbox(limit=3)
    outbox.subscribe(["gates", "alerts"])
    drain(outbox)
    for number in range(3):
        outbox.put(Frame("gates", str(number)))
    assert outbox.overflows == 0
    outbox.put(Frame("alerts", "one too many"))
    outbox.put(Frame("gates", "in the snapshot already"))
    outbox.put(ping_frame(1))
    assert outbox.overflows == 1
    assert drain(outbox) == ["gates", "alerts", ping_frame(1)]


def test_the_usual_limit_holds_five_busy_seconds():
    """64 frames wait, the 65th does not."""
    outbox = Outbox()
    outbox.subscribe(["gates"])
    drain(outbox)
    for number in range(QUEUE_FRAMES):
        outbox.put(Frame("gates", str(number)))
    assert len(drain(outbox)) == QUEUE_FRAMES == 64


def test_a_resync_begins_the_topic_anew():
    """After a gap the old deltas of that topic are dropped, those of others stay."""
    outbox = Outbox()
    outbox.subscribe(["gates", "alerts"])
    drain(outbox)
    outbox.put(Frame("gates", "old"))
    outbox.put(Frame("alerts", "kept"))
    outbox.resync("gates")
    outbox.resync("network")
    assert drain(outbox) == ["gates", Frame("alerts", "kept")]


def test_subscribing_anew_follows_exactly_the_new_topics():
    """A topic that stays keeps its frames, one that is new gets a snapshot, one that is left ends."""
    outbox = Outbox()
    outbox.subscribe(["gates", "alerts", "feeds"])
    assert outbox.take() == "gates"
    outbox.put(Frame("gates", "kept"))
    outbox.put(ping_frame(1))
    outbox.subscribe(["gates", "network"])
    assert drain(outbox) == ["network", Frame("gates", "kept"), ping_frame(1)]
    outbox.subscribe([])
    outbox.put(Frame("gates", "left"))
    assert drain(outbox) == []


def test_a_left_topic_loses_its_frames():
    """What was queued of a topic that is left is not sent."""
    outbox = Outbox()
    outbox.subscribe(["gates", "alerts"])
    drain(outbox)
    outbox.put(Frame("alerts", "left"))
    outbox.subscribe(["gates"])
    assert drain(outbox) == []


def test_a_ping_carries_the_server_s_clock():
    """Clients tell ages against it."""
    assert body(ping_frame(1_795_000_000_000)) == {"type": "ping", "at": 1_795_000_000_000}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type":"pong"}', Pong()),
        (b'{"type":"pong","at":5}', Pong()),
        ('{"type":"resync","topic":"gates"}', Resync("gates")),
        ('{"type":"subscribe","topics":["gates","feeds"]}', Subscribe(["gates", "feeds"])),
    ],
)
def test_the_three_messages_are_understood(text, message):
    """Pong, resync and subscribe, as text or bytes."""
    assert parse_message(text) == message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "JSON"), ("[]", "JSON"), ("{", "JSON"), ('{"type":"shout"}', "JSON"), (b"\xff\xfe", "JSON"),
        ("\ud800", "JSON"),
        ('{"type":"resync","topic":"x/y"}', "'x/y'"), ('{"type":"subscribe","topics":["gates","weather"]}', "weather"),
        ('{"type":"subscribe","topics":5}', "JSON"), ("[" * 4_000, "JSON"), (" " * (MESSAGE_BYTES + 1), "4096"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text, part):
    """Bad messages say what was expected and never crash."""
    with pytest.raises(ClientMessageError, match=part):
        parse_message(text)


def test_topics_of_the_address():
    """Some, all when none is named, and a sentence for an unknown one."""
    assert parse_topics("gates, alerts,gates") == ("gates", "alerts")
    assert parse_topics("") == TOPICS
    with pytest.raises(ClientMessageError, match="weather"):
        parse_topics("gates,weather")


def test_a_client_may_talk_but_not_flood():
    """A burst is allowed, the next message is not; half a second later one more is."""
    budget = MessageBudget(0.0)
    assert all(budget.spend(0.0) for _ in range(MESSAGE_BURST))
    assert not budget.spend(0.0)
    assert not budget.spend(0.49)
    assert budget.spend(0.5)
    assert not budget.spend(0.5)
    assert sum(budget.spend(1e6) for _ in range(100)) == MESSAGE_BURST
