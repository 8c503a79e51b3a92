"""ticket-triage: one inbound message in; who should have it, and a drafted reply, proposed."""
