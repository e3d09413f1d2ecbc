"""Voice notes as words, outside of any conversation: for the person to correct before sending."""

from datetime import timedelta

from temporalio.client import ActivityFailureError, Client
from temporalio.common import ActivityIDConflictPolicy, RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.failures import said_by
from activities.media import MediaActivities
from api.errors import Invalid, NotFound, Unavailable
from talknshop.errors import FailureCode
from talknshop.media import MediaRef, MediaRequest, TranscriptionResult
from talknshop.messages import sentence
from talknshop.model import UserId
from workflows.ids import MEDIA

# The longest recording takes half a minute on one core; a person waits no longer than this.
LONGEST = timedelta(seconds=60)
BEAT = timedelta(seconds=10)


class Transcripts:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def transcribe(
        self, user_id: UserId, media_id: str, hints: list[str], language: str
    ) -> TranscriptionResult:
        """Raises NotFound, Invalid for what is no recording, Unavailable when nobody listens."""
        request = MediaRequest(
            user_id=user_id,
            media=MediaRef(media_id=media_id, media_type="audio"),
            hints=hints,
            language=language,
        )
        try:
            return await self._client.execute_activity_method(
                MediaActivities.transcribe_audio,
                request,
                id=f"transcript/{user_id}/{media_id}",
                task_queue=MEDIA,
                schedule_to_close_timeout=LONGEST,
                heartbeat_timeout=BEAT,
                retry_policy=RetryPolicy(maximum_attempts=2),
                # Asked for twice, it is listened to once.
                id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
                summary="transcribe voice note",
            )
        except ActivityFailureError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type == FailureCode.NOT_FOUND:
                raise NotFound("no_such_media", said_by(cause)) from error
            if isinstance(cause, ApplicationError) and cause.non_retryable:
                raise Invalid("unusable_file", said_by(cause)) from error
            raise _unheard() from error
        except RPCError as error:
            raise _unheard() from error


def _unheard() -> Unavailable:
    return Unavailable("unavailable", sentence("api_unheard"))
