"""Photos by a multimodal chat model, beside what this machine reads by itself."""

import asyncio
import base64
from collections.abc import Callable
from typing import Annotated, Any

import structlog
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from adapters.errors import AdapterError, NotFound, Rejected, Unauthorized
from adapters.language.breaker import Breaker
from adapters.language.chat_model.accounting import usage_of
from adapters.language.chat_model.filling import FORMS, FormFiller, unusable
from adapters.language.chat_model.opening import open_chat_model
from adapters.language.chat_model.prompting import LOOK, instructions
from adapters.language.port import Unusable
from adapters.media.images import open_image, to_jpeg
from adapters.media.port import ImageReader
from talknshop.chat_models import ChatModelChoice
from talknshop.media import ImageAttributes
from talknshop.usage import Usage

log = structlog.get_logger()

# Larger pictures are made smaller by the vendors, and cost more until then.
_LONG_SIDE = 1280
_JPEG_QUALITY = 80
_MOST_LINES = 20


def _clipped(most: int) -> AfterValidator:
    return AfterValidator(lambda value: value[:most])


_Word = Annotated[str, StringConstraints(strip_whitespace=True), _clipped(100)]
_Words = Annotated[list[_Word], _clipped(5)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True), _clipped(200)]


class _Seen(BaseModel):
    """What the model fills in, read leniently: a field that was left out is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    objects: _Words = []
    labels: _Words = []
    brand: _Word = ""
    model: _Word = ""
    text: Annotated[list[_Line], _clipped(_MOST_LINES)] = []
    dominant_colors: _Words = []
    condition_hints: _Words = []


def _schema() -> dict[str, Any]:
    """Strict decoders want every field required, know no defaults and no lengths."""
    schema = _Seen.model_json_schema()
    properties = {
        name: {key: field[key] for key in ("type", "items") if key in field}
        for name, field in schema["properties"].items()
    }
    return {
        "title": "Photo",
        "description": "What one photo shows.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class VisionReader:
    """An ImageReader. `local` reads barcode, print, colours and flaws, and stands in for the model.

    What stood in is marked `degraded`. `timeout` of the choice is for one photo.
    """

    def __init__(self, choice: ChatModelChoice, local: ImageReader) -> None:
        self._choice = choice
        self._local = local
        self._breaker = Breaker()
        self._forms = FormFiller(choice, open_chat_model(choice), _schema())

    async def read_image(
        self, media_id: str, data: bytes, heartbeat: Callable[[], None]
    ) -> ImageAttributes:
        looking = asyncio.create_task(self._looked(data))
        try:
            read = await self._local.read_image(media_id, data, heartbeat)
            seen, usage = await looking
        finally:
            looking.cancel()
        if seen is None:
            return read.model_copy(update={"degraded": True, "usage": usage})
        return read.model_copy(
            update={
                **seen.model_dump(exclude={"text", "dominant_colors", "brand"}),
                "brand": seen.brand or read.brand,
                "text": list(dict.fromkeys([*read.text, *seen.text]))[:_MOST_LINES],
                "dominant_colors": seen.dominant_colors or read.dominant_colors,
                "usage": usage,
            }
        )

    async def _looked(self, data: bytes) -> tuple[_Seen | None, Usage]:
        """None when the model could not be asked, or did not answer with a form."""
        if not self._breaker.lets_through():
            return None, Usage()
        try:
            seen, usage = await self._asked(data)
        except AdapterError as error:
            self._failed(error)
            return None, error.usage if isinstance(error, Unusable) else Usage()
        self._breaker.succeeded()
        return seen, usage

    def _failed(self, error: AdapterError) -> None:
        for_long = isinstance(error, NotFound | Unauthorized)
        if isinstance(error, Unusable | Rejected):  # one photo must not take it from the others
            self._breaker.succeeded()
        else:
            self._breaker.failed(for_long=for_long)
        record = log.error if for_long else log.warning
        record("vision_failed", model=self._choice.model, code=error.code, reason=str(error))

    async def _asked(self, data: bytes) -> tuple[_Seen, Usage]:
        deadline = asyncio.get_running_loop().time() + self._choice.timeout.total_seconds()
        picture = await asyncio.to_thread(_picture, data)
        is_bedrock = self._choice.model.startswith("bedrock_converse:")
        instructed = instructions(LOOK, marked=self._choice.cache_prompt and is_bedrock)
        usage, refused = Usage(), ""
        for _ in range(FORMS):
            answer = await self._forms.fill_in([instructed, _shown(picture, refused)], deadline)
            usage += usage_of(answer["raw"], LOOK, self._choice.prices)
            refused = unusable(answer)
            if not refused:
                try:
                    return _Seen.model_validate(answer["parsed"]), usage
                except ValidationError as error:
                    refused = f"{error.errors()[0]['loc'][0]} was not as the form has it"
        raise Unusable(f"{self._choice.model} did not fill in the form: {refused}", usage)


def _picture(data: bytes) -> str:
    """A smaller JPEG as base64. Raises Rejected."""
    from PIL import Image

    image = open_image(data)
    image.thumbnail((_LONG_SIDE, _LONG_SIDE), Image.Resampling.LANCZOS)
    return base64.b64encode(to_jpeg(image, _JPEG_QUALITY)).decode()


def _shown(picture: str, refused: str) -> BaseMessage:
    again = f"Your last answer could not be used: {refused}. Fill in the form again."
    return HumanMessage(
        content_blocks=[
            {"type": "image", "base64": picture, "mime_type": "image/jpeg"},
            {"type": "text", "text": again if refused else "Fill in the form for this photo."},
        ]
    )
