"""What people say and what opens doors is neither in Temporal's database nor in any log."""

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from temporalio.api.common.v1 import Payloads

from tests.running import Running, bearer, eventually, running_stack
from tests.selling import preview, settled, upload_photo
from workers.replay import replay_histories
from workflows.ids import conversation_id

BOUGHT = "velociraptor"
SOLD = "Brachiosaurus"


def stored(stack: Running) -> bytes:
    """Temporal's whole database, its write-ahead log included."""
    return b"".join(path.read_bytes() for path in sorted(stack.data_dir.glob("temporal.db*")))


def logged(stack: Running) -> bytes:
    logs = stack.data_dir / "logs"
    return b"".join(path.read_bytes() for path in sorted(logs.iterdir()))


def keys_of(stack: Running) -> set[str]:
    """Every key, password and token that this stack works with."""
    credentials = json.loads((stack.data_dir / "sandbox" / "credentials.json").read_text())
    texts = {line for path in (stack.data_dir / "keys").iterdir() for line in path.open()}
    return {text.strip() for text in [*texts, *_leaves(credentials)] if len(text.strip()) >= 16}


def _leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for entry in value.values() for leaf in _leaves(entry)]
    return [value] if isinstance(value, str) else []


async def test_a_message_a_listing_and_every_key_stay_out_of_the_database_and_the_logs(
    stack: Running,
) -> None:
    async with stack.chat() as chat:
        await chat.say(f"find me a {BOUGHT} poster under $77")
        await chat.next("done")
        await preview(stack, chat, f"sell my {SOLD} figure, $650, good condition")
        await chat.act("confirm_listing")
        await chat.next_where(settled, "a settled job")
    found = {where: text(stack) for where, text in (("db", stored), ("log", logged))}
    # The search sees what is there: ids are stored in clear.
    assert chat.session["session_id"].encode() in found["db"]
    keys = keys_of(stack)
    assert len(keys) >= 8
    for where, text in found.items():
        for secret in (BOUGHT, SOLD, SOLD.lower(), chat.session["token"], *keys):
            assert secret.encode() not in text, f"{secret[:6]}… is in the {where}"


async def test_without_a_codec_the_same_search_finds_what_was_said_until_it_is_erased(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("clear")
    async with running_stack(folder, TALKNSHOP_ENCRYPTION__KEYS="off") as stack:
        session = await stack.guest()
        headers = bearer(session)
        # What is learned of a person is theirs beyond one conversation, and erased by itself.
        memory = f"{stack.web}/api/v1/me/memory"
        (await stack.http.put(memory, json={"enabled": False}, headers=headers)).raise_for_status()
        photo = await upload_photo(stack, session)
        async with stack.chat(session) as chat:
            await chat.say(f"find me a {BOUGHT} poster under $77", media=[photo])
            await chat.next("done")
        # Temporal's timers keep the bare id of the conversation until they are over.
        traces = [BOUGHT.encode(), photo["media_id"].encode()]
        assert BOUGHT.encode() in stored(stack)
        assert all(trace in kept_rows(stack, folder) for trace in traces)
        assert list((stack.data_dir / "media").rglob(f"*{photo['media_id']}*"))
        url = f"{stack.web}/api/v1/sessions/{session['session_id']}"
        assert (await stack.http.delete(url, headers=headers)).status_code == 204

        def nothing_is_left() -> bool:
            return not any(trace in kept_rows(stack, folder) for trace in traces)

        await eventually(nothing_is_left, "no row of the database tells of the conversation")
        assert not list((stack.data_dir / "media").rglob(f"*{photo['media_id']}*"))


def kept_rows(stack: Running, folder: Path) -> bytes:
    """The database, compacted, without the pages that deleted rows leave behind."""
    copy = folder / "copy.db"
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(stack.data_dir / "temporal.db")) as database,
        closing(sqlite3.connect(copy)) as compact,
    ):
        database.backup(compact)
        compact.execute("VACUUM")
    return copy.read_bytes()


async def test_a_sealed_history_replays_and_operators_can_read_it(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say(f"find me a {BOUGHT} poster")
        await chat.next("done")
    client = await stack.temporal()
    handle = client.get_workflow_handle(conversation_id(chat.session["session_id"]))
    history = await handle.fetch_history()
    (outcome,) = await replay_histories([history], stack.codec)
    assert outcome.divergence == ""
    (start, *_) = history.events
    sealed = start.workflow_execution_started_event_attributes.input
    assert chat.session["user_id"].encode() not in sealed.SerializeToString()
    web_ui = stack.status()["urls"]["temporal_ui"]
    opened = await _decode(stack, _codec_url(stack), sealed, {"Origin": web_ui})
    state = base64.b64decode(opened.json()["payloads"][0]["data"])
    assert chat.session["user_id"].encode() in state
    assert opened.headers["access-control-allow-origin"] == web_ui


async def test_nobody_else_can_read_it(stack: Running) -> None:
    session = await stack.guest()
    for path in ("/codec/decode", f"/codec/{session['token']}/decode", "/codec/x/decode"):
        response = await _decode(stack, stack.web + path, Payloads(), bearer(session))
        assert response.status_code == 404, path


def _codec_url(stack: Running) -> str:
    """As the Web UI was told it."""
    arguments = Path(f"/proc/{stack.process('temporal')['pid']}/cmdline").read_text().split("\0")
    return arguments[arguments.index("--ui-codec-endpoint") + 1] + "/decode"


async def _decode(
    stack: Running, url: str, payloads: Payloads, headers: dict[str, str] | None = None
) -> httpx.Response:
    return await stack.http.post(
        url, content=MessageToJson(payloads), headers={"X-Namespace": "default", **(headers or {})}
    )
