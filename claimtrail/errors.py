"""What can go wrong without a service; apart from the engine, so that to catch it does not load the engine."""


class EngineError(Exception):
    """The engine cannot be opened, or an article not be read; the message says why and what helps."""
