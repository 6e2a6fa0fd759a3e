"""Listening to one broker: connect, subscribe, hand on, acknowledge, and connect again when it breaks."""

from __future__ import annotations

import base64
from typing import Final

import aiomqtt
import msgspec
from aiomqtt.exceptions import MqttConnectError

from feeds.errors import BusUnavailableError, SourceError
from feeds.sources.context import FeedContext
from feeds.sources.line import Line
from feeds.sources.mqtt.client import Client, open_client
from feeds.sources.mqtt.settings import MqttSettings
from feeds.sources.outlet import Outlet
from feeds.worker import insisting

REFUSED_CODE: Final = 128
"""From here on a broker's answer to a subscription is a refusal (MQTT 3.1.1, 3.9.3; MQTT 5, 3.9.3)."""


class MqttSource:
    """Listens for ever; ends only when cancelled or by a programming error."""

    def __init__(self, settings: MqttSettings, context: FeedContext, outlet: Outlet) -> None:
        self._settings = settings
        self._context = context
        self._outlet = outlet
        self._line = Line(context)

    async def run(self) -> None:
        """Connect, listen, connect again; the pauses grow to a minute and begin anew with each connection."""
        await self._line.keep(self._session)

    async def _session(self) -> None:
        """Connect once and listen until it breaks.

        Raises:
            SourceError: always, saying how it broke.
        """
        self._context.hosts.check(self._settings.host, self._settings.broker_port)
        client = open_client(self._settings, self._context)
        try:
            async with client:
                await self._subscribe(client)
                self._line.works()
                # A broker that has nothing to say is no fault: its sensors' silence shows in the readings' age.
                self._context.status.good()
                async for message in client.messages:
                    await self._take(message)
                    client.acknowledge(message)
        except MqttConnectError as error:
            raise SourceError(
                f"Máy chủ MQTT từ chối kết nối: {error}; kiểm tra user và khóa.",
                f"The broker refuses the connection: {error}; check user and secret.",
            ) from error
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            why = " ".join(str(error).split())[:200] or type(error).__name__
            raise SourceError(f"Mất kết nối máy chủ MQTT: {why}.", f"The broker cannot be reached: {why}.") from error

    async def _subscribe(self, client: Client) -> None:
        for topic in self._settings.topics:
            codes = await client.subscribe(topic, qos=self._settings.qos)
            refused = [code for code in codes if (code if isinstance(code, int) else code.value) >= REFUSED_CODE]
            if refused:
                raise SourceError(
                    f"Máy chủ MQTT không cho đăng ký chủ đề {topic!r}.",
                    f"The broker does not let us subscribe to {topic!r}.",
                )

    async def _take(self, message: aiomqtt.Message) -> None:
        status = self._context.status
        status.polled()
        payload = message.payload if isinstance(message.payload, bytes) else str(message.payload or "").encode()
        origin = f"{self._context.name}:{message.topic.value}"[:200]
        if len(payload) > self._settings.max_bytes:
            error = SourceError(
                f"Một tin lớn hơn {self._settings.max_bytes} byte (max_bytes); không nhận.",
                f"A message is larger than {self._settings.max_bytes} bytes (max_bytes); it was not taken.",
            )
            status.failed(error)
            await insisting(
                lambda: self._outlet.refuse("too_large", error.en, origin=origin),
                expected=BusUnavailableError,
                sleep=self._context.sleep,
            )
            return
        if self._settings.envelope:
            payload = self._enveloped(message.topic.value, payload)
        if not payload.strip() or await self._outlet.take(payload, origin=origin):
            status.good()

    def _enveloped(self, topic: str, payload: bytes) -> bytes:
        whole: object
        try:
            # Kept as it came, so that a number keeps its digits.
            msgspec.json.decode(payload)
            whole = msgspec.Raw(payload)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            try:
                whole = payload.decode("utf-8")
            except UnicodeDecodeError:
                whole = base64.b64encode(payload).decode("ascii")
        return msgspec.json.encode(
            {"topic": topic, "levels": topic.split("/"), "taken_at": self._context.clock(), "payload": whole}
        )
