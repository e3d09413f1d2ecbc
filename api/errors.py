"""Errors of the gateway: one family, one JSON form (RFC 9457 problem details)."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError


class ApiError(Exception):
    """`code` is stable, `message` one sentence for a person, `details` names fields."""

    status = 400

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
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


class Unavailable(ApiError):  # noqa: N818
    status = 503


# What a workflow's validator refuses, as HTTP.
_REFUSALS: dict[str, type[ApiError]] = {
    "not_owner": NotFound,  # somebody else's id is as good as unknown
    "empty_message": Invalid,
    "message_too_long": Invalid,
    "invalid_answer": Invalid,
    "invalid_listing": Invalid,
    "no_url": Invalid,
    "no_such_listing": NotFound,
}


def refusal(error: WorkflowUpdateFailedError) -> ApiError:
    """The workflow's own words; a failure that is no refusal is ours and says nothing of itself."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return Unavailable("internal", "Something went wrong on our side. Please try again.")
    return _REFUSALS.get(cause.type, Conflict)(cause.type, cause.message)


def problem(status: int, code: str, message: str, details: dict[str, Any]) -> JSONResponse:
    body = {"type": "about:blank", "title": code, "status": status, "detail": message, "code": code}
    return JSONResponse(
        body | ({"details": details} if details else {}),
        status_code=status,
        media_type="application/problem+json",
    )


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def _api_error(request: Request, error: ApiError) -> JSONResponse:
        return problem(error.status, error.code, error.message, error.details)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem(422, "invalid_request", "Some fields are not right.", fields_of(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, "http_error", str(error.detail), {})


def fields_of(error: Any) -> dict[str, Any]:
    """Of a pydantic error: each wrong field's name and what would be right."""
    return {
        "fields": [
            {"field": ".".join(str(part) for part in entry["loc"]), "rule": entry["msg"]}
            for entry in error.errors()
        ]
    }
