"""What passed by itself, asked again at the last look: a lane may have fallen since."""

from collections.abc import Collection
from uuid import UUID

from approvals import prepared
from approvals.models.lane import SHARE

# Written out: asked for every batch of writes, and put together anew it would cost more than its answer.
_FALLEN = """
SELECT d.proposal_id FROM approvals_decision d JOIN approvals_proposal p ON p.id = d.proposal_id AND p.round = d.round
JOIN approvals_lane lane ON lane.id = p.lane_id
WHERE d.proposal_id = ANY(string_to_array(%s, ',')::uuid[]) AND d.by_policy
  AND NOT lane.stage = ANY(string_to_array(%s, ','))
"""


def in_fallen_lanes(proposals: Collection[UUID]) -> set[UUID]:
    """Those that nobody signed, in lanes where nothing passes by itself any more. One query."""
    with prepared.cursor() as cursor:
        cursor.execute(_FALLEN, [",".join(one.hex for one in proposals), ",".join(SHARE)])
        return {pk for (pk,) in cursor.fetchall()}
