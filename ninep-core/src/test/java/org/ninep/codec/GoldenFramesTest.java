package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Message;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/** Frames that diod and its clients sent each other decode to what they mean, and encode to the same bytes again. */
class GoldenFramesTest {
    private record Golden(String direction, String name, ByteBuffer bytes) {}

    @Test
    void decodesEachToWhatItMeans() throws Exception {
        List<Frame<Message>> decoded = new ArrayList<>();
        for (Golden golden : recorded()) {
            decoded.add(Codec.decode(golden.bytes()));
        }
        assertEquals(expected(), decoded);
    }

    @Test
    void encodesEachToTheSameBytes() throws Exception {
        List<ByteBuffer> recorded = recorded().stream().map(Golden::bytes).toList();
        assertEquals(recorded, expected().stream().map(Wire::of).toList());
    }

    @Test
    void clientsSendRequestsAndServersReplies() throws Exception {
        for (Golden golden : recorded()) {
            Message message = Codec.decode(golden.bytes()).message();
            assertEquals(golden.direction(), message instanceof Tmessage ? "C" : "S");
            assertEquals(golden.name(), message.getClass().getSimpleName());
        }
    }

    private static List<Golden> recorded() throws IOException {
        try (InputStream in = Objects.requireNonNull(GoldenFramesTest.class.getResourceAsStream("golden-frames.txt"))) {
            List<Golden> frames = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#")).map(GoldenFramesTest::parse).toList();
            assertTrue(frames.size() > 50);
            return frames;
        }
    }

    private static Golden parse(String line) {
        String[] parts = line.split(" ", 3);
        return new Golden(parts[0], parts[1], ByteBuffer.wrap(HexFormat.of().parseHex(parts[2])));
    }

    private static List<Frame<? extends Message>> expected() {
        return Stream
                .of(directoryListing(), syntheticDate(), copyFromZeroToNull(), missingFile(), answersToOurRequests())
                .flatMap(List::stream).toList();
    }

    private static List<Frame<? extends Message>> directoryListing() {
        return List.of(frame(Protocol.NOTAG, new Tversion(65536, "9P2000.L")),
                frame(Protocol.NOTAG, new Rversion(65536, "9P2000.L")),
                frame(0, new Tauth(0, "", "/tmp/gold", 0)),
                frame(0, new Rlerror(Errno.ENOENT)),
                frame(0, new Tattach(0, Protocol.NOFID, "", "/tmp/gold", 0)),
                frame(0, new Rattach(new Qid(0x80, 0, 2154851L))),
                frame(0, new Twalk(0, 1, List.of())),
                frame(0, new Rwalk(List.of())),
                frame(0, new Tlopen(1, 0)),
                frame(0, new Rlopen(new Qid(0x80, 0, 2154851L), 0)),
                frame(0, new Tgetattr(1, Attr.BASIC)),
                frame(0, new Rgetattr(new Attr(0x7ffL, new Qid(0x80, 0, 2154851L), 040755, 0, 0, 3L, 0L, 4096L, 4096L,
                        8L, new Timespec(1795479319L, 101595721L), new Timespec(1795479319L, 213595724L),
                        new Timespec(1795479319L, 213595724L), Timespec.ZERO, 0L, 0L))),
                frame(0, new Treaddir(1, 0L, 65512)),
                frame(0, readdir(new DirectoryEntry(new Qid(0, 0, 2154853L), 0x1efce248700a9a17L, 8, "hello"),
                        new DirectoryEntry(new Qid(0x80, 0, 2154851L), 0x4debf9c1f6eda9a2L, 4, "."),
                        new DirectoryEntry(new Qid(2, 0, 2154854L), 0x54ccde4fc20861a4L, 10, "link"),
                        new DirectoryEntry(new Qid(0x80, 0, 2154852L), 0x583a64d73040ba1eL, 4, "sub"),
                        new DirectoryEntry(new Qid(0x80, 0, 260072L), Long.MAX_VALUE, 4, ".."))),
                frame(0, new Twalk(1, 2, List.of("hello"))),
                frame(0, new Rwalk(List.of(new Qid(0, 0, 2154853L)))),
                frame(0, new Tgetattr(2, Attr.BASIC)),
                frame(0, new Rgetattr(new Attr(0x7ffL, new Qid(0, 0, 2154853L), 0100644, 0, 0, 1L, 0L, 6L, 4096L, 8L,
                        new Timespec(1709210096L, 789012345L), new Timespec(1709210096L, 789012345L),
                        new Timespec(1795479319L, 217595724L), Timespec.ZERO, 0L, 0L))),
                frame(0, new Tclunk(2)),
                frame(0, new Rclunk()),
                frame(0, new Twalk(1, 2, List.of("link"))),
                frame(0, new Rwalk(List.of(new Qid(2, 0, 2154854L)))),
                frame(0, new Tgetattr(2, Attr.BASIC)),
                frame(0, new Rgetattr(new Attr(0x7ffL, new Qid(2, 0, 2154854L), 0120777, 0, 0, 1L, 0L, 5L, 4096L, 0L,
                        new Timespec(1795479319L, 213595724L), new Timespec(1795479319L, 213595724L),
                        new Timespec(1795479319L, 213595724L), Timespec.ZERO, 0L, 0L))),
                frame(0, new Treaddir(1, Long.MAX_VALUE, 65512)),
                frame(0, new Rreaddir(text(""))),
                frame(0, new Tclunk(1)),
                frame(0, new Rclunk()));
    }

