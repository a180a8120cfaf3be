"""Pieces of markup, as news items and feeds hold them, made whole pages of."""

from __future__ import annotations

import html


def page_of(markup: str, *, title: str | None = None, language: str | None = None) -> str:
    """A whole page around a piece of markup, so that none of it is taken for a page's trimmings."""
    tongue = f' lang="{html.escape(language)}"' if language else ""
    named = f"<title>{html.escape(title)}</title>" if title else ""
    head = f'<head><meta charset="utf-8">{named}</head>'
    return f"<!DOCTYPE html><html{tongue}>{head}<body><article>{markup}</article></body></html>"
