package org.ninep.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Message;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.*;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encoding and decoding one frame of each message, as a record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final Qid QID = new Qid(0x80, 1, 2_154_851);
    private static final String NAME = "libreadline.so.8";

    /** Name of the message's record. */
    @Param({"Tversion", "Tauth", "Tattach", "Tflush", "Twalk", "Tread", "Twrite", "Tclunk", "Tremove", "Tstatfs",
            "Tlopen", "Tlcreate", "Tsymlink", "Tmknod", "Trename", "Treadlink", "Tgetattr", "Tsetattr", "Txattrwalk",
            "Txattrcreate", "Treaddir", "Tfsync", "Tlock", "Tgetlock", "Tlink", "Tmkdir", "Trenameat", "Tunlinkat",
            "Rlerror", "Rversion", "Rauth", "Rattach", "Rflush", "Rwalk", "Rread", "Rwrite", "Rclunk", "Rremove",
            "Rstatfs", "Rlopen", "Rlcreate", "Rsymlink", "Rmknod", "Rrename", "Rreadlink", "Rgetattr", "Rsetattr",
            "Rxattrwalk", "Rxattrcreate", "Rreaddir", "Rfsync", "Rlock", "Rgetlock", "Rlink", "Rmkdir", "Rrenameat",
            "Runlinkat"})
    public String message = "";

    private Frame<Message> frame = new Frame<>(0, new Rflush());
    private ByteBuffer wire = ByteBuffer.allocate(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(1024).order(ByteOrder.LITTLE_ENDIAN);

    /** Looks the message up by its name. */
    @Setup
    public void prepare() {
        Message sample = samples().stream().filter(m -> m.getClass().getSimpleName().equals(message)).findAny()
                .orElseThrow();
        frame = new Frame<>(7, sample);
        ByteBuffer fixed = Codec.encode(frame);
        ByteBuffer payload = Codec.payload(sample);
        wire = ByteBuffer.allocateDirect(fixed.remaining() + payload.remaining()).put(fixed).put(payload).flip();
    }

    /** The fixed part, into a buffer that is there. */
    @Benchmark
    public ByteBuffer encode() {
        Codec.encode(frame, out.clear());
        return out;
    }

    /** A whole frame. */
    @Benchmark
    public Frame<Message> decode() throws ProtocolException {
        return Codec.decode(wire);
    }

    private static List<Message> samples() {
        ByteBuffer data = ByteBuffer.allocateDirect(4096);
        Timespec time = new Timespec(1_709_210_096, 789_012_345);
        Attr attr = new Attr(Attr.BASIC, QID, 0100644, 0, 0, 1, 0, 6, 4096, 8, time, time, time, time, 0, 0);
        return List.of(new Tversion(65_536, "9P2000.L"), new Tauth(1, "", "/srv/images", 0),
                new Tattach(1, -1, "", "/srv/images", 0), new Tflush(7),
                new Twalk(1, 2, List.of("usr", "lib", "x86_64-linux-gnu", NAME)), new Tread(2, 1 << 30, 4096),
                new Twrite(2, 1 << 30, data), new Tclunk(2), new Tremove(2), new Tstatfs(1), new Tlopen(2, 0),
                new Tlcreate(2, NAME, 0x42, 0644, 0), new Tsymlink(1, NAME, NAME, 0),
                new Tmknod(1, NAME, 0600, 5, 7, 0),
                new Trename(1, 2, NAME), new Treadlink(2), new Tgetattr(2, Attr.BASIC),
                new Tsetattr(2, 0x1ff, 0644, 0, 0, 6, time, time), new Txattrwalk(2, 3, "security.capability"),
                new Txattrcreate(2, "security.capability", 20, 0), new Treaddir(2, 0, 4096), new Tfsync(2, 0),
                new Tlock(2, 0, 0, 0, 0, 4711, "node17"), new Tgetlock(2, 0, 0, 0, 4711, "node17"),
                new Tlink(1, 2, NAME), new Tmkdir(1, NAME, 0755, 0), new Trenameat(1, NAME, 2, NAME),
                new Tunlinkat(1, NAME, 0), new Rlerror(Errno.ENOENT), new Rversion(65_536, "9P2000.L"), new Rauth(QID),
                new Rattach(QID), new Rflush(), new Rwalk(List.of(QID, QID, QID, QID)), new Rread(data),
                new Rwrite(4096), new Rclunk(), new Rremove(),
                new Rstatfs(new FileSystemStatus(16_914_839, 4096, 1, 2, 3, 4, 5, 6, 255)), new Rlopen(QID, 0),
                new Rlcreate(QID, 0), new Rsymlink(QID), new Rmknod(QID), new Rrename(), new Rreadlink(NAME),
                new Rgetattr(attr), new Rsetattr(), new Rxattrwalk(20), new Rxattrcreate(), new Rreaddir(data),
                new Rfsync(), new Rlock(0), new Rgetlock(2, 0, 0, 4711, "node17"), new Rlink(), new Rmkdir(QID),
                new Rrenameat(), new Runlinkat());
    }
}
