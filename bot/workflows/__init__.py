"""Durable work: what was accepted is finished, once. The only place that knows DBOS."""
