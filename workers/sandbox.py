"""The workflow sandbox in which histories are replayed, with what LangGraph needs let through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# LangGraph imports lazily at its first run, which the sandbox refuses; our own graphs are compiled
# once, at import. The domain and the signatures are pure, and reloading them for each workflow
# costs memory.
PASSED_THROUGH = (
    "langgraph",
    "langchain_core",
    "langsmith",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "xxhash",
    "ormsgpack",
    "talknshop",
    "adapters",
    "activities",
    "workflows",
)


def workflow_runner() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
