"""The search attributes by which people find workflows in Temporal's Web UI and CLI."""

from temporalio.common import SearchAttributeKey

USER_ID = SearchAttributeKey.for_keyword("UserId")
SESSION_ID = SearchAttributeKey.for_keyword("SessionId")
KIND = SearchAttributeKey.for_keyword("Kind")
STAGE = SearchAttributeKey.for_keyword("Stage")
JOB_STATUS = SearchAttributeKey.for_keyword("JobStatus")
NEEDS = SearchAttributeKey.for_keyword("Needs")  # the FailureCode that a person must see to
NEEDS_SINCE = SearchAttributeKey.for_datetime("NeedsSince")  # since when it waits for a person
MARKETPLACE = SearchAttributeKey.for_keyword_list("Marketplace")