    private static List<Frame<? extends Message>> syntheticDate() {
        return List.of(frame(0, new Twalk(0, 1, List.of("date"))),
                frame(0, new Rwalk(List.of(new Qid(4, 0, 3L)))),
                frame(0, new Tlopen(1, 0)),
                frame(0, new Rlopen(new Qid(4, 0, 3L), 0)),
                frame(0, new Tread(1, 0L, 4095)),
                frame(0, new Rread(text("1795479322.673841 0.0\n"))),
                frame(0, new Tread(1, 22L, 4073)),
                frame(0, new Rread(text(""))));
    }

    private static List<Frame<? extends Message>> copyFromZeroToNull() {
        return List.of(frame(0, new Twalk(0, 2, List.of("null"))),
                frame(0, new Rwalk(List.of(new Qid(4, 0, 6L)))),
                frame(0, new Tlopen(2, 1)),
                frame(0, new Rlopen(new Qid(4, 0, 6L), 0)),
                frame(0, new Tread(1, 0L, 232)),
                frame(0, new Rread(ByteBuffer.allocate(232))),
                frame(0, new Twrite(2, 0L, ByteBuffer.allocate(232))),
                frame(0, new Rwrite(232)));
    }

    private static List<Frame<? extends Message>> missingFile() {
        return List.of(frame(0, new Twalk(0, 1, List.of("nosuch"))),
                frame(0, new Rlerror(Errno.ENOENT)));
    }

    private static List<Frame<? extends Message>> answersToOurRequests() {
        return List.of(
                frame(32771,
                        new Rstatfs(new FileSystemStatus(16914839, 4096, 66053021L, 60133073L, 20677780L, 16777216L,
                                16366132L, -6677412923680005947L, 255))),
                frame(32772, new Rmkdir(new Qid(0x80, 0, 2146308L))),
                frame(32775, new Rlcreate(new Qid(0, 0, 2146328L), 0)),
                frame(32776, new Rwrite(5)),
                frame(32777, new Rfsync()),
                frame(32779, new Rlock(0)),
                frame(32780, new Rgetlock(2, 101L, 202L, 1235, "other")),
                frame(32783, new Rsymlink(new Qid(2, 0, 2146316L))),
                frame(32785, new Rreadlink("some/target")),
                frame(32786, new Rmknod(new Qid(0, 0, 2146341L))),
                frame(32787, new Rlink()),
                frame(32788,
                        new Rgetattr(new Attr(0x3fffL, new Qid(0, 0, 2146328L), 0100640, 0, 5, 2L, 0L, 15L, 4096L, 8L,
                                new Timespec(1795479359L, 913596789L), new Timespec(1795479359L, 910725517L),
                                new Timespec(1795479359L, 925596789L), Timespec.ZERO, 0L, 0L))),
                frame(32789, new Rsetattr()),
                frame(32792, new Rxattrcreate()),
                frame(32795,
                        readdir(new DirectoryEntry(new Qid(0, 0, 2146328L), 0x3e3c44cf565fd28L, 8, "file"),
                                new DirectoryEntry(new Qid(0, 0, 2146341L), 0x1efce248700a9a17L, 2, "node"),
                                new DirectoryEntry(new Qid(0x80, 0, 2146308L), 0x583a64d73040ba1eL, 4, "."),
                                new DirectoryEntry(new Qid(0x80, 0, 2146478L), 0x5a62b53ffef557f9L, 4, ".."),
                                new DirectoryEntry(new Qid(2, 0, 2146316L), 0x68062bd98cb59789L, 10, "sym"),
                                new DirectoryEntry(new Qid(0, 0, 2146328L), Long.MAX_VALUE, 8, "hard"))),
                frame(32798, new Rrename()),
                frame(32800, new Rremove()),
                frame(32801, new Rflush()));
    }

    private static Frame<Message> frame(int tag, Message message) {
        return new Frame<>(tag, message);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Rreaddir readdir(DirectoryEntry... entries) {
        ByteBuffer data = ByteBuffer.allocate(1000);
        for (DirectoryEntry entry : entries) {
            assertTrue(DirectoryEntries.encode(entry, data));
        }
        return new Rreaddir(data.flip());
    }
}
