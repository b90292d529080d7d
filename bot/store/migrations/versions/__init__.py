"""Each revision once, in order."""
