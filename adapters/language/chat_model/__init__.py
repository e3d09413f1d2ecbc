"""Understanding and answering by a LangChain chat model; imported only when one is configured."""

from adapters.language.chat_model.adapter import ChatModelLanguage
from adapters.language.chat_model.opening import open_chat_model

__all__ = ["ChatModelLanguage", "open_chat_model"]
