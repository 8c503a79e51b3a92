"""How much comes in on which day, whatever number of working days the month has. Pure."""

from runs.demo.month.mail import Mail, mail

RECEIPTS, RECEIPTS_LATE = 32, 16
MAILS, MAILS_LATE = 146, 44
LAST_DAYS = 5  # in which the mailroom's messages are others
OF_LAST_DAYS = 50
COMPARED = 62
LEARNING = 45  # messages that an agent needs before it misreads none
WRONG = (7, 18, 36)  # receipts that people do not sign, by place
DRILLS = 8
LEFT = 6  # of the last sample, for whoever looks


def half(of: int) -> int:
    """The day on which the second half begins."""
    return of // 2


def shadow(of: int) -> int:
    """So many days nothing is written: until so many messages were compared as a first step up asks for."""
    return -(-COMPARED * half(of) // MAILS)


def outage(of: int) -> int:
    return half(of) + 3


def slow(of: int) -> int:
    """The day on which nobody looks at the cases before afternoon."""
    return half(of) - 5


def undoing(of: int) -> int:
    """The day on which what one run wrote is undone: a quiet one."""
    return of - LAST_DAYS - 2


def _span(number: int, of: int, early: int, late: int) -> tuple[int, int]:
    """How many came before that day, and how many on it: so many in the first half, so many in the second."""
    turn = half(of)

    def until(day: int) -> int:
        if day <= turn:
            return early * day // turn
        return early + late * (day - turn) // (of - turn)

    return until(number), until(number + 1) - until(number)


def receipts(number: int, of: int) -> tuple[int, int]:
    return _span(number, of, RECEIPTS, RECEIPTS_LATE)


def mails(series: str, number: int, of: int) -> list[Mail]:
    """Those of one day. ``series`` M is the mailroom, whose messages are others in the last days."""
    first, many = _span(number, of, MAILS, MAILS_LATE)
    changed = series == "M" and number >= of - LAST_DAYS
    if changed:
        first, many = 1000 + OF_LAST_DAYS * (number - of + LAST_DAYS) // LAST_DAYS, OF_LAST_DAYS // LAST_DAYS
    elif series == "M" and number >= half(of):
        many = min(many, 1)
    return [
        mail(series, 2001 + place, learned=place >= LEARNING, changed=changed)
        for place in range(first, first + many)
    ]
