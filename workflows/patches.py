"""What conversations of earlier builds do not know, by its name in their histories."""

MEMORY = "memory"  # they go on without one
LANGUAGE_AT_ONCE = "language-at-once"  # they ask the language worker each time
PHOTOS_AT_ONCE = "photos-at-once"  # they look at one photo after the other
SEARCHED_TOGETHER = "searched-together"  # they search and rank in a step for each
TOLD_ASIDE = "told-aside"  # they tell the account within a workflow task
RECALLED_BESIDE = "recalled-beside"  # they recall after they have understood
READ_FIRST = "read-first"  # they continue as new in the workflow task that has the answer

# All are asked for at the start of each turn: a local activity that outlasts a workflow task leaves
# a patch that is first asked for after it in the next task, where a replay does not see it.
PATCHES = (
    LANGUAGE_AT_ONCE,
    MEMORY,
    PHOTOS_AT_ONCE,
    SEARCHED_TOGETHER,
    TOLD_ASIDE,
    RECALLED_BESIDE,
    READ_FIRST,
)
