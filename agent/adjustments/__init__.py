"""Exact adjustments: from a sentence to pure functions of a picture's pixels; no model draws."""
