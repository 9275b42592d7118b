package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.munge.Cipher;
import org.ninep.munge.EncodeOptions;
import org.ninep.munge.Mac;
import org.ninep.munge.Munge;
import org.ninep.munge.MungeCodec;
import org.ninep.munge.MungeException;
import org.ninep.munge.MungeSocket;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Credentials as 9P has them, without payload: making one, and making and checking one, for each is good for one decoding.
 *
 * <p>
 * munged's own: {@code benchmarks/jmh MungeBenchmark -p munge=socket -jvmArgsAppend -Dmunge.socket=PATH}, with a munged that
 * listens there; without the property, at its usual socket.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MungeBenchmark {
    private static final byte[] NO_PAYLOAD = {};
    private static final int ROOM = 1 << 16;
    private static final int READY = 1 << 12;

    /** Who makes and checks: the codec within the process, or munged. */
    @Param({"codec"})
    String munge = "";

    /** The cipher. */
    @Param({"AES128", "AES256"})
    Cipher cipher = Cipher.AES128;

    /** The MAC. */
    @Param({"SHA256", "SHA512"})
    Mac mac = Mac.SHA256;

    private EncodeOptions options = EncodeOptions.DEFAULT;
    private @Nullable MungeCodec codec;
    private @Nullable Munge used;
    private int decoded;
    private final byte[][] ready = new byte[READY][];
    private int next;

    /** Chooses. */
    @Setup
    public void open() throws IOException {
        options = EncodeOptions.DEFAULT.withCipher(cipher).withMac(mac);
        if (munge.equals("socket")) {
            Path socket = Path.of(System.getProperty("munge.socket", MungeSocket.DEFAULT_SOCKET.toString()));
            used = MungeSocket.builder().socket(socket).build();
        } else {
            renew();
        }
        for (int i = 0; codec != null && i < READY; i++) {
            ready[i] = used().encode(options, NO_PAYLOAD);
        }
    }

    /** A codec keeps what it has decoded, and takes no more when it is full: so there is a new one in time. */
    private Munge renew() throws IOException {
        close();
        MungeCodec next = MungeCodec.builder(new byte[32]).replayCapacity(ROOM).acceptFrom(Instant.EPOCH).build();
        codec = next;
        used = next;
        decoded = 0;
        return next;
    }

    /** Wipes the key. */
    @TearDown(Level.Trial)
    public void close() {
        if (codec != null) {
            codec.close();
        }
    }

    private Munge used() {
        if (used == null) {
            throw new IllegalStateException("not set up");
        }
        return used;
    }

    /** Makes a credential. */
    @Benchmark
    public byte[] encode() throws IOException {
        return used().encode(options, NO_PAYLOAD);
    }

    /** Makes a credential and checks it. */
    @Benchmark
    public int encodeAndDecode() throws IOException {
        Munge with = codec != null && ++decoded >= ROOM ? renew() : used();
        return with.decode(with.encode(options, NO_PAYLOAD)).uid();
    }

    /** Checks one of some that were made before; when all have been, the codec is a new one, which has decoded none. */
    @Benchmark
    public int decode() throws IOException {
        if (codec == null) {
            throw new IllegalStateException("munged decodes a credential once: see encodeAndDecode");
        }
        if (next == READY) {
            renew();
            next = 0;
        }
        return used().decode(ready[next++]).uid();
    }

    /** Refuses one that was altered. */
    @Benchmark
    public int refuse() throws IOException {
        byte[] credential = used().encode(options, NO_PAYLOAD);
        int middle = credential.length / 2;
        credential[middle] = (byte) (credential[middle] == 'A' ? 'B' : 'A');
        try {
            return used().decode(credential).uid();
        } catch (MungeException expected) {
            return expected.error().code();
        }
    }
}
