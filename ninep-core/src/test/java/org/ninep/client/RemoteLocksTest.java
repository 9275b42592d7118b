package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Rmessage.Rgetlock;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rlock;
import org.ninep.message.Tmessage.Tgetlock;
import org.ninep.message.Tmessage.Tlock;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class RemoteLocksTest {
    private static final ByteRangeLock MINE = ByteRangeLock.exclusive(7, "host").withRange(100, 50);

    private final FakeClock clock = new FakeClock();
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[10]);
    private Client client;
    private RemoteLocks locks;
    private int fid;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(Duration.ofDays(1)).connect();
        locks = client.attach("", "", 0).walk("f").open(OpenFlags.RDWR).locks();
        fid = peer.received(Twalk.class).getFirst().newfid();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
        assertEquals(0, clock.watchers());
    }

    private void answer(int status) {
        peer.answering(Tlock.class, _ -> new Rlock(status));
    }

    @Test
    void asksOnceForALock() throws IOException {
        answer(Rlock.SUCCESS);
        assertTrue(locks.tryLock(MINE));
        assertTrue(locks.tryLock(ByteRangeLock.shared(8, "other")));
        locks.unlock(MINE);
        assertEquals(
                List.of(new Tlock(fid, Tlock.WRLCK, 0, 100, 50, 7, "host"),
                        new Tlock(fid, Tlock.RDLCK, 0, 0, 0, 8, "other"),
                        new Tlock(fid, Tlock.UNLCK, 0, 100, 50, 7, "host")),
                peer.received(Tlock.class));
        answer(Rlock.BLOCKED);
        assertFalse(locks.tryLock(MINE));
    }

    @Test
    void whatTheServerCannotDoIsAnError() throws IOException {
        answer(Rlock.ERROR);
        RemoteException e = assertThrows(RemoteException.class, () -> locks.tryLock(MINE));
        assertEquals(Errno.ENOLCK, e.errno());
        assertBegins("h:564: Tlock /f: ", e);
        assertThrows(RemoteException.class, () -> locks.tryLock(MINE, Duration.ofDays(1)));
        assertBegins("h:564: Tlock UNLCK /f: ", assertThrows(RemoteException.class, () -> locks.unlock(MINE)));
        answer(Rlock.GRACE);
        assertContains("restarted", assertThrows(RemoteException.class, () -> locks.tryLock(MINE)));
        answer(Rlock.BLOCKED);
        assertThrows(RemoteException.class, () -> locks.unlock(MINE));
        peer.answering(Tlock.class, _ -> new Rlerror(Errno.EBADF));
        assertEquals(Errno.EBADF, assertThrows(RemoteException.class, () -> locks.tryLock(MINE)).errno());
        answer(4);
        assertThrows(ProtocolException.class, () -> locks.tryLock(MINE));
    }

    /** Moves the clock on whenever the next request does not come by itself. */
    private int answered(Background<?> waiting, int statusOfMost, int statusOfLast, int times) {
        for (int i = 1; i <= times; i++) {
            int status = i < times ? statusOfMost : statusOfLast;
            peer.expect(Tlock.class).answer(new Rlock(status));
            if (i < times) {
                waiting.awaitSleeping();
                clock.advance(Duration.ofMillis(500));
            }
        }
        return peer.received(Tlock.class).size();
    }

    @ParameterizedTest
    @ValueSource(ints = {Rlock.BLOCKED, Rlock.GRACE})
    void asksAgainUntilTheLockIsFree(int status) throws Exception {
        for (boolean virtual : new boolean[]{true, false}) {
            Background<Boolean> waiting = virtual
                    ? Background.runVirtual(() -> locks.tryLock(MINE, Duration.ofHours(1)))
                    : Background.run(() -> locks.tryLock(MINE, Duration.ofHours(1)));
            int before = peer.received(Tlock.class).size();
            answered(waiting, status, Rlock.SUCCESS, 6);
            assertTrue(waiting.get());
            assertTrue(peer.received(Tlock.class).size() >= before + 5);
        }
        assertTrue(peer.received(Tlock.class).stream().allMatch(t -> t.flags() == 0));
    }

    @Test
    void givesUpWhenItsPatienceIsOver() throws Exception {
        Background<Boolean> waiting = Background.run(() -> locks.tryLock(MINE, Duration.ofSeconds(1)));
        answered(waiting, Rlock.BLOCKED, Rlock.BLOCKED, 3);
        assertFalse(waiting.get());
        answer(Rlock.BLOCKED);
        int before = peer.received(Tlock.class).size();
        assertFalse(locks.tryLock(MINE, Duration.ZERO));
        assertFalse(locks.tryLock(MINE, Duration.ofSeconds(-1)));
        assertEquals(before + 2, peer.received(Tlock.class).size(), "asked once at least");
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        for (boolean virtual : new boolean[]{true, false}) {
            peer.holding(Tlock.class);
            java.util.concurrent.Callable<InterruptedIOException> work = () -> {
                InterruptedIOException e = assertThrows(InterruptedIOException.class,
                        () -> locks.tryLock(MINE, Duration.ofHours(1)));
                assertTrue(Thread.interrupted(), "the interrupt flag is kept");
                return e;
            };
            Background<InterruptedIOException> waiting = virtual ? Background.runVirtual(work) : Background.run(work);
            peer.expect(Tlock.class).answer(new Rlock(Rlock.BLOCKED));
            waiting.awaitSleeping();
            waiting.interrupt();
            answer(Rlock.BLOCKED);
            assertContains("h:564: Tlock /f: interrupted", waiting.get());
        }
    }

    @Test
    void tellsWhoseLockIsInTheWay() throws IOException {
        peer.answering(Tgetlock.class, t -> new Rgetlock(Tlock.UNLCK, t.start(), t.length(), 0, ""));
        assertEquals(Optional.empty(), locks.conflicting(MINE));
        assertEquals(new Tgetlock(fid, Tlock.WRLCK, 100, 50, 7, "host"), peer.received(Tgetlock.class).getFirst());
        peer.answering(Tgetlock.class, _ -> new Rgetlock(Tlock.RDLCK, 90, 0, 9, "them"));
        assertEquals(Optional.of(new ByteRangeLock(false, 90, 0, 9, "them")), locks.conflicting(MINE));
    }

    @Test
    void aLockThatCannotBeEndsTheConnection() {
        peer.answering(Tgetlock.class, _ -> new Rgetlock(Tlock.WRLCK, Long.MAX_VALUE, 2, 9, "them"));
        assertContains("Rgetlock of /f", assertThrows(ProtocolException.class, () -> locks.conflicting(MINE)));
    }

    @Test
    void refusesARangeThatNoFileHas() {
        assertThrows(IllegalArgumentException.class, () -> MINE.withRange(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> MINE.withRange(1, -1));
        assertThrows(IllegalArgumentException.class, () -> MINE.withRange(2, Long.MAX_VALUE));
    }
}
