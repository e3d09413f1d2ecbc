"""eBay's error envelopes: one for its APIs, another one for tokens."""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.refusal import RefusalError, Refusals


def error_response(
    status: int,
    error_id: int,
    message: str,
    *,
    domain: str = "API_INVENTORY",
    category: str = "REQUEST",
    parameters: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = error(error_id, message, domain, category, parameters)
    return JSONResponse({"errors": [body]}, status, headers)


def error(
    error_id: int,
    message: str,
    domain: str = "API_INVENTORY",
    category: str = "REQUEST",
    parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One element of `errors` or `warnings`."""
    return {
        "errorId": error_id,
        "domain": domain,
        "subdomain": "Selling" if domain == "API_INVENTORY" else domain,
        "category": category,
        "message": message,
        "longMessage": message,
        "parameters": [{"name": n, "value": v} for n, v in (parameters or {}).items()],
    }


def refused(status: int, error_id: int, message: str, **details: Any) -> RefusalError:
    return RefusalError(error_response(status, error_id, message, **details))


def token_refused(status: int, code: str, description: str) -> RefusalError:
    return RefusalError(JSONResponse({"error": code, "error_description": description}, status))


def outage(status: int) -> Response:
    return error_response(
        status,
        25001,
        "A system error has occurred.",
        category="APPLICATION",
    )


def expired() -> Response:
    return error_response(401, 1001, "Invalid access token", domain="OAuth")


def throttled(retry_after: int | None) -> Response:
    """The daily quota's refusal; eBay does not promise a Retry-After."""
    return error_response(
        429,
        2001,
        "Too many requests. The request limit has been reached for the resource.",
        domain="ACCESS",
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )


refusals = Refusals(outage, throttled, expired)
