"""What can go wrong with the local stack, each told so that a person knows the next step."""

from pathlib import Path


class StackError(Exception):
    """The local stack cannot do what was asked; the message says why and what would help."""


class MissingProgram(StackError):
    """A program that the stack runs is not installed, or is too old."""


class StartFailed(StackError):
    """A server ended, or did not answer in time; the message ends with the last of its log."""


class PortTaken(StackError):
    """Another program listens on a port that the stack was told to use."""

    def __init__(
        self, port: int, purpose: str, pid: int | None, name: str | None, setting: str | None
    ) -> None:
        if pid is None:
            owner = "a program whose name this user may not see"
        else:
            owner = f"{name or 'a program'} (pid {pid})"
        way_out = f"; stop it, or choose another port with {setting}" if setting else ""
        super().__init__(f"port {port}, wanted for {purpose}, is taken by {owner}{way_out}")
        self.port = port
        self.purpose = purpose
        self.pid = pid
        self.name = name


class DataInUse(StackError):
    """Another run holds the data folder; two servers on the same files would ruin them."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        owner = f"pid {pid}" if pid is not None else "another process"
        super().__init__(f"{folder} is in use by {owner}; stop that run, or choose another folder")
        self.folder = folder
        self.pid = pid
