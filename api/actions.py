"""From a client's frame to the workflow that it is meant for."""

from typing import Any

from api.errors import Invalid
from api.frames import ActionFrame, AnswerFrame, CommandFrame, MessageFrame
from api.gateway import Gateway
from api.payloads import check_payload
from talknshop.commands import Accepted, AnswerQuestion, PerformAction, SendMessage
from talknshop.messages import sentence


async def carry_out(
    frame: CommandFrame, gateway: Gateway, session_id: str, user_id: str, language: str
) -> Accepted | None:
    """What came of it, for what is said. Raises ApiError for a refusal.

    `language`: the page's, in which a conversation begins.
    """
    match frame:
        case MessageFrame():
            gateway.metrics.messages.inc()
            return await gateway.conversations.send(
                SendMessage(
                    session_id=session_id,
                    user_id=user_id,
                    message_id=frame.message_id,
                    message=frame.message,
                    media=frame.media,
                    mode=frame.mode,
                    requirement=frame.requirement,
                ),
                language,
            )
        case AnswerFrame():
            return await gateway.conversations.answer(
                AnswerQuestion(
                    session_id=session_id,
                    user_id=user_id,
                    message_id=frame.message_id,
                    question_id=frame.question_id,
                    answer=frame.answer,
                )
            )
        case ActionFrame():
            await _act(frame, gateway, session_id, user_id)
            return None


async def _act(frame: ActionFrame, gateway: Gateway, session_id: str, user_id: str) -> None:
    payload, jobs = frame.payload, gateway.jobs
    match frame.action:
        case (
            "confirm_listing"
            | "edit_listing"
            | "select_product"
            | "dismiss_product"
            | "bought_product"
        ):
            check_payload(payload)
            if frame.action == "edit_listing":
                await gateway.photos.check_changes(user_id, payload)
            await gateway.conversations.act(
                PerformAction(
                    session_id=session_id,
                    user_id=user_id,
                    message_id=frame.message_id,
                    action=frame.action,
                    payload=payload,
                )
            )
        case "cancel_job":
            await jobs.cancel(_text(payload, "job_id"), user_id)
        case "edit_job":
            changes = payload.get("changes")
            await jobs.edit(
                _text(payload, "job_id"), user_id, changes if isinstance(changes, dict) else {}
            )
        case "relist_listing":
            await jobs.relist(_text(payload, "job_id"), _text(payload, "marketplace"), user_id)
        case "retry_listing":
            await jobs.retry(
                _text(payload, "job_id"), _text(payload, "marketplace"), user_id, payload
            )
        case "withdraw_listing":
            await jobs.withdraw(
                _text(payload, "job_id"),
                _text(payload, "marketplace"),
                user_id,
                payload.get("done_by_person") is True,
            )
        case "mark_sold":
            await jobs.mark_sold(
                _text(payload, "job_id"),
                _text(payload, "marketplace"),
                user_id,
                payload.get("quantity", 1),
                frame.message_id,
            )
        case "watch_price":
            await gateway.limits.take("searches", user_id)
            await gateway.watches.begin(user_id, session_id, payload)
        case "stop_watching":
            await gateway.watches.stop(user_id, _text(payload, "watch_id"))


def _text(payload: dict[str, Any], field: str) -> str:
    value = payload.get(field)
    if not isinstance(value, str) or not value:
        raise Invalid(
            "invalid_frame",
            sentence("api_action_needs", field=field),
            fields=[{"field": f"payload.{field}", "rule": sentence("required")}],
        )
    return value
