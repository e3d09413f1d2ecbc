"""Errors of the gateway: one family, one JSON form (RFC 9457 problem details)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.failures import said_by
from adapters.errors import AdapterError
from api.language import language_of
from talknshop.fields import path_of, rule_said
from talknshop.messages import Said, catalogue, in_words, sentence, worded


class ApiError(Exception):
    """`code` is stable, `said` one sentence for a person, `details` names fields."""

    status = 400

    def __init__(
        self, code: str, said: Said, headers: Mapping[str, str] | None = None, **details: Any
    ) -> None:
        super().__init__(in_words(said, "en"))
        self.code = code
        self.said = said
        self.headers = dict(headers or {})
        self.details = details

    @property
    def retryable(self) -> bool:
        return self.status in (429, 503)


class NotSignedIn(ApiError):  # noqa: N818
    status = 401


class Forbidden(ApiError):  # noqa: N818
    status = 403


class NotFound(ApiError):  # noqa: N818
    status = 404


class Conflict(ApiError):  # noqa: N818
    status = 409


class TooLarge(ApiError):  # noqa: N818
    status = 413


class Invalid(ApiError):  # noqa: N818
    status = 422


class TooMany(ApiError):  # noqa: N818
    status = 429


class Internal(ApiError):  # noqa: N818
    """A mistake of ours."""

    status = 500

    def __init__(self) -> None:
        super().__init__("internal", sentence("api_internal"))


class Unavailable(ApiError):  # noqa: N818
    status = 503


# An answer must not be many times as long as what it is about.
_MOST_FIELDS = 20

_SAID: TypeAdapter[Said] = TypeAdapter(Said)

# What a workflow's validator refuses, as HTTP.
_REFUSALS: dict[str, type[ApiError]] = {
    "not_owner": NotFound,  # somebody else's id is as good as unknown
    "empty_message": Invalid,
    "message_too_long": Invalid,
    "invalid_answer": Invalid,
    "invalid_listing": Invalid,
    "no_url": Invalid,
    "no_such_listing": NotFound,
    "no_such_product": NotFound,
    "no_such_item": NotFound,
    "invalid_item": Invalid,
    "no_such_offer": NotFound,
    "not_readable": Unavailable,
    "no_such_watch": NotFound,
    "no_such_place": NotFound,
}


def refusal(error: WorkflowUpdateFailedError) -> ApiError:
    """The workflow's own words; a failure that is no refusal is ours and says nothing of itself."""
    cause = error.cause
    # Temporal's own: the update was lost in a restart, and may be sent again.
    is_lost = isinstance(cause, ApplicationError) and cause.type == "UnprocessedUpdate"
    if not isinstance(cause, ApplicationError) or cause.type is None or is_lost:
        return Unavailable("internal", sentence("api_internal"))
    fields = [
        {**each, "rule": _SAID.validate_python(each["rule"])}
        for each in cause.details
        if isinstance(each, Mapping) and "field" in each
    ]
    refused = _REFUSALS.get(cause.type, Conflict)(cause.type, said_by(cause))
    refused.details |= {"fields": fields} if fields else {}
    return refused


class WhileReading(HTTPException):
    """A refusal that comes up while FastAPI reads a body, of which it would make a 400."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.status, str(error))
        self.refused = error


def problem(error: ApiError, language: str) -> JSONResponse:
    """RFC 9457, in words of that language."""
    body = {
        "type": "about:blank",
        "title": error.code,
        "status": error.status,
        "detail": in_words(error.said, language),
        "code": error.code,
    }
    headers = {"Content-Language": language, **error.headers}
    if "retry_after_s" in error.details:
        headers["Retry-After"] = str(error.details["retry_after_s"])
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        body | ({"details": worded(error.details, language)} if error.details else {}),
        status_code=error.status,
        headers=headers,
        media_type="application/problem+json",
    )


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def _api_error(request: Request, error: ApiError) -> JSONResponse:
        return problem(error, language_of(request.headers))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        refused = Invalid("invalid_request", sentence("api_fields"), **fields_of(error))
        return problem(refused, language_of(request.headers))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        language = language_of(request.headers)
        if isinstance(error, WhileReading):
            return problem(error.refused, language)
        key = f"http_{error.status_code}"
        said: Said = sentence(key) if key in catalogue("en") else str(error.detail)
        refused = ApiError(_phrase(error.status_code), said, error.headers)
        refused.status = error.status_code
        return problem(refused, language)

    @app.exception_handler(RPCError)
    async def _temporal(request: Request, error: RPCError) -> JSONResponse:
        # Of a page token that it did not make, Temporal says several things.
        is_away = error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
        has_token = "page_token" in request.query_params and not is_away
        if has_token or error.status is RPCStatusCode.INVALID_ARGUMENT:
            refused: ApiError = Invalid("invalid_request", sentence("api_no_valid_id"))
        else:
            refused = Unavailable("unavailable", sentence("api_catching_up"))
        return problem(refused, language_of(request.headers))

    @app.exception_handler(AdapterError)
    async def _outside(request: Request, error: AdapterError) -> JSONResponse:
        return problem(Unavailable("unavailable", error.said), language_of(request.headers))


def _phrase(status: int) -> str:
    """404 -> "not_found"."""
    return HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")


def fields_of(error: Any) -> dict[str, Any]:
    """Of a pydantic error: the first wrong fields' names and what would be right."""
    return {
        "fields": [
            {"field": path_of(entry), "rule": rule_said(entry)}
            for entry in error.errors()[:_MOST_FIELDS]
        ]
    }
