"""Timeouts and retries, named by the kind of work. Every wait is bounded, and says why so long."""

from datetime import timedelta
from typing import NotRequired, TypedDict

from temporalio.common import Priority, RetryPolicy
from temporalio.workflow import ActivityCancellationType


class Policy(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta | None
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


class LocalPolicy(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    local_retry_threshold: NotRequired[timedelta]
    retry_policy: RetryPolicy


# A dead worker is noticed after this; activities beat every half second.
HEARTBEAT = timedelta(seconds=3)
# Where a person waits and one more try harms nothing: three beats.
QUICK_HEARTBEAT = timedelta(seconds=1.5)

# A person waits: understanding takes milliseconds embedded, seconds with a model. The long outer
# bound is for a language worker that is being restarted.
LANGUAGE_STEP = Policy(
    start_to_close_timeout=timedelta(seconds=60),
    schedule_to_close_timeout=timedelta(minutes=3),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=4),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Inside a workflow task, whose ten seconds it must stay well below.
AT_ONCE = LocalPolicy(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(seconds=6),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_attempts=3),
)

# The marketplace's deadline is inside the activity; the outer bound outlasts a worker's restart.
MARKETPLACE_READ = Policy(
    start_to_close_timeout=timedelta(seconds=15),
    schedule_to_close_timeout=timedelta(seconds=45),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_attempts=3),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# The buyer's steps. A worker that gets no processor time for as long as three beats looks dead and
# is tried again, which counts as an attempt: so there are more of them here than the activity
# itself allows a marketplace that fails.
BUYER_STEP = Policy(
    start_to_close_timeout=timedelta(seconds=15),
    schedule_to_close_timeout=timedelta(seconds=45),
    heartbeat_timeout=QUICK_HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_attempts=6),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# All marketplaces in one step, each tried three times within: with the default deadline of four
# seconds that is thirteen.
FIND_STEP = Policy(
    start_to_close_timeout=timedelta(seconds=40),
    schedule_to_close_timeout=timedelta(seconds=60),
    heartbeat_timeout=QUICK_HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_attempts=6),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Pure work that can fail only with its worker.
COMPUTE = Policy(
    start_to_close_timeout=timedelta(seconds=10),
    schedule_to_close_timeout=timedelta(seconds=60),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=5),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Checking a draft helps the preview, but the preview does not wait long for it.
LISTING_CHECK = Policy(
    start_to_close_timeout=timedelta(seconds=5),
    schedule_to_close_timeout=timedelta(seconds=10),
    heartbeat_timeout=timedelta(seconds=5),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# A preview waits for it, so it is tried once; its deadline for marketplaces is two seconds.
PRICE_LOOKUP = Policy(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(seconds=3),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(maximum_attempts=1),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# As for a price: photos are understood without it when it is late.
CODE_LOOKUP = PRICE_LOOKUP

# Only asks the engine, from the conversation's own worker; a turn does without when it does not
# answer at once.
REMEMBERING = LocalPolicy(
    start_to_close_timeout=timedelta(seconds=2),
    schedule_to_close_timeout=timedelta(seconds=3),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_attempts=2),
)

# Told while nobody waits; what the person said is to be remembered must not get lost. Between two
# tries a timer runs and no workflow task is held: a wait above the threshold is one.
LEARNING = LocalPolicy(
    start_to_close_timeout=timedelta(seconds=5),
    schedule_to_close_timeout=timedelta(minutes=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=2), maximum_interval=timedelta(seconds=5)
    ),
    local_retry_threshold=timedelta(seconds=1),
)

# What the next turn waits for, so that it knows what was just said.
TOLD_WITHIN = timedelta(seconds=2)

# As an ordinary step beside the conversation: no workflow task is held while the account is asked.
TELLING = Policy(
    start_to_close_timeout=timedelta(seconds=5),
    schedule_to_close_timeout=timedelta(minutes=5),
    heartbeat_timeout=timedelta(seconds=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=5)
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Nobody waits, but news must arrive. An engine that is away for longer loses nothing: no workflow
# task ends meanwhile, and what was done in one that did not end is done anew.
NEWS = LocalPolicy(
    start_to_close_timeout=timedelta(seconds=6),
    schedule_to_close_timeout=timedelta(minutes=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=5)
    ),
    local_retry_threshold=timedelta(seconds=1),
)

# A person waits: an update answers within ten seconds, an order may take one for each marketplace.
LISTING_ORDER = Policy(
    start_to_close_timeout=timedelta(seconds=60),
    schedule_to_close_timeout=timedelta(seconds=90),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_attempts=4),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# A person waits for the marketplace to take a code; resuming many listings takes longer.
ACCOUNT_STEP = Policy(
    start_to_close_timeout=timedelta(seconds=60),
    schedule_to_close_timeout=timedelta(minutes=5),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=4),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# News is worth something while it is new: after an hour the conversation has to do.
PUSH = Policy(
    start_to_close_timeout=timedelta(seconds=20),
    schedule_to_close_timeout=timedelta(hours=1),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5)
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# A program that is being deployed, or broken since last night, misses nothing.
WEBHOOK = Policy(
    start_to_close_timeout=timedelta(seconds=20),
    schedule_to_close_timeout=timedelta(days=1),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(hours=1)
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Ten thousand rows are checked in seconds; looking their photos up takes most of the time.
BULK_STEP = Policy(
    start_to_close_timeout=timedelta(minutes=5),
    schedule_to_close_timeout=timedelta(minutes=30),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(minutes=1)
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Behind every single listing, of whomever: the default is 3, and 5 comes last.
BULK_PRIORITY = Priority(priority_key=5)

# Two minutes of speech take half a minute on one core.
MEDIA_STEP = Policy(
    start_to_close_timeout=timedelta(seconds=90),
    schedule_to_close_timeout=timedelta(minutes=4),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=3),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# Nobody waits for it: a store may hold a hundred thousand uploads, and there is a sweep tomorrow.
SWEEP = Policy(
    start_to_close_timeout=timedelta(minutes=30),
    schedule_to_close_timeout=timedelta(hours=2),
    heartbeat_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(initial_interval=timedelta(minutes=1), maximum_attempts=3),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

# A marketplace answers in seconds or is down for minutes: short attempts, patient retries, and
# after half an hour of them a person is asked. Attempts are counted, not time: in a queue with a
# rate limit, a bulk upload's listings wait for hours. A write is never abandoned half-way.
MARKETPLACE_WRITE = Policy(
    start_to_close_timeout=timedelta(seconds=90),
    schedule_to_close_timeout=None,
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=2),
        maximum_attempts=20,
    ),
    cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# What keeps a thing from being sold twice goes before what puts more of them up.
URGENT = Priority(priority_key=1)
