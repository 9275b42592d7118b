package org.ninep.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ninep.Errno;
import org.ninep.client.NinepUri;
import org.ninep.codec.Frame;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

/** What is wrong with a server is found, by the checks that are there for it, and does not stop the others. */
class PlantedBugsTest {
    private static final String CONTENT = IntStream.range(0, 6000).mapToObj("%05d"::formatted)
            .collect(Collectors.joining());
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static Report check(BrokenServer.Bug bug, String... only) {
        return check(Duration.ofSeconds(15), bug, only);
    }

    /** Where something is not answered, it takes that long. */
    private static Report check(Duration timeout, BrokenServer.Bug bug, String... only) {
        return assertTimeoutPreemptively(BOUND, () -> {
            MemoryTree tree = MemoryTree.builder().file("file", CONTENT).file("dir/a", "a").file("dir/b", "b")
                    .symlink("link", "file").build();
            try (Server right = Server.builder().export("memory", tree).build()) {
                return Conformance
                        .of(NinepUri.parse("9p://memory/?aname=memory"),
                                new BrokenServer(right.transport("behind"), bug))
                        .timeout(timeout).destructive(true).only(List.of(only)).run();
            }
        });
    }

    /** Exactly these checks fail. */
    private static void finds(BrokenServer.Bug bug, List<String> failing, String... only) {
        Report report = check(bug, only);
        assertEquals(failing, report.with(Verdict.FAILED).stream().map(finding -> finding.check().id()).toList(),
                report::toString);
    }

    private static List<Frame<Rmessage>> reply(int tag, Rmessage message) {
        return List.of(new Frame<>(tag, message));
    }

    @Test
    void nothingIsWrongWithoutABug() {
        finds((_, _, _) -> null, List.of(), "version", "attach", "fid", "tag", "walk", "read", "readdir", "flush");
    }

    @Test
    void findsErrorsOfAnotherDialectAndGoesOn() throws IOException {
        MemoryTree tree = MemoryTree.builder().file("file", CONTENT).file("dir/a", "a").build();
        try (Server right = Server.builder().export("memory", tree).build()) {
            BrokenServer server = new BrokenServer(right.transport("behind"), (_, _, _) -> null,
                    reply -> reply.get(4) == 7 ? reply.put(4, (byte) 107) : reply);
            Report report = Conformance.of(NinepUri.parse("9p://memory/?aname=memory"), server)
                    .timeout(Duration.ofSeconds(15)).only(List.of("error", "fid", "walk.missing")).run();
            assertEquals(List.of("error.type"),
                    report.with(Verdict.FAILED).stream().map(finding -> finding.check().id()).toList(),
                    report::toString);
        }
    }

    @Test
    void findsAWrongTag() {
        finds((tag, request, right) -> request instanceof Tstatfs
                ? reply(tag + 1, right.call(request))
                : null, List.of("statfs.plausible"), "statfs", "getattr");
    }

    @Test
    void findsAReplyAfterRflush() {
        Map<Integer, Rmessage> kept = new HashMap<>();
        BrokenServer.Bug bug = (tag, request, right) -> switch (request) {
            case Tread read when read.count() > 100 -> {
                kept.put(tag, right.call(read));
                yield List.of();
            }
            case Tflush flush when kept.containsKey(flush.oldtag()) ->
                List.of(new Frame<>(tag, new Rflush()), new Frame<>(flush.oldtag(), kept.remove(flush.oldtag())));
            default -> null;
        };
        finds(bug, List.of("flush.race", "flush.tag-reuse", "flush.twice"), "flush");
    }

    @Test
    void findsAnUnansweredFlush() {
        Report report = check(Duration.ofSeconds(3), (_, request, _) -> request instanceof Tflush ? List.of() : null,
                "flush.unknown", "readlink");
        assertEquals(1, report.with(Verdict.FAILED).size(), report::toString);
        assertEquals("Tflush[oldtag=2748]: no answer within 3 s", report.with(Verdict.FAILED).getFirst().seen());
        assertEquals(2, report.with(Verdict.OK).size(), report::toString);
    }

    @Test
    void findsAPartialWalkThatMoves() {
        BrokenServer.Bug bug = (tag, request, right) -> {
            if (!(request instanceof Twalk walk) || !(right.call(walk) instanceof Rwalk walked)) {
                return null;
            }
            int there = walked.qids().size();
            if (there < walk.names().size()) {
                right.call(new Twalk(walk.fid(), walk.newfid(), walk.names().subList(0, there)));
            }
            return reply(tag, walked);
        };
        finds(bug, List.of("walk.partial", "walk.partial-in-place"), "walk.partial", "walk.partial-in-place",
                "walk.sixteen");
    }

    @Test
    void findsAnMsizeAboveTheOneOffered() {
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Tversion t
                && right.call(t) instanceof Rversion r && r.version().equals("9P2000.L") && t.msize() == 4097
                        ? reply(tag, new Rversion(4098, r.version()))
                        : null;
        finds(bug, List.of("version.msize"), "version.msize", "version.dialect");
    }

    @Test
    void findsFidsThatOutliveAVersion() {
        Map<String, Boolean> seen = new HashMap<>();
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Tversion t
                && seen.put("version", true) != null ? reply(tag, new Rversion(t.msize(), t.version())) : null;
        Report report = check((tag, request, right) -> request instanceof Tattach && seen.put("attached", true) == null
                ? reply(tag, right.call(request))
                : seen.containsKey("attached") ? bug.replies(tag, request, right) : null, "version.again");
        assertFalse(report.passed(), report::toString);
    }

