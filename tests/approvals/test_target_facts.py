"""What the target holds is told line by line; what it lacks, in one."""

from approvals.models import Proposal
from approvals.showing import target_facts


def test_what_is_not_there_is_told_in_one_line():
    before = {"vendor": None, "account": None, "period": {"state": "open"}, "vendor_entries": 0}
    proposal = Proposal(tool="memo.write", arguments={}, observation={"before": before})
    told = {str(fact["label"]): str(fact["value"]) for fact in target_facts.standing(proposal)}
    assert told == {"Period": "open", "Vendor entries": "0", "Not there": "vendor and account"}
