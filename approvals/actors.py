"""Who did it, taken from the authenticated request or the process, never from a payload."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """``kind`` is agent, person, policy or worker; ``id`` names it; ``auth`` says how it proved itself."""

    kind: str
    id: str
    auth: str = ""


def agent(agent_id: UUID, token_prefix: str) -> Actor:
    return Actor("agent", f"agent:{agent_id.hex}", f"token:{token_prefix}")


def person(user_id: int, session_digest: str = "") -> Actor:
    return Actor("person", f"user:{user_id}", f"session:{session_digest}" if session_digest else "session")


def policy(policy_id: int) -> Actor:
    return Actor("policy", f"policy:{policy_id}", "")


def worker(name: str) -> Actor:
    return Actor("worker", f"worker:{name}", "process")