    @Test
    void findsAListingThatEndsWhereAnEntryDoesNotFit() {
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Treaddir t
                && right.call(t) instanceof Rlerror(Errno errno) && errno.equals(Errno.EINVAL)
                        ? reply(tag, new Rreaddir(ByteBuffer.allocate(0)))
                        : null;
        finds(bug, List.of("readdir.too-small"), "readdir");
    }

    @Test
    void findsOtherBytesAtAnotherOffset() {
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Tread t && t.offset() == 1
                ? reply(tag, right.call(new Tread(t.fid(), 2, t.count())))
                : null;
        finds(bug, List.of("read.same-bytes"), "read.same-bytes", "read.whole");
    }

    @Test
    void findsBytesBehindTheEnd() {
        BrokenServer.Bug bug = (tag, request, right) -> request instanceof Tread t && t.offset() > 30_000
                ? reply(tag, right.call(new Tread(t.fid(), 0, t.count())))
                : null;
        finds(bug, List.of("read.at-end"), "read.at-end", "read.whole");
    }

    @Test
    void onlyADifferenceIsAnotherErrorNumber() {
        BrokenServer.Bug bug = (tag, request, right) -> {
            Rmessage answer = right.call(request);
            return reply(tag, answer instanceof Rlerror ? new Rlerror(Errno.EIO) : answer);
        };
        Report report = check(bug, "fid.unknown", "read.not-open");
        assertTrue(report.passed(), report::toString);
        assertEquals(2, report.with(Verdict.DIFFERS).size(), report::toString);
    }

    @Test
    void whatAServerDoesNotHaveIsSkippedWithTheReason() {
        BrokenServer.Bug bug = (tag, request, _) -> request instanceof Txattrwalk || request instanceof Tstatfs
                ? reply(tag, new Rlerror(Errno.EOPNOTSUPP))
                : null;
        Report report = check(bug, "statfs", "xattrwalk");
        assertEquals(3, report.with(Verdict.SKIPPED).size(), report::toString);
        assertEquals("the server does not have Tstatfs (EOPNOTSUPP)", report.findings().getFirst().seen());
    }

    @Test
    void aServerThatHangsIsAVerdict() {
        Report report = check(Duration.ofMillis(300), (_, _, _) -> List.of(), "version", "walk");
        assertEquals("version.agree",
                report.with(Verdict.FAILED).stream().map(f -> f.check().id()).reduce((a, b) -> a + b).orElse(""));
        assertTrue(report.with(Verdict.SKIPPED).stream().allMatch(f -> f.seen().contains("since version.agree")));
    }

    @Test
    void aServerThatDiesIsAVerdictAndTheRestIsSkipped() {
        BrokenServer.Bug bug = (_, request, _) -> {
            if (request instanceof Tstatfs) {
                throw new BrokenServer.Crash();
            }
            return null;
        };
        Report report = check(bug, "getattr", "statfs", "readlink");
        assertEquals(List.of("statfs.plausible"),
                report.with(Verdict.FAILED).stream().map(finding -> finding.check().id()).toList());
        assertEquals(2, report.with(Verdict.SKIPPED).size(), report::toString);
    }

    @Test
    void theRunsTrafficIsBounded() throws IOException {
        List<Finding> heard = new ArrayList<>();
        try (Server server = Server.builder().export("memory", MemoryTree.builder().file("f", "f").build()).build()) {
            Report report = Conformance.of(NinepUri.parse("9p://memory/?aname=memory"), server.transport("bounded"))
                    .mostBytes(1500).listener(heard::add).run();
            assertEquals(heard, report.findings());
            assertTrue(report.with(Verdict.SKIPPED).stream()
                    .anyMatch(finding -> finding.seen().contains("traffic")), report::toString);
            assertEquals(Conformance.checks(), report.findings().stream().map(Finding::check).toList());
        }
    }

    @Test
    void findsACountThatOverflows() {
        BrokenServer.Bug bug = (_, request, _) -> {
            if (request instanceof Tread read && read.count() < 0 && read.count() + Protocol.IOHDRSZ >= 0) {
                throw new BrokenServer.Crash();
            }
            return null;
        };
        Report report = check(bug, "extreme", "client");
        assertEquals(List.of("extreme.read-counts"),
                report.with(Verdict.FAILED).stream().map(finding -> finding.check().id()).toList(), report::toString);
        assertTrue(report.with(Verdict.FAILED).getFirst().seen().contains("serves nobody any more"), report::toString);
    }

    @Test
    void findsNamesThatLeadOut() {
        BrokenServer.Bug bug = (tag, request, right) -> {
            if (request instanceof Twalk walk && walk.names().stream().anyMatch(name -> name.contains("/"))) {
                List<String> names = walk.names().stream().flatMap(name -> Stream.of(name.split("/", -1)))
                        .filter(name -> !name.isEmpty()).toList();
                return reply(tag, right.call(new Twalk(walk.fid(), walk.newfid(), names)));
            }
            return null;
        };
        finds(bug, List.of("extreme.names"), "extreme.names", "extreme.nofid");
    }
}
