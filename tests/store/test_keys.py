"""API keys as the database knows them."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from store import keys

KEY = f"ctk_desk_{'a1' * 32}"


def make(desk: Any, *scopes: str, **more: Any) -> str:
    with desk.database.transaction() as s:
        return keys.make(s, "a desk", scopes or ("claims:read",), now=desk.now, random_bytes=os.urandom, **more)


def find(desk: Any, key: str) -> keys.KeyView | None:
    with desk.database.reading() as s:
        return keys.find(s, key, desk.now)


def test_a_key_has_256_random_bits_and_none_of_them_is_stored(desk: Any) -> None:
    made = make(desk)
    _, key_id, secret = made.split("_")
    assert len(bytes.fromhex(secret)) == 32
    with desk.database.reading() as s:
        (row,) = s.connection().exec_driver_sql("select * from api_keys").all()
    assert key_id in row
    assert not any(secret in str(value) for value in row)
    assert make(desk) != made


def test_a_key_is_known_again_and_a_wrong_one_is_not(desk: Any) -> None:
    made = make(desk, "claims:read", "articles:write")
    found = find(desk, made)
    assert found is not None
    assert found.scopes == ("articles:write", "claims:read")
    assert make(desk).split("_")[2] != made.split("_")[2]
    other = make(desk)
    mixed = f"ctk_{made.split('_')[1]}_{other.split('_')[2]}"
    for wrong in (mixed, made[:-1], made + "0", made.upper(), KEY, "", "ctk__", f"ctk_%_{'0' * 64}", made + "\n"):
        assert find(desk, wrong) is None, wrong


def test_an_expired_key_is_none_from_that_moment_on(desk: Any) -> None:
    made = make(desk, expires_at=desk.now + timedelta(hours=1))
    desk.wait(3599)
    assert find(desk, made) is not None
    desk.wait(1)
    assert find(desk, made) is None


def test_a_revoked_key_is_none_but_stays_in_the_list(desk: Any) -> None:
    made = make(desk)
    key_id = made.split("_")[1]
    with desk.database.transaction() as s:
        assert keys.revoke(s, key_id, desk.now) is not None
        assert keys.revoke(s, "nobody", desk.now) is None
    when = desk.now
    desk.wait(60)
    with desk.database.transaction() as s:
        keys.revoke(s, key_id, desk.now)
    assert find(desk, made) is None
    with desk.database.reading() as s:
        (listed,) = keys.listed(s)
        assert keys.exist(s), "a desk whose keys are all revoked is closed"
    assert listed.revoked_at == when
    assert listed.state(desk.now) == "revoked"


def test_its_last_use_is_noted_once_a_minute(desk: Any) -> None:
    made = make(desk)
    key_id = made.split("_")[1]
    found = find(desk, made)
    assert not keys.is_noted(found, desk.now)
    with desk.database.transaction() as s:
        keys.note_use(s, key_id, desk.now)
        keys.note_use(s, key_id, desk.now - timedelta(hours=1))
    found = find(desk, made)
    assert found.last_used_at == desk.now
    assert keys.is_noted(found, desk.now + timedelta(seconds=59))
    assert not keys.is_noted(found, desk.now + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("name", "scopes", "seconds"),
    [
        (" ", ["admin"], None),
        ("a\x1b[2J", ["admin"], None),
        ("x" * 201, ["admin"], None),
        ("desk", [], None),
        ("desk", ["claims:write"], None),
        ("desk", ["admin"], 0),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(desk: Any, name: str, scopes: list[str], seconds: int | None) -> None:
    ends = None if seconds is None else desk.now + timedelta(seconds=seconds)
    with pytest.raises(ValueError), desk.database.transaction() as s:
        keys.make(s, name, scopes, now=desk.now, random_bytes=os.urandom, expires_at=ends)
    with desk.database.reading() as s:
        assert not keys.exist(s)


def test_a_key_made_elsewhere_can_be_brought(desk: Any) -> None:
    with desk.database.transaction() as s:
        keys.add(s, KEY, "first", ["admin"], now=desk.now)
    found = find(desk, KEY)
    assert found is not None
    assert found.may("webhooks:write"), "admin may everything"
    with pytest.raises(ValueError, match="form"), desk.database.transaction() as s:
        keys.add(s, "ctk_short_00", "second", ["admin"], now=desk.now)
