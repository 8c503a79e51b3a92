"""Whether this worker was told to stop: whoever begins things looks here first, whoever waits looks here often."""

from threading import Event

_told = Event()
GRACE_SECONDS = 5.0  # what was begun is waited for; the supervisor ends whoever takes longer than eight


def ask() -> None:
    """Begin nothing more. From a signal handler too."""
    _told.set()


def asked() -> bool:
    return _told.is_set()


def forget() -> None:
    """For the next who works in this process."""
    _told.clear()
