"""One letter per key within this process: what was sent is not sent again, and what is in doubt stays so.

Between processes the executor keeps this law: the intent is committed before the call, and a doubt is never sent again.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from approvals.tools import Receipt, Refused, Transient, Unknown

REMEMBERED = 10_000
_DOUBT = "The letter may have been sent: it is not sent again"

_ended: OrderedDict[str, Receipt | None] = OrderedDict()  # None: in doubt
_under_way: set[str] = set()
_noting = Lock()


def only(name: str, send: Callable[[], Receipt]) -> Receipt:
    """Send under this Message-ID, or return the receipt it has. Raises what ``send`` does; `Unknown` ever after."""
    with _noting:
        if name in _ended:
            known = _ended[name]
            if known is None:
                raise Unknown("outcome.unknown", _DOUBT)
            return known
        if name in _under_way:
            raise Transient("integration.timeout", "The letter is being sent")
        _under_way.add(name)
    try:
        receipt = send()
    except (Transient, Unknown, Refused) as refusal:
        if isinstance(refusal, Unknown):
            _note(name, None)
        raise
    except BaseException:
        _note(name, None)  # a mistake of ours, or the end of this process: nobody knows how far it came
        raise
    else:
        _note(name, receipt)
        return receipt
    finally:
        with _noting:
            _under_way.discard(name)


def _note(name: str, receipt: Receipt | None) -> None:
    with _noting:
        _ended[name] = receipt
        while len(_ended) > REMEMBERED:
            _ended.popitem(last=False)
