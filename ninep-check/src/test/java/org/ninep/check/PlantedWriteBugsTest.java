package org.ninep.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.client.NinepUri;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** What is wrong with a server that writes is found, and what was made is removed all the same. */
class PlantedWriteBugsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Report check(BrokenServer.Bug bug, String... only) {
        return assertTimeoutPreemptively(BOUND, () -> {
            try (Server right = Server.builder()
                    .export("x", DirectoryTree.builder(directory).readWrite().build()).build()) {
                return Conformance
                        .of(NinepUri.parse("9p://x/?aname=x"), new BrokenServer(right.transport("behind"), bug))
                        .timeout(Duration.ofSeconds(15)).scratch("/").only(List.of(only)).run();
            }
        });
    }

    /** Exactly these checks fail, and nothing is left. */
    private void finds(BrokenServer.Bug bug, List<String> failing, String... only) throws IOException {
        Report report = check(bug, only);
        assertEquals(failing, report.with(Verdict.FAILED).stream().map(finding -> finding.check().id()).toList(),
                report::toString);
        try (var left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static List<Frame<Rmessage>> reply(int tag, Rmessage message) {
        return List.of(new Frame<>(tag, message));
    }

    @Test
    void findsAServerThatDropsOffsets() throws IOException {
        finds((tag, request, right) -> request instanceof Twrite t && t.offset() == 5
                ? reply(tag, right.call(new Twrite(t.fid(), 0, t.data())))
                : null, List.of("write.offsets"), "write.offsets", "create.file");
    }

    @Test
    void findsAModeThatChangesTheSize() throws IOException {
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Tsetattr t && t.valid() == Tsetattr.MODE
                ? reply(tag, right.call(new Tsetattr(t.fid(), Tsetattr.MODE | Tsetattr.SIZE, t.mode(), 0, 0, 0,
                        t.atime(), t.mtime())))
                : null;
        finds(bug, List.of("setattr.mode"), "setattr.mode", "setattr.size");
    }

    @Test
    void findsLocksThatLockNothing() throws IOException {
        finds((tag, request, _) -> request instanceof Tlock ? reply(tag, new Rlock(Rlock.SUCCESS)) : null,
                List.of("lock.conflict", "lock.shared", "lock.ranges", "lock.seen"), "lock.conflict", "lock.shared",
                "lock.ranges", "lock.seen");
    }

    @Test
    void findsARemoveThatKeepsItsFidIfItFails() throws IOException {
        BrokenServer.Bug bug = (tag, request, right) -> {
            if (!(request instanceof Tremove t)) {
                return null;
            }
            right.call(new Twalk(t.fid(), 5000, List.of()));
            Rmessage answer = right.call(t);
            right.call(new Twalk(5000, t.fid(), List.of()));
            right.call(new Tclunk(5000));
            return reply(tag, answer);
        };
        finds(bug, List.of("remove.file", "remove.failed"), "remove");
    }

    @Test
    void cleansUpWithoutTunlinkat() throws IOException {
        finds((tag, request, _) -> request instanceof Tunlinkat ? reply(tag, new Rlerror(Errno.EOPNOTSUPP)) : null,
                List.of(), "create", "unlinkat", "scratch");
    }

    @Test
    void saysWhatIsLeftWhereNothingCanBeRemoved() {
        Report report = check((tag, request, _) -> request instanceof Tunlinkat || request instanceof Tremove
                ? reply(tag, new Rlerror(Errno.EACCES))
                : null, "create.file");
        Finding last = report.findings().getLast();
        assertEquals("scratch.removed", last.check().id());
        assertEquals(Verdict.FAILED, last.verdict());
        assertTrue(last.seen().matches("/ninep-check-\\w+ is left: .*EACCES"), last.seen());
    }
}
