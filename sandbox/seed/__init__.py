"""The example data of the sandbox."""
