"""Prompt templates, one file a prompt, and their loader."""
