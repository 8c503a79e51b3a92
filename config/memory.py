"""What a process has loaded when it begins to work stays as long as it does: nobody looks for garbage in it again."""

import gc

OFTEN = 10_000  # things made and not yet let go of, after which the young ones are looked through


def settle() -> None:
    """To be called once, when all is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OFTEN, *gc.get_threshold()[1:])
