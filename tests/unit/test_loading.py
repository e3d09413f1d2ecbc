"""What a process has no use for is not loaded there."""

from tests.loading import loaded_by


def test_the_gateway_names_the_calls_of_conversations_without_holding_their_graphs() -> None:
    loaded = loaded_by("import api.app")
    assert "workflows.conversation" in loaded
    assert loaded & {"langgraph", "langchain_core", "langsmith"} == set()
