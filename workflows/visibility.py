"""The search attributes by which people find workflows in Temporal's Web UI and CLI."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from talknshop.jobs import CrosspostRequest, JobStatus
from talknshop.listing import ListingSpec
from talknshop.managing import MEMO_TITLE

USER_ID = SearchAttributeKey.for_keyword("UserId")
SESSION_ID = SearchAttributeKey.for_keyword("SessionId")
KIND = SearchAttributeKey.for_keyword("Kind")
STAGE = SearchAttributeKey.for_keyword("Stage")
JOB_STATUS = SearchAttributeKey.for_keyword("JobStatus")
NEEDS = SearchAttributeKey.for_keyword("Needs")  # the FailureCode that a person must see to
NEEDS_SINCE = SearchAttributeKey.for_datetime("NeedsSince")  # since when it waits for a person
MARKETPLACE = SearchAttributeKey.for_keyword_list("Marketplace")


def job_memo(listing: ListingSpec) -> dict[str, str]:
    """So that a list shows what is offered without asking each job."""
    return {MEMO_TITLE: listing.title}


def job_attributes(request: CrosspostRequest) -> TypedSearchAttributes:
    """What a job is started with: set by itself, they would be one more write for each job."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(USER_ID, request.user_id),
            SearchAttributePair(SESSION_ID, request.session_id),
            SearchAttributePair(KIND, "job"),
            SearchAttributePair(MARKETPLACE, sorted(request.listing.target_marketplaces)),
            SearchAttributePair(JOB_STATUS, JobStatus.PROCESSING.value),
        ]
    )
