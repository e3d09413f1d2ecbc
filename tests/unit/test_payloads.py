"""Every workflow's converter writes what pydantic's does, and knows what the others have learnt."""

from temporalio.contrib.pydantic import pydantic_data_converter

from talknshop.jobs import ListingStatus, MarketplaceJob
from workflows.payloads import SharedPydanticConverter

ENTRY = MarketplaceJob(marketplace="ebay", status=ListingStatus.POSTING)


def test_payloads_are_those_of_pydantic_s_converter():
    ours = SharedPydanticConverter()
    payloads = ours.to_payloads([ENTRY, None, b"bytes", "text"])
    assert payloads == pydantic_data_converter.payload_converter.to_payloads(
        [ENTRY, None, b"bytes", "text"]
    )
    assert ours.from_payloads(payloads[:1], [MarketplaceJob]) == [ENTRY]


def test_a_type_is_learnt_once_for_all_workflows():
    one, other = SharedPydanticConverter(), SharedPydanticConverter()
    assert one.converters[b"json/plain"] is other.converters[b"json/plain"]
