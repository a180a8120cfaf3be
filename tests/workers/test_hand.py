from __future__ import annotations

import os
import uuid

import pytest

from workers.hand import SLOTS, Hand, Note


def token() -> str:
    return str(uuid.uuid4())


def test_a_hand_knows_what_it_holds_and_what_is_being_read() -> None:
    hand, tokens = Hand(), [token() for _ in range(3)]
    assert (hand.held, hand.current, hand.note) == ([], None, Note.NONE)
    for one in tokens:
        assert hand.pick_up(one) == one
    hand.begin(tokens[1])
    assert hand.held == tokens
    assert hand.current == tokens[1]
    hand.put_down(tokens[0])
    assert hand.current == tokens[1]
    hand.put_down(tokens[1])
    assert (hand.held, hand.current) == ([tokens[2]], None)


def test_a_free_slot_is_used_again_and_a_full_hand_takes_no_more() -> None:
    hand = Hand()
    tokens = [hand.pick_up(token()) for _ in range(SLOTS)]
    with pytest.raises(OverflowError):
        hand.pick_up(token())
    hand.put_down(tokens[4])
    hand.pick_up(token())
    assert len(hand.held) == SLOTS


def test_clearing_keeps_the_request_to_stop() -> None:
    hand = Hand()
    hand.begin(hand.pick_up(token()))
    hand.note, hand.stopping = Note.OUT_OF_MEMORY, True
    hand.clear()
    assert (hand.held, hand.current, hand.note, hand.stopping) == ([], None, Note.NONE, True)


def test_the_parent_sees_what_a_dead_child_held_and_the_child_that_it_is_to_stop() -> None:
    hand, one, other = Hand(), token(), token()
    child = os.fork()
    if child == 0:
        hand.pick_up(one)
        hand.begin(hand.pick_up(other))
        hand.note = Note.NO_DATABASE
        while not hand.stopping:
            pass
        os._exit(0)
    hand.stopping = True
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (hand.held, hand.current, hand.note) == ([one, other], other, Note.NO_DATABASE)
