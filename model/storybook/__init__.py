"""The embedded picture-book world: scenes, renderer, grammar, oracle, checkpoint."""
