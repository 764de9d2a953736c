"""The dialogue state machine: nodes, pixel lock, exact adjustments, stories."""
