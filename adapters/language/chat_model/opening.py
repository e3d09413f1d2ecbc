"""Opens the chat model that the settings name."""

from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from talknshop.chat_models import CONCURRENT_CALLS, ChatModelChoice, UnusableModelError

# A description has up to 8,000 characters; an answer is a few sentences.
MAX_TOKENS = 4096


def open_chat_model(choice: ChatModelChoice) -> BaseChatModel:
    """Without retries, which are the adapter's, and without a temperature, which the newest
    models refuse. Raises UnusableModelError for a model without its key, package or provider.
    """
    seconds = choice.timeout.total_seconds()
    key = choice.api_key.get_secret_value() if choice.api_key else None
    options: dict[str, Any] = {"base_url": choice.base_url, "api_key": key, "timeout": seconds}
    if choice.model.startswith("bedrock_converse:"):
        from botocore.config import Config

        options |= {
            "region_name": choice.region,
            "timeout": max(1, round(seconds)),
            "config": Config(max_pool_connections=CONCURRENT_CALLS),
        }
    elif choice.model.startswith("openai:"):
        # Left out for other people's servers by default, and then nothing says what it cost.
        options["stream_usage"] = True
    given = {name: value for name, value in options.items() if value is not None}
    try:
        opened: BaseChatModel = init_chat_model(
            choice.model, max_retries=0, max_tokens=MAX_TOKENS, configurable_fields=None, **given
        )
    except _refusals(choice.model) as error:
        raise UnusableModelError(_advice(choice.model, error)) from error
    return opened


def _refusals(model: str) -> tuple[type[Exception], ...]:
    """What the vendors' packages raise for a key, a package or a provider that is missing."""
    if not model.startswith("openai:"):
        return ImportError, ValueError
    from openai import OpenAIError

    return ImportError, ValueError, OpenAIError


def _advice(model: str, error: Exception) -> str:
    provider, _, name = model.partition(":")
    if isinstance(error, ImportError):
        return f"The model {model!r} needs a package that is not installed: {error}."
    if provider == "openai" and name:
        return (
            f"The model {model!r} has no key: set TALKNSHOP_LANGUAGE__API_KEY (of the model for"
            " photos: TALKNSHOP_VISION__API_KEY) or OPENAI_API_KEY; a server of your own takes any."
        )
    if provider == "bedrock_converse" and name:
        return (
            f"The model {model!r} cannot be reached: set TALKNSHOP_LANGUAGE__REGION (of the model"
            " for photos: TALKNSHOP_VISION__REGION) and AWS credentials, such as AWS_PROFILE."
        )
    return (
        f"The model {model!r} is none that is known: TALKNSHOP_LANGUAGE__MODEL is 'embedded',"
        " 'bedrock_converse:MODEL' or 'openai:MODEL' (docs/language.md)."
    )


def form_filler(choice: ChatModelChoice, chat_model: BaseChatModel, schema: dict[str, Any]) -> Any:
    """Gives `raw`, `parsed` and `parsing_error`, in the chosen way or the model's safest."""
    method = choice.structured_output
    if method is None:
        lacks_schemas = (chat_model.profile or {}).get("structured_output") is False
        method = "function_calling" if lacks_schemas else "json_schema"
    options: dict[str, Any] = {"method": method, "include_raw": True}
    # Bedrock's schemas are strict by themselves.
    if method == "json_schema" and choice.model.startswith("openai:"):
        options["strict"] = True
    return chat_model.with_structured_output(schema, **options)
