"""gunicorn's worker of threads, which no client can keep waiting.

One loop takes requests in and sends answers out, for all connections; a thread gets a request when the whole of it
is there, and writes the answer without waiting for the client. So a thread is only ever held by work.
"""

from __future__ import annotations

import resource
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from service.holding import Budget
from service.limits import Limits
from service.links import Link
from service.reception import Reception, Refused
from service.refusals import refusal
from service.turns import Turns
from store.ids import new_id

_PIECE = 64 * 1024
_AT_ONCE = 64
_SWEEP_SECONDS = 0.25
# Of open files, what is left for the database, the log and the listeners; the rest is for connections, each of which
# may keep a request and an answer on the disk.
_OTHER_FILES, _FILES_PER_LINK, _MOST_FILES = 128, 3, 4096
# What of the bytes that are held is for answers.
_ANSWERS_SHARE = 4
_NO_ROOM = "There is no room for the body now. Nothing was stored; try again in a moment."
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]
    """Serves what `app.limits` allows, and refuses the rest as problems."""

    def init_process(self) -> None:
        """Begins to serve; does not return."""
        self.limits: Limits = self.app.limits
        self._links: set[Link] = set()
        # Those that the loop waits for, whoever has waited longest first.
        self._waiting: dict[Link, None] = {}
        self._turns: Turns[Link] = Turns(self.cfg.threads)
        # Apart, so that bodies which never end leave room for the answers to others.
        self._bodies = Budget(self.limits.held_bytes - self.limits.held_bytes // _ANSWERS_SHARE)
        self._answers = Budget(self.limits.held_bytes // _ANSWERS_SHARE)
        self._most = min(self.limits.connections, max(1, (_files() - _OTHER_FILES) // _FILES_PER_LINK))
        self._swept = 0.0
        super().init_process()

    def run(self) -> None:
        """The loop: until told to stop, then for as long as requests are in hand and the grace lasts."""
        self.poller.register(self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks)
        self.set_accept_enabled(True)
        while self.alive and self.is_parent_alive():
            # Where all are at work, newcomers wait outside; else the one that has waited longest makes room.
            self.set_accept_enabled(len(self._links) < self._most or bool(self._waiting))
            self._turn()
        self.set_accept_enabled(False)
        self._hurry()
        until = time.monotonic() + self.cfg.graceful_timeout
        while self._links and time.monotonic() < until:
            self._turn()
        for link in list(self._links):
            self._drop(link)
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()
        for listener in self.sockets:
            listener.close()

    def _turn(self) -> None:
        self.notify()
        self.wait_for_and_dispatch_events(timeout=_SWEEP_SECONDS if self._waiting else 1.0)
        now = time.monotonic()
        if now >= self._swept + _SWEEP_SECONDS:
            self._swept = now
            for link in [link for link in self._waiting if link.due <= now]:
                self._overdue(link)

    def _hurry(self) -> None:
        now = time.monotonic()
        for link in self._waiting:
            at_work = link.reception is not None or link.sock.left
            patience = self.limits.hurry_seconds if at_work else self.limits.parting_seconds
            link.due = min(link.due, now + patience)

    def accept(self, listener: Any) -> None:
        """Takes in who has come."""
        for _ in range(_AT_ONCE):
            if len(self._links) >= self._most and not self._make_place():
                return
            try:
                raw, client = listener.accept()
            except OSError as fault:
                if not isinstance(fault, BlockingIOError | ConnectionAbortedError):
                    self.log.error("connections cannot be taken: %s", fault)
                    self._make_place()
                return
            try:
                link = Link(raw, client, self._answers, self.limits, due=time.monotonic() + self.limits.head_seconds)
            except OSError:
                raw.close()
                continue
            self._links.add(link)
            self._wait(link, selectors.EVENT_READ)
            self._readable(link)

    def _make_place(self) -> bool:
        link = next(iter(self._waiting), None)
        if link is None:
            return False
        self._drop(link)
        return True

    # What a connection waits for.

    def _wait(self, link: Link, events: int) -> None:
        """Lets the loop wait for the client, behind all who wait already."""
        self._waiting.pop(link, None)
        self._waiting[link] = None
        if link.events == events:
            return
        ready = partial(self._ready, link)
        if link.events:
            self.poller.modify(link.raw, events, ready)
        else:
            self.poller.register(link.raw, events, ready)
        link.events = events

    def _rest(self, link: Link) -> None:
        """Lets the loop forget the connection while a thread has it."""
        self._waiting.pop(link, None)
        if link.events:
            self.poller.unregister(link.raw)
            link.events = 0

    def _drop(self, link: Link, *, cut: bool = False) -> None:
        """Ends a connection at once."""
        if link not in self._links:
            return
        self._links.discard(link)
        self._rest(link)
        self._forget_request(link)
        link.sock.close()
        with suppress(OSError):
            if cut:
                link.cut()
            else:
                link.raw.close()

    def _forget_request(self, link: Link) -> None:
        if link.reception is not None:
            self._bodies.give(link.counted)
            link.counted = 0
            link.reception.close()
            link.reception = None

    def _ready(self, link: Link, _: Any) -> None:
        if link not in self._waiting:
            return  # ended by what came before it in the same turn
        if link.events == selectors.EVENT_WRITE:
            self._send(link)
        else:
            self._readable(link)

    def _overdue(self, link: Link) -> None:
        if link.sock.left:
            self._drop(link, cut=True)
        elif link.parting or link.reception is None:
            self._drop(link)
        else:
            what = "headers" if link.reception.request is None else "body"
            self._refuse(link, Refused(408, f"The {what} of the request did not come in time.", "Timeout"))

    # Requests.

    def _readable(self, link: Link) -> None:
        try:
            piece = link.raw.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            self._drop(link)
            return
        if link.parting:
            now = time.monotonic()
            if piece and now < link.began + self.limits.answer_seconds:
                link.due = now + self.limits.parting_seconds
            else:
                self._drop(link)
        elif piece:
            self._received(link, piece)
        elif link.reception is None:
            self._drop(link)
        else:
            self._refuse(link, Refused(400, "The request broke off before its end.", "EndOfRequest"))

    def _received(self, link: Link, piece: bytes) -> None:
        now = time.monotonic()
        if link.reception is None:
            link.number += 1
            link.reception = Reception(self.cfg, link.client, link.number, self.limits)
            if link.number > 1:
                link.due = now + self.limits.head_seconds
        taking = link.reception
        in_head = taking.request is None
        try:
            link.rest = taking.take(piece)
        except Refused as fault:
            self._refuse(link, fault)
            return
        except OSError as fault:
            self._refuse(link, Refused(503, _NO_ROOM, type(fault).__name__))
            return
        if not self._count(link):
            return
        if taking.complete:
            self._hand_over(link)
        elif taking.request is not None:
            if in_head:
                link.began = now
                if taking.wants_continue and not taking.held:
                    with suppress(OSError):
                        link.raw.send(_CONTINUE)
            link.due = link.body_due(self.limits)

    def _count(self, link: Link) -> bool:
        """Counts what has come of a body. Where there is no room, the largest body that is not yet whole has to go:
        whoever sends little is never refused for the sake of whoever sends much. False if it was this one."""
        while link.size > link.counted:
            more = link.size - link.counted
            if self._bodies.take(more):
                link.counted += more
                break
            largest = max((other for other in self._waiting if other.size), key=lambda other: other.size)
            self._refuse(largest, Refused(503, _NO_ROOM, "NoRoom"))
            if largest is link:
                return False
        return True

    def _refuse(self, link: Link, fault: Refused) -> None:
        number = new_id()
        self.log.warning("request %s cannot be read: %s", number, fault.cause)
        self._forget_request(link)
        link.rest, link.last = b"", True
        try:
            link.sock.sendall(refusal(fault.status, fault.detail, number, retry=fault.status == 503))
        except OSError:
            self._drop(link)
            return
        self._send(link)

    def _hand_over(self, link: Link) -> None:
        self._rest(link)
        if self._turns.take(link, link.size):
            self._begin(link)

    def _begin(self, link: Link) -> None:
        done = self.tpool.submit(self._answer, link)
        done.add_done_callback(lambda done: self.method_queue.defer(self._answered, link, done))

    # Answers.

    def _answer(self, link: Link) -> bool:
        """In a thread: answers a request that is there. Whether another may follow; OSError when the client is gone."""
        request = link.reception.request if link.reception is not None else None
        try:
            more = bool(self.handle_request(request, link))
        except OSError:
            raise
        except StopIteration:
            raise BrokenPipeError("the answer broke off") from None
        except Exception as fault:
            # Neither its message nor its traceback: they may hold the text of an article.
            number, more = new_id(), False
            self.log.error("request %s failed outside of the app: %s", number, type(fault).__name__)
            link.sock.sendall(refusal(500, "Something went wrong here that should not; it was logged.", number))
        link.sock.flush()
        return more

    def _answered(self, link: Link, done: Future[bool]) -> None:
        size = link.size
        self._forget_request(link)
        for other in self._turns.leave(size):
            self._begin(other)
        if done.exception() is not None:
            self._drop(link, cut=True)
            return
        link.last = not done.result()
        if link.last:
            link.rest = b""  # nobody is to answer that
        self._send(link)

    def _send(self, link: Link) -> None:
        """Sends on; what the client has not taken by its time is lost to it."""
        try:
            link.sock.flush()
        except OSError:
            self._drop(link)
            return
        if not link.sock.left:
            self._sent(link)
            return
        if link.events != selectors.EVENT_WRITE:
            link.began = time.monotonic()
            self._wait(link, selectors.EVENT_WRITE)
        link.due = link.answer_due(self.limits)

    def _sent(self, link: Link) -> None:
        now = time.monotonic()
        link.sent_before = link.sock.sent
        if link.last:
            # What the client still sends is taken and thrown away for a while: to close on it would take the answer
            # from a client that has not read it yet.
            link.parting, link.began, link.due = True, now, now + self.limits.parting_seconds
            try:
                link.raw.shutdown(socket.SHUT_WR)
            except OSError:
                self._drop(link)
                return
        else:
            link.due = now + (self.limits.idle_seconds if self.alive else self.limits.parting_seconds)
        self._wait(link, selectors.EVENT_READ)
        if link.rest:
            self._received(link, link.rest)


def _files() -> int:
    """How many files this process may open, once it has asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return _MOST_FILES if soft == resource.RLIM_INFINITY else soft
