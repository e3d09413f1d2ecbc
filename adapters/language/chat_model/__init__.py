"""Understanding and answering by a LangChain chat model; imported only when one is configured."""

from adapters.language.chat_model.adapter import ChatModelLanguage

__all__ = ["ChatModelLanguage"]
