"""Measuring a model and the agent around it: accuracy on unseen dialogues, and latency."""
