"""What a chat model's errors mean, whoever's they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from botocore.exceptions import ClientError, NoCredentialsError
from langchain_core import exceptions as langchain

from adapters.errors import (
    AdapterError,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)

# Bedrock writes a code with a capital in a reply's header, without one inside a stream.
_BEDROCK: dict[str, type[AdapterError]] = {
    "throttlingexception": Throttled,
    "servicequotaexceededexception": Throttled,
    "modelnotreadyexception": Throttled,
    "validationexception": Rejected,
    "accessdeniedexception": Unauthorized,
    "unrecognizedclientexception": Unauthorized,
    "expiredtokenexception": Unauthorized,
    "invalidsignatureexception": Unauthorized,
    "resourcenotfoundexception": NotFound,
}
_LANGCHAIN: dict[type[langchain.ModelError], type[AdapterError]] = {
    langchain.ModelRateLimitError: Throttled,
    langchain.ModelAuthenticationError: Unauthorized,
    langchain.ModelPermissionDeniedError: Unauthorized,
    langchain.ModelNotFoundError: NotFound,
    langchain.ModelInvalidRequestError: Rejected,
    langchain.ContextOverflowError: Rejected,
}


@contextmanager
def model_failures(model: str) -> Iterator[None]:
    """Raises adapters.errors only; NotFound is a model that does not exist (any more)."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        family = _BEDROCK.get(code.lower(), Unavailable)
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        raise _made(family, f"{model} answered {code}", headers) from error
    except NoCredentialsError as error:
        raise Unauthorized(f"{model}: no AWS credentials were found") from error
    except langchain.ModelError as error:
        families = (made for kind, made in _LANGCHAIN.items() if isinstance(error, kind))
        headers = getattr(getattr(error, "response", None), "headers", {})
        reason = f"{model} answered {type(error).__name__}"
        raise _made(next(families, Unavailable), reason, headers) from error
    # Broken connections, and replies that a client trips over, come as whatever its libraries or
    # its parsing happened to raise.
    except Exception as error:
        raise Unavailable(f"{model} did not answer: {type(error).__name__}") from error


def _made(family: type[AdapterError], reason: str, headers: Mapping[str, str]) -> AdapterError:
    error = family(reason)
    seconds = headers.get("retry-after", "")
    if seconds.isdecimal():
        error.retry_after = timedelta(seconds=int(seconds))
    return error
