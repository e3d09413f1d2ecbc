"""A field that is written wrongly is named: left out in silence, it would change what was meant."""

from typing import Any

import pytest

from tests.running import Running, bearer

QUIET = {"quiet_hours": {"start": "22:00:00", "end": "07:00:00"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/me/preferences", {"quiet_hour": QUIET["quiet_hours"]}, "quiet_hour"),
        (
            "PUT",
            "/me/preferences",
            {"quiet_hours": QUIET["quiet_hours"] | {"until": "08:00:00"}},
            "quiet_hours.until",
        ),
        (
            "POST",
            "/watches",
            {"marketplace": "ebay", "product_id": "1", "drop_percent": 10, "sesion_id": "s"},
            "sesion_id",
        ),
        ("POST", "/me/memory/items", {"kind": "brand", "value": "Dell", "for": "laptops"}, "for"),
    ],
    ids=["preferences", "deep in preferences", "watch", "memory"],
)
async def test_an_unknown_field_is_refused_by_name_and_changes_nothing(
    stack: Running, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    person = bearer(await stack.guest())
    api = f"{stack.web}/api/v1"
    await stack.http.put(f"{api}/me/preferences", json=QUIET, headers=person)
    before = await _account(stack, person)
    refused = await stack.http.request(method, f"{api}{path}", json=body, headers=person)
    assert refused.status_code == 422, refused.text
    assert refused.json()["details"]["fields"] == [
        {"field": f"body.{field}", "rule": "There is no such field"}
    ]
    assert await _account(stack, person) == before


async def _account(stack: Running, person: dict[str, str]) -> list[Any]:
    kept = ("/me/preferences", "/me/memory", "/watches")
    replies = [await stack.http.get(f"{stack.web}/api/v1{path}", headers=person) for path in kept]
    return [reply.json() for reply in replies]
