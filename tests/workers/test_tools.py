from __future__ import annotations

import pytest

from workers import tools


def test_tools_are_put_in_place_once(monkeypatch: pytest.MonkeyPatch, small_desk) -> None:
    monkeypatch.setattr(tools, "_tools", [])
    with pytest.raises(RuntimeError, match="no tools"):
        tools.tools()
    tools.provide(small_desk.tools)
    assert tools.tools().worker == "w"
    with pytest.raises(RuntimeError, match="already"):
        tools.provide(small_desk.tools)
