"""Who is signed in. Both questions come with every page, so the database keeps their plans."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from approvals.waiting import statements


class People(ModelBackend):
    """Django's own backend, but for how somebody known is fetched."""

    def get_user(self, user_id: Any) -> User | None:
        user = statements.first(_person(), {statements.SEAT: user_id})
        return user if user is not None and self.user_can_authenticate(user) else None


class SessionStore(db.SessionStore):
    """Django's sessions in the database, but for how one is fetched."""

    def _get_session_from_db(self) -> Session | None:
        meaning = {statements.WORD: self.session_key, statements.NOW: timezone.now()}
        found = statements.first(_session(), meaning)
        if found is None:
            self._session_key = None
        return found


@cache
def _person() -> statements.Kept[User]:
    return statements.keep(User.objects.filter(pk=statements.SEAT))


@cache
def _session() -> statements.Kept[Session]:
    rows = Session.objects.filter(session_key=statements.WORD, expire_date__gt=statements.NOW)
    return statements.keep(rows)
