"""CommandError: what a person reads on the terminal when a command cannot do its work."""


class CommandError(Exception):
    """A sentence with the remedy. `exit_code` 1: tried and failed; 2: it could not be tried."""

    def __init__(self, sentence: str, *, exit_code: int = 2) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
