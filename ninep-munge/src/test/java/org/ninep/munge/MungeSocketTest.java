package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.HELLO;
import static org.ninep.munge.Samples.ascii;
import static org.ninep.munge.Samples.assertRefused;
import static org.ninep.munge.Samples.assertSays;
import static org.ninep.munge.Samples.join;
import static org.ninep.munge.ScriptedMunged.answerAbout;
import static org.ninep.munge.ScriptedMunged.answering;
import static org.ninep.munge.ScriptedMunged.keeping;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.testkit.FakeClock;

@Timeout(120)
class MungeSocketTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final byte[] CREDENTIAL = ascii("MUNGE:AAAA:");

    @TempDir
    private Path directory = Path.of("");
    private Path socket = directory;
    private final FakeClock clock = new FakeClock();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private MungeSocket munge = MungeSocket.builder().build();

    @BeforeEach
    void build() {
        socket = directory.resolve("s");
        munge = MungeSocket.builder().socket(socket).timeout(TIMEOUT).timeSource(clock).pauses(length -> {
            pauses.add(length);
            clock.advance(length);
        }).build();
    }

    @AfterEach
    void leavesNothing() {
        assertEquals(0, clock.watchers());
    }

    private MungeException failing() {
        return assertThrows(MungeException.class, () -> munge.decode(CREDENTIAL));
    }

    // The protocol.

    static List<Vectors.Exchanged> decodings() {
        return Vectors.wire().stream().filter(each -> each.name().startsWith("decode")).toList();
    }

    @Test
    void asksForACredentialAsLibmungeDoes() throws IOException {
        Vectors.Exchanged captured = Vectors.wire().getFirst();
        try (var _ = ScriptedMunged.at(socket, keeping(requests, c -> ScriptedMunged.write(c,
                captured.response())))) {
            byte[] credential = munge.encode(EncodeOptions.DEFAULT, HELLO);
            assertArrayEquals(captured.request(), requests.getFirst());
            assertTrue(new String(credential, StandardCharsets.US_ASCII).matches("MUNGE:[^:]*:"));
        }
    }

    @ParameterizedTest
    @MethodSource("decodings")
    void asksAboutACredentialAsLibmungeDoes(Vectors.Exchanged captured) throws IOException {
        byte[] request = captured.request();
        byte[] credential = new byte[request.length - 16];
        System.arraycopy(request, 15, credential, 0, credential.length);
        try (var _ = ScriptedMunged.at(socket, keeping(requests, c -> ScriptedMunged.write(c,
                captured.response())))) {
            if (captured.name().contains("replayed")) {
                MungeException e = assertRefused(MungeError.CRED_REPLAYED, munge, credential, "Make a new one");
                assertArrayEquals(HELLO, Samples.bytes(e.credential().orElseThrow().payload()));
            } else if (captured.name().contains("bad version")) {
                assertRefused(MungeError.BAD_VERSION, munge, credential, "Invalid credential version 0");
            } else {
                Credential decoded = munge.decode(join(credential, ascii("\0ignored")));
                assertArrayEquals(HELLO, Samples.bytes(decoded.payload()));
                assertEquals(List.of(Cipher.AES128, Mac.SHA256, Zip.NONE, 0, 0, Samples.NOW, Samples.NOW),
                        List.of(decoded.cipher(), decoded.mac(), decoded.zip(), decoded.uid(), decoded.gid(),
                                decoded.encodeTime(), decoded.decodeTime()));
            }
            assertArrayEquals(request, requests.getFirst());
        }
    }

    @Test
    void handsOnWhatMungedSaysOfABadRequest() throws IOException {
        try (var _ = ScriptedMunged.at(socket, answering(Vectors.wire().getLast().response()))) {
            MungeException e = assertThrows(MungeException.class, () -> munge.encode(EncodeOptions.DEFAULT, HELLO));
            assertSays(MungeError.BAD_CIPHER, e, "munged at " + socket, "Invalid cipher type 9");
        }
    }

    @Test
    void sendsEveryOption() throws IOException {
        EncodeOptions options = EncodeOptions.DEFAULT.withCipher(Cipher.AES256).withMac(Mac.SHA512).withZip(Zip.ZLIB)
                .withTtl(Duration.ofHours(1)).withAuthUid(-2).withAuthGid(7);
        try (var _ = ScriptedMunged.at(socket, keeping(requests, answeringNothing()))) {
            assertThrows(MungeException.class, () -> munge.encode(options, HELLO));
        }
        assertArrayEquals(ByteBuffer.allocate(36).putInt(0x00606D4B).put(new byte[]{4, 2, 0}).putInt(25)
                .put(new byte[]{5, 6, 3, 0}).putInt(3600).putInt(-2).putInt(7).putInt(5).put(HELLO).array(),
                requests.getFirst());
    }

    private static ScriptedMunged.Act answeringNothing() {
        return _ -> {};
    }

    // What munged says.

    static IntStream errorsWithoutMetadata() {
        return IntStream.rangeClosed(1, 30).filter(code -> code < 15 || code > 17);
    }

    @ParameterizedTest
    @MethodSource("errorsWithoutMetadata")
    void believesNothingBesideAnErrorThatCarriesNoMetadata(int code) throws IOException {
        try (var _ = ScriptedMunged.at(socket, answering(answerAbout(code, "so\nit is", 1000)))) {
            MungeException e = failing();
            assertEquals(MungeError.of(code).orElse(MungeError.SNAFU), e.error());
            assertTrue(e.credential().isEmpty());
            assertFalse(String.valueOf(e.getMessage()).contains("\n"), "what munged says stays in its line");
        }
    }

    @Test
    void saysWhatToDoAboutEachError() throws IOException {
        try (var _ = ScriptedMunged.at(socket, answering(answerAbout(14, "", 0)), answering(answerAbout(15, "", 9)),
                answering(answerAbout(16, "", 9)), answering(answerAbout(17, "", 9)), answering(answerAbout(18, "", 0)),
                answering(answerAbout(1, "oh no", 0)))) {
            assertRefused(MungeError.CRED_INVALID, munge, CREDENTIAL, "same key file");
            MungeException expired = assertRefused(MungeError.CRED_EXPIRED, munge, CREDENTIAL,
                    Instant.ofEpochSecond(1_795_465_414).toString(), Instant.ofEpochSecond(1_795_465_999).toString(),
                    "285 s after its end", "synchronize");
            assertEquals(9, expired.credential().orElseThrow().uid());
            assertRefused(MungeError.CRED_REWOUND, munge, CREDENTIAL, Samples.NOW.toString(), "synchronize");
            assertRefused(MungeError.CRED_REPLAYED, munge, CREDENTIAL, "decoded before");
            assertRefused(MungeError.CRED_UNAUTHORIZED, munge, CREDENTIAL, "authUid");
            assertRefused(MungeError.SNAFU, munge, CREDENTIAL, "oh no", "see its log");
        }
    }

    // Time.

    @Test
    void endsAtTheDeadlineWhenMungedHangs() throws IOException {
        try (var _ = ScriptedMunged.at(socket, keeping(requests, this::hang))) {
            assertSays(MungeError.TIMEOUT, failing(), "munged at " + socket, "within 5.0 s", "hangs");
            assertEquals(1, requests.size());
        }
    }

    /** Lets the client's time pass, then waits until it has gone. */
    private void hang(SocketChannel connection) throws IOException {
        clock.advance(TIMEOUT);
        awaitEnd(connection);
    }

    private static void awaitEnd(SocketChannel connection) throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(1 << 16);
        while (connection.read(rest.clear()) >= 0) {
            // until the client has gone
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 11, 12, 40})
    void endsAtTheDeadlineWhenMungedHangsWithinAnAnswer(int sent) throws IOException {
        try (var _ = ScriptedMunged.at(socket, keeping(requests, connection -> {
            for (int i = 0; i < sent; i++) {
                ScriptedMunged.write(connection, new byte[]{answerAbout(0, "", 9)[i]});
                clock.advance(TIMEOUT.dividedBy(50));
            }
            hang(connection);
        }))) {
            assertEquals(MungeError.TIMEOUT, failing().error());
        }
    }

    @Test
    void endsAtTheDeadlineWhenMungedDoesNotReadALongRequest() throws IOException {
        CountDownLatch gaveUp = new CountDownLatch(1);
        try (var _ = ScriptedMunged.at(socket, connection -> {
            clock.advance(TIMEOUT);
            connection.read(ByteBuffer.allocate(1));
            gaveUp.await();
        })) {
            MungeException e = assertThrows(MungeException.class,
                    () -> munge.encode(EncodeOptions.DEFAULT, new byte[MungeCodec.MAX_PAYLOAD_BYTES]));
            assertEquals(MungeError.TIMEOUT, e.error());
            gaveUp.countDown();
        }
    }

    @Test
    void countsAllAttemptsAgainstOneDeadline() throws IOException {
        try (var _ = ScriptedMunged.at(socket, keeping(requests, _ -> clock.advance(Duration.ofSeconds(2))))) {
            assertEquals(MungeError.TIMEOUT, failing().error());
            assertEquals(3, requests.size());
        }
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() throws IOException {
        Thread caller = Thread.currentThread();
        try (var _ = ScriptedMunged.at(socket, keeping(requests, connection -> {
            caller.interrupt();
            awaitEnd(connection);
        }))) {
            assertThrows(InterruptedIOException.class, () -> munge.decode(CREDENTIAL));
            assertTrue(Thread.interrupted(), "the thread stays interrupted");
        }
    }

    @Test
    void stopsWhenItsThreadIsInterruptedBetweenAttempts() throws IOException {
        MungeSocket pausing = MungeSocket.builder().socket(socket).pauses(_ -> {
            throw new InterruptedException();
        }).build();
        try (var _ = ScriptedMunged.at(socket, answeringNothing())) {
            assertThrows(InterruptedIOException.class, () -> pausing.decode(CREDENTIAL));
            assertTrue(Thread.interrupted(), "the thread stays interrupted");
        }
    }

    // Once more.

    @Test
    void asksAgainAsARetryWhenTheAnswerIsLost() throws IOException {
        ScriptedMunged.Act half = keeping(requests, c -> ScriptedMunged.write(c, new byte[]{0, 0x60}));
        ScriptedMunged.Act nothing = keeping(requests, answeringNothing());
        try (var _ = ScriptedMunged.at(socket, nothing, half, nothing, half, keeping(requests,
                c -> ScriptedMunged.write(c, answerAbout(0, "", 9))))) {
            assertEquals(9, munge.decode(CREDENTIAL).uid());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), requests.stream().map(request -> (int) request[6]).toList());
        assertEquals(List.of(10L, 20L, 30L, 40L), pauses.stream().map(Duration::toMillis).toList());
    }

    @Test
    void givesUpAfterFiveAttempts() throws IOException {
        try (var _ = ScriptedMunged.at(socket, keeping(requests, answeringNothing()))) {
            assertSays(MungeError.SOCKET, failing(), "did not answer, 5 times", "See its log");
        }
        assertEquals(5, requests.size());
    }

    @Test
    void connectsTenTimesWhereNobodyListens() throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket)).close();
        assertSays(MungeError.SOCKET, failing(), "nobody listens at " + socket, "systemctl restart munge");
        assertEquals(List.of(50L, 100L, 150L, 200L, 250L, 300L, 350L, 400L, 450L),
                pauses.stream().map(Duration::toMillis).toList());
    }

    @Test
    void connectsTenTimesWhereMungedIsTooBusy() throws IOException {
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket), 1);
            List<SocketChannel> waiting = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            }
            assertSays(MungeError.SOCKET, failing(), "takes no connection", "10 times");
            for (SocketChannel each : waiting) {
                each.close();
            }
        }
        assertEquals(9, pauses.size());
    }

    // Why not.

    @Test
    void saysThatMungedIsNotRunning() {
        assertSays(MungeError.SOCKET, failing(), "munged is not running: there is no socket " + socket,
                "systemctl start munge");
        assertEquals(List.of(), pauses);
    }

    @Test
    void saysThatTheFileIsNoSocket() throws IOException {
        Files.createFile(socket);
        assertSays(MungeError.SOCKET, failing(), socket + " is not a socket");
        assertEquals(List.of(), pauses);
    }

    @Test
    void saysThatTheSocketIsNotPermitted() throws IOException {
        try (var _ = ScriptedMunged.at(socket, answeringNothing())) {
            var transactions = new Transactions(socket, TIMEOUT, clock, Thread::sleep);
            String why = transactions.whyInVain(new SocketException("Permission denied")).orElseThrow();
            assertTrue(why.contains("may not connect to " + socket), why);
            assertTrue(transactions.whyInVain(new SocketException("Connection refused")).isEmpty());
        }
    }

    @Test
    void doesNotBlameMungedWhereThisProcessHasNoDescriptorLeft() throws IOException {
        try (var _ = ScriptedMunged.at(socket, answeringNothing())) {
            var transactions = new Transactions(socket, TIMEOUT, clock, Thread::sleep);
            String why = transactions.whyInVain(new SocketException("Too many open files")).orElseThrow();
            assertTrue(why.contains("this process has no file descriptor left"), why);
            assertTrue(why.contains("ulimit -n"), why);
        }
    }

    @Test
    void sendsNothingThatMungedWouldNotTake() {
        assertSays(MungeError.BAD_LENGTH, assertThrows(MungeException.class,
                () -> munge.encode(EncodeOptions.DEFAULT, new byte[MungeCodec.MAX_PAYLOAD_BYTES + 1])), "1048557");
        assertRefused(MungeError.BAD_LENGTH, munge, new byte[MungeCodec.MAX_CREDENTIAL_BYTES + 1], "1048572");
    }

    @Test
    void wantsATimeoutThatEnds() {
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofMinutes(61))) {
            assertThrows(IllegalArgumentException.class, () -> MungeSocket.builder().timeout(bad));
        }
    }
}
