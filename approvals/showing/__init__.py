"""One item as a reviewer sees it: what will happen, the evidence, the facts around it and its past."""
