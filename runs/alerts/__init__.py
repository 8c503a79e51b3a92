"""Alerts: thresholds on figures of a workflow. Crossed, one is a case with an owner; calm, the case settles itself."""
