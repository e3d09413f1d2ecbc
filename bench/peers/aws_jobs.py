"""Crosspost jobs on SQS and DynamoDB: a queue, a table of states, workers that poll.

`python -m bench.peers.aws_jobs` works; `submit` is what an API would call. PEER_AWS is the address
of a server that speaks both.
"""

import asyncio
import json
import os
from functools import cache
from typing import Any

import boto3

from bench.peers.posting import MARKETPLACES, Poster

# A message whose worker died comes back after this.
VISIBILITY_S = 5
LOOPS = 8


@cache
def _service(name: str) -> Any:
    return boto3.client(
        name,
        endpoint_url=os.environ["PEER_AWS"],
        region_name="us-east-1",
        aws_access_key_id="peer",
        aws_secret_access_key="peer",
    )


def create() -> None:
    """The queue, and the table of listings by job and marketplace."""
    attributes = {"VisibilityTimeout": str(VISIBILITY_S)}
    _service("sqs").create_queue(QueueName="jobs", Attributes=attributes)
    _service("dynamodb").create_table(
        TableName="listings",
        KeySchema=[
            {"AttributeName": "job_id", "KeyType": "HASH"},
            {"AttributeName": "marketplace", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "job_id", "AttributeType": "S"},
            {"AttributeName": "marketplace", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@cache
def _queue() -> str:
    url: str = _service("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    return url


def submit(job_id: str) -> None:
    """Accepted when the table has its states and the queue its messages."""
    entries = [_entry(job_id, name, "pending") for name in MARKETPLACES]
    puts = [{"PutRequest": {"Item": entry}} for entry in entries]
    _service("dynamodb").batch_write_item(RequestItems={"listings": puts})
    messages = [{"Id": name, "MessageBody": json.dumps([job_id, name])} for name in MARKETPLACES]
    _service("sqs").send_message_batch(QueueUrl=_queue(), Entries=messages)


def _entry(job_id: str, marketplace: str, status: str) -> dict[str, Any]:
    values = {"job_id": job_id, "marketplace": marketplace, "status": status}
    return {name: {"S": value} for name, value in values.items()}


async def work() -> None:
    poster = Poster()
    await asyncio.gather(*(_poll(poster) for _ in range(LOOPS)))


async def _poll(poster: Poster) -> None:
    sqs, table = _service("sqs"), _service("dynamodb")
    while True:
        reply = await asyncio.to_thread(
            sqs.receive_message, QueueUrl=_queue(), MaxNumberOfMessages=1, WaitTimeSeconds=1
        )
        for message in reply.get("Messages", []):
            job_id, marketplace = json.loads(message["Body"])
            key = {"job_id": {"S": job_id}, "marketplace": {"S": marketplace}}
            held = await asyncio.to_thread(table.get_item, TableName="listings", Key=key)
            if held["Item"]["status"]["S"] == "pending":
                await poster.post(job_id, marketplace)
                done = _entry(job_id, marketplace, "live")
                await asyncio.to_thread(table.put_item, TableName="listings", Item=done)
            await asyncio.to_thread(
                sqs.delete_message, QueueUrl=_queue(), ReceiptHandle=message["ReceiptHandle"]
            )


if __name__ == "__main__":
    asyncio.run(work())
