"""The search attributes by which people find workflows in Temporal's Web UI and CLI."""

from temporalio.common import SearchAttributeKey

USER_ID = SearchAttributeKey.for_keyword("UserId")
SESSION_ID = SearchAttributeKey.for_keyword("SessionId")
KIND = SearchAttributeKey.for_keyword("Kind")
STAGE = SearchAttributeKey.for_keyword("Stage")
JOB_STATUS = SearchAttributeKey.for_keyword("JobStatus")
MARKETPLACE = SearchAttributeKey.for_keyword_list("Marketplace")
