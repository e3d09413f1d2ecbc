"""The language adapter that an installation's settings name."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from adapters.language.factory import build_language
from adapters.language.port import Language
from talknshop.chat_models import CONCURRENT_CALLS, EMBEDDED, ChatModelChoice
from talknshop.settings import LanguageSettings
from talknshop.understanding import Utterance


def language_of(chosen: LanguageSettings) -> Language:
    return build_language(chosen, *chosen.fallbacks)


def make_room_for_models(chosen: ChatModelChoice) -> None:
    """Gives the running loop the threads that calls of Bedrock block; its own are a handful."""
    if chosen.model != EMBEDDED:
        executor = ThreadPoolExecutor(CONCURRENT_CALLS, thread_name_prefix="model")
        asyncio.get_running_loop().set_default_executor(executor)


async def instant_language_of(chosen: LanguageSettings) -> Language | None:
    """The embedded one, unless a chat model is to be asked first.

    Its tables are read by then: the first person's workflow task would take a quarter of a second.
    """
    if chosen.model != EMBEDDED:
        return None
    language = build_language()
    await language.understand(Utterance(text="find me a lamp under $20"))
    return language
