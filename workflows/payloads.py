"""Payloads as JSON by pydantic, with one converter for the whole process."""

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter

_CONVERTERS = tuple(PydanticPayloadConverter().converters.values())


class SharedPydanticConverter(CompositePayloadConverter):
    """As PydanticPayloadConverter, but what it learns of a type is learnt once.

    The SDK makes a converter for each workflow and each workflow task, and pydantic's begins
    without the adapters of types that those before it have made.
    """

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)
