"""Administering access: accounts and tokens, for administrators."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.reply import as_object, json_reply
from dashboard.parts import Parts


def access_routes(parts: Parts) -> APIRouter:
    """Return the routes that administer accounts and tokens; each action is journalled with who did it."""
    router = APIRouter(tags=["access"])
    users = parts.users

    def who(request: Request) -> str:
        return str(request.state.principal.name)

    @router.get("/users", summary="Accounts")
    async def list_users() -> Response:
        """Return every account."""
        return json_reply({"users": [as_object(one) for one in await run_in_threadpool(users.accounts)]})

    @router.post("/users", summary="Add an account", status_code=201)
    async def add_user(request: Request) -> Response:
        """Add a person: name, password, role."""
        fields = await read_object(request)
        name, password, role = (text_of(fields, field, required=True) for field in ("name", "password", "role"))
        added = await run_in_threadpool(partial(users.add, name, password, role, who(request)))
        return json_reply(as_object(added), 201)

    @router.delete("/users/{name}", summary="Disable an account", status_code=204)
    async def disable_user(request: Request, name: str) -> Response:
        """Take a person's access away at once."""
        await run_in_threadpool(partial(users.disable, name, who(request)))
        return Response(status_code=204)

    @router.get("/tokens", summary="Tokens")
    async def list_tokens() -> Response:
        """Return every token, without its secret."""
        return json_reply({"tokens": [as_object(one) for one in await run_in_threadpool(users.tokens)]})

    @router.post("/tokens", summary="Create a token", status_code=201)
    async def create_token(request: Request) -> Response:
        """Create a token: name, role and, if it shall end, days; the secret is shown this once."""
        fields: dict[str, Any] = await read_object(request)
        name, role = text_of(fields, "name", required=True), text_of(fields, "role", required=True)
        days = fields.get("days")
        if days is not None and (isinstance(days, bool) or not isinstance(days, int | float)):
            raise BodyError(422, "days must be a number", "days")
        secret = await run_in_threadpool(partial(users.create_token, name, role, days, who(request)))
        return json_reply({"name": name, "role": role, "token": secret}, 201)

    @router.delete("/tokens/{token_id}", summary="Revoke a token", status_code=204)
    async def revoke_token(request: Request, token_id: str) -> Response:
        """Revoke a token, and end the kiosks that were started with it."""
        if not (token_id.isascii() and token_id.isdigit() and len(token_id) < 10):
            raise BodyError(404, "there is no such token", "id")
        await run_in_threadpool(partial(users.revoke_token, int(token_id), who(request)))
        return Response(status_code=204)

    return router
