"""The web client's files come compressed, and scripts are kept by the browser."""

from pathlib import Path

import httpx
import pytest

from api.web_client import web_client

SCRIPT = "export const words = ['again'];\n" * 500


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-abc.js").write_text(SCRIPT)
    (tmp_path / "index.html").write_text("<!doctype html><title>TalknShop</title>")
    return tmp_path


async def get(folder: Path, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(web_client(folder))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.get(path)


async def test_scripts_come_compressed_and_are_kept_for_ever(folder: Path) -> None:
    reply = await get(folder, "/assets/index-abc.js")
    assert reply.headers["content-encoding"] == "gzip"
    assert "immutable" in reply.headers["cache-control"]
    assert reply.text == SCRIPT


async def test_the_page_itself_is_asked_for_anew(folder: Path) -> None:
    reply = await get(folder, "/")
    assert "TalknShop" in reply.text
    assert "immutable" not in reply.headers.get("cache-control", "")
