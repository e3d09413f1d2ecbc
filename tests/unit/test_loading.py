"""What a process has no use for is not loaded there."""

import subprocess
import sys


def test_the_gateway_names_the_calls_of_conversations_without_holding_their_graphs() -> None:
    code = (
        "import sys, api.app\n"
        "print('workflows.conversation' in sys.modules)\n"
        "print({'langgraph', 'langchain_core', 'langsmith'} & set(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split("\n") == ["True", "set()", ""]
