"""`talknshop chat`: a whole conversation on the terminal."""

import asyncio
import threading
from typing import Any, Literal

from rich.console import Console

from talknshop.cli.client import Conversation, Frame
from talknshop.cli.gateway import gateway_at
from talknshop.cli.render import Transcript

PROMPT = "you> "
_YES = ("confirm", "post", "post it", "yes", "y", "c")

Sending = tuple[Literal["message", "answer", "confirm_listing", "edit_listing"], Any]


async def chat(url: str, session_id: str | None) -> None:
    """Until end of input or /quit. Raises CommandError as the gateway's client does."""
    console = Console()
    async with gateway_at(url) as gateway:
        guest = await gateway.sign_in()
        session_id = session_id or guest.session_id
        console.print("Say what you look for or want to sell. /cancel stops a turn, /quit ends.")
        conversation = Conversation(url, session_id, guest.token, renew=gateway.renew)
        try:
            await _converse(conversation, Transcript(console))
        finally:
            console.print(f"Resume with: talknshop chat --session {session_id}")


async def _converse(conversation: Conversation, transcript: Transcript) -> None:
    async with conversation:
        talk = _Talk(conversation, transcript)
        listening = asyncio.create_task(talk.listen())
        speaking = asyncio.create_task(talk.speak())
        done, pending = await asyncio.wait(
            {listening, speaking}, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        for task in done:
            task.result()


class _Talk:
    """Both directions of a conversation; `open` is the question or preview that waits, if any."""

    def __init__(self, conversation: Conversation, transcript: Transcript) -> None:
        self._conversation = conversation
        self._transcript = transcript
        self._open: Frame | None = None
        self._lines = _Lines()

    async def listen(self) -> None:
        async for frame in self._conversation:
            if not self._conversation.said_here(frame):
                self._transcript.show(frame)
            match frame.type:
                case "clarification" if not frame.data["required"]:
                    pass  # the preview before it can be confirmed all the same
                case "clarification" | "listing_preview":
                    self._open = frame
                case "user_message" | "done":
                    self._open = None
            if frame.type in ("clarification", "listing_preview", "done", "error", "notification"):
                print(PROMPT, end="", flush=True)

    async def speak(self) -> None:
        print(PROMPT, end="", flush=True)
        while (line := await self._lines.next()) is not None:
            text = line.strip()
            if text == "/quit":
                return
            if text == "/cancel":
                await self._conversation.cancel_turn()
            elif text:
                await self._send(*understood(text, self._open))

    async def _send(self, kind: str, content: Any) -> None:
        if kind == "answer" and self._open:
            await self._conversation.answer(self._open.data["question_id"], content)
        elif kind == "message":
            await self._conversation.send_message(content)
        else:
            await self._conversation.act(kind, content)
        self._open = None


def understood(line: str, waiting: Frame | None) -> Sending:
    """What a line means, given the question or the preview that waits for an answer."""
    if waiting is not None and waiting.type == "clarification":
        options = waiting.data.get("options") or []
        if line.isdecimal() and 1 <= int(line) <= len(options):
            return "answer", options[int(line) - 1]
        return "answer", line
    if waiting is not None and waiting.type == "listing_preview":
        if line.lower() in _YES:
            return "confirm_listing", {}
        command, _, assignment = line.partition(" ")
        name, equals, value = assignment.partition("=")
        if command.lower() == "edit" and equals and name.strip().isidentifier():
            return "edit_listing", {name.strip(): value.strip()}
    return "message", line


class _Lines:
    """Lines from the terminal. A daemon thread reads them, as nothing else can be interrupted."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    async def next(self) -> str | None:
        """None at the end of input."""
        return await self._queue.get()

    def _read(self) -> None:
        try:
            while True:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, input())
        except EOFError:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)
        except RuntimeError:
            pass  # the loop is closed: nobody listens any more
