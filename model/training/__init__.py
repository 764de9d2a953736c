"""The training stages of the unified model, resumable and logged."""
