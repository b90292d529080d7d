"""HTTP to servers of our own on this computer."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody. There is no TLS here, and to read whom the world trusts takes longer than most tests."""
