"""What a history says, as whoever has the keys can read it."""

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

from tests.running import Running


async def opened(stack: Running, message: Message) -> str:
    """All that a part of a history says, as whoever has the keys can read it."""
    if isinstance(message, Payload):
        (payload,) = await stack.codec.decode([message]) if stack.codec else [message]
        return payload.data.decode()
    texts = []
    for field, value in message.ListFields():
        is_many = field.is_repeated and not hasattr(value, "items")
        for part in value if is_many else value.values() if hasattr(value, "items") else [value]:
            texts.append(await opened(stack, part) if isinstance(part, Message) else str(part))
    return "\n".join(texts)
