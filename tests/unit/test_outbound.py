"""Addresses that people name never lead into our own network."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.errors import Rejected, Unavailable
from adapters.outbound import PublicHttp, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:53aa:64c::",
        "2001:db8::1",
    ],
)
def test_what_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_what_is_public_is_known(address: str) -> None:
    assert is_public(address)


class Receiver:
    """A plain HTTP server that counts its connections and answers as it is told."""

    def __init__(self) -> None:
        self.connections = 0
        self.answers: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answers.pop(0))
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


@pytest.fixture
async def http() -> AsyncIterator[PublicHttp]:
    http = PublicHttp()
    yield http
    await http.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
async def test_a_private_address_is_refused_however_it_is_written(
    http: PublicHttp, url: str
) -> None:
    with pytest.raises(Rejected, match="public internet"):
        await http.check(url)
    with pytest.raises(Rejected, match="public internet"):
        await http.post(url, {}, b"")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com:99999/",
        "https://exämple.com/",
        "//example.com",
    ],
)
async def test_what_is_no_address_for_this_is_refused(http: PublicHttp, url: str) -> None:
    with pytest.raises(Rejected):
        await http.check(url)
    with pytest.raises(Rejected):
        await http.get(url, 100)


async def test_a_name_that_leads_elsewhere_a_moment_later_gains_nothing(
    http: PublicHttp, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is checked, private when it is connected to."""
    answers = ["93.184.216.34", "127.0.0.1"]

    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        address = answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, receiver.port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    url = f"https://rebinding.example:{receiver.port}/"
    await http.check(url)
    with pytest.raises(Rejected, match="public internet"):
        await http.post(url, {}, b"")
    assert answers == []
    assert receiver.connections == 0


async def test_one_private_address_among_several_is_enough_to_refuse(
    http: PublicHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        found = ("93.184.216.34", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    with pytest.raises(Rejected, match="public internet"):
        await http.check("https://both.example/")


async def test_a_redirect_into_the_network_is_refused(receiver: Receiver) -> None:
    public = PublicHttp([f"127.0.0.1:{receiver.port}"])
    receiver.answers = [
        b"HTTP/1.1 302 Found\r\nLocation: https://localhost:1/secret\r\nContent-Length: 0\r\n\r\n"
    ]
    with pytest.raises(Rejected, match="public internet"):
        await public.get(f"http://127.0.0.1:{receiver.port}/", 100)
    await public.aclose()


async def test_redirects_end(receiver: Receiver) -> None:
    public = PublicHttp([f"127.0.0.1:{receiver.port}"])
    receiver.answers = [b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"] * 9
    with pytest.raises(Rejected, match="too many"):
        await public.get(f"http://127.0.0.1:{receiver.port}/", 100)
    assert receiver.connections == 4
    await public.aclose()


async def test_what_is_too_large_is_not_read_to_its_end(receiver: Receiver) -> None:
    public = PublicHttp([f"127.0.0.1:{receiver.port}"])
    receiver.answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + b"x" * 4000,
    ]
    url = f"http://127.0.0.1:{receiver.port}/"
    assert await public.get(url, 100) == b"yes"
    with pytest.raises(Rejected, match="larger"):
        await public.get(url, 100)
    await public.aclose()


async def test_nobody_there_is_worth_another_attempt() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    public = PublicHttp([f"127.0.0.1:{port}"])
    with pytest.raises(Unavailable):
        await public.post(f"http://127.0.0.1:{port}/", {}, b"")
    await public.aclose()
