"""The heart: text in, claims out. It reads no environment, clock, network or database."""
