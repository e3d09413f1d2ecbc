"""`talknshop search`: one buyer's turn, then the products."""

import json

from rich.console import Console

from talknshop.cli.client import Conversation
from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import gateway_at
from talknshop.cli.render import Transcript
from talknshop.understanding import Mode


async def search(url: str, words: str, *, as_json: bool) -> None:
    """Raises CommandError when the turn ends without results; it says what was asked instead."""
    transcript = Transcript(Console(stderr=as_json))
    async with gateway_at(url) as gateway:
        guest = await gateway.sign_in()
        conversation = Conversation(url, guest.session_id, guest.token, renew=gateway.renew)
        async with conversation:
            await _search(conversation, words, transcript, as_json=as_json)


async def _search(
    conversation: Conversation, words: str, transcript: Transcript, *, as_json: bool
) -> None:
    await conversation.send_message(words, mode=Mode.BUYER)
    found = False
    async for frame in conversation:
        if not conversation.said_here(frame):
            transcript.show(frame)
        match frame.type:
            case "results":
                found = True
                if as_json:
                    print(json.dumps(frame.data, indent=2, ensure_ascii=False))
            case "done" if found:
                return
            case "clarification":
                raise CommandError("Nothing was searched: say it more exactly.", exit_code=1)
            case "done" | "error":
                raise CommandError("There are no results: see above.", exit_code=1)
