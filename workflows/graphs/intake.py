"""The first nodes of both graphs: take in words, voice notes and photos."""

import asyncio
from dataclasses import dataclass

from langgraph.runtime import Runtime
from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.media import MediaActivities
from activities.naming import NamingActivities
from talknshop.errors import FailureCode
from talknshop.events import WorkflowStage
from talknshop.gtin import gtin14
from talknshop.hearing import likely_words
from talknshop.media import CodeRequest, ImageAttributes, MediaRef, MediaRequest, NamedCode
from talknshop.messages import say
from workflows import policies
from workflows.failures import code_of, told
from workflows.graphs.state import TurnState
from workflows.ids import MEDIA, SEARCH
from workflows.patches import PHOTOS_AT_ONCE
from workflows.turn import Turn, TurnContext

# A name for a barcode helps, but the turn does not wait long for it.
LOOK_UP_WITHIN_MS = 2000


_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])


async def parse_input(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Tidy the words: invisible characters and runs of blanks mean nothing."""
    words = state.get("text", "").translate(_INVISIBLE).split()
    return {"text": " ".join(words)}


def media_steps(state: TurnState) -> list[str]:
    """The media nodes that this turn's uploads ask for."""
    kinds = {media.media_type for media in state.get("media", [])}
    steps = {"audio": "transcribe_audio", "image": "extract_image_attrs"}
    return [step for kind, step in steps.items() if kind in kinds]


async def transcribe_audio(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Voice notes become text; one that can't be heard is said so, and the turn goes on."""
    turn = runtime.context.turn
    turn.stage(WorkflowStage.MEDIA_PROCESSING, say(turn.language, "stage_listening"))
    transcripts, unread = [], []
    for media in _of_type(state, "audio"):
        request = MediaRequest(
            user_id=turn.user_id,
            media=media,
            hints=likely_words(turn.shown, turn.requirement, turn.listing),
            language=turn.language,
        )
        try:
            heard = await workflow.execute_activity_method(
                MediaActivities.transcribe_audio,
                request,
                task_queue=MEDIA,
                summary="transcribe voice note",
                **policies.MEDIA_STEP,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            unread.append(say(turn.language, "voice_unheard", why=told(error, turn.language)))
        else:
            transcripts.append(heard.text)
    return {"transcripts": transcripts, "unread": unread}


async def extract_image_attrs(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Photos become attributes; one that can't be read is said so, and the turn goes on."""
    turn = runtime.context.turn
    turn.stage(WorkflowStage.MEDIA_PROCESSING, say(turn.language, "stage_looking"))
    looks = [
        _seen(turn, number, media) for number, media in enumerate(_of_type(state, "image"), start=1)
    ]
    if workflow.patched(PHOTOS_AT_ONCE):
        seen = await asyncio.gather(*looks)
    else:
        seen = [await look for look in looks]
    images, unread = [look.image for look in seen], [look.unread for look in seen if look.unread]
    if any(image.degraded for image in images):
        unread.append(say(turn.language, "vision_degraded"))
    # What this person never uploaded is no photo of a listing.
    lost = {look.image.media_id for look in seen if look.is_lost}
    media = [each for each in state.get("media", []) if each.media_id not in lost]
    return {"images": images, "photos": images, "unread": unread, "media": media}


@dataclass(frozen=True)
class _Look:
    """What one photo shows, or a sentence that says why that can't be told."""

    image: ImageAttributes
    unread: str = ""
    is_lost: bool = False


async def _seen(turn: Turn, number: int, media: MediaRef) -> _Look:
    try:
        image = await workflow.execute_activity_method(
            MediaActivities.extract_image_attributes,
            MediaRequest(user_id=turn.user_id, media=media),
            task_queue=MEDIA,
            summary=f"look at photo {number}",
            **policies.MEDIA_STEP,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        # Shown all the same: "find me this" then means nothing that was said before.
        unseen = ImageAttributes(media_id=media.media_id, width=0, height=0)
        why = say(turn.language, "photo_unread", number=number, why=told(error, turn.language))
        return _Look(unseen, why, is_lost=code_of(error) is FailureCode.NOT_FOUND)
    turn.spend(image.usage)
    return _Look(await _named_by_barcode(image, turn))


async def _named_by_barcode(image: ImageAttributes, turn: Turn) -> ImageAttributes:
    """With what the marketplaces call the thing that has this barcode, when one knows it."""
    gtin = gtin14(image.barcode)
    if gtin is None:
        return image
    try:
        named = await workflow.execute_activity_method(
            NamingActivities.name_code,
            CodeRequest(gtin=gtin, marketplaces=turn.marketplaces, deadline_ms=LOOK_UP_WITHIN_MS),
            task_queue=SEARCH,
            summary="what has this barcode",
            **policies.CODE_LOOKUP,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        named = NamedCode(status="unchecked")
    return image.model_copy(
        update={
            "barcode_status": named.status,
            "product": named.product,
            "brand": named.brand or image.brand,
        }
    )


def _of_type(state: TurnState, media_type: str) -> list[MediaRef]:
    return [media for media in state.get("media", []) if media.media_type == media_type]
