"""The nodes of the graph: plain functions from the state to the keys they change."""
