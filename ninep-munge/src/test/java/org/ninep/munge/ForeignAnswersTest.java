package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ninep.munge.Samples.HELLO;
import static org.ninep.munge.Samples.ascii;
import static org.ninep.munge.Samples.assertSays;
import static org.ninep.munge.Samples.join;
import static org.ninep.munge.ScriptedMunged.answerAbout;
import static org.ninep.munge.ScriptedMunged.answering;
import static org.ninep.munge.ScriptedMunged.framed;
import static org.ninep.munge.ScriptedMunged.keeping;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that are none. */
@Timeout(120)
class ForeignAnswersTest {
    private static final byte[] CREDENTIAL = ascii("MUNGE:AAAA:");

    @TempDir
    private Path directory = Path.of("");
    private Path socket = directory;
    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private MungeSocket munge = MungeSocket.builder().build();

    @BeforeEach
    void build() {
        socket = directory.resolve("s");
        munge = MungeSocket.builder().socket(socket).build();
    }

    static List<byte[]> garbage() {
        byte[] good = answerAbout(0, "", 9);
        List<byte[]> all = new ArrayList<>();
        all.add(ascii("HTTP/1.1 400 Bad Request"));
        for (int at : new int[]{0, 4, 5, 7}) {
            byte[] wrong = good.clone();
            wrong[at] ^= 0x40;
            all.add(wrong);
        }
        for (byte length : new byte[]{1, 5, 16, -1}) {
            all.add(ByteBuffer.wrap(good.clone()).put(22, length).array());
        }
        all.add(framed(6, new byte[]{1, 2, 3}));
        all.add(framed(3, new byte[]{0, 0, 0, 0, 0, 0}));
        all.add(ByteBuffer.wrap(good.clone()).putInt(7, SocketResponses.MAX_BODY_BYTES + 1).array());
        for (int length = 0; length < good.length - 11; length += 7) {
            byte[] cutOff = new byte[length];
            System.arraycopy(good, 11, cutOff, 0, length);
            all.add(framed(5, cutOff));
        }
        all.add(framed(5, join(Arrays.copyOfRange(good, 11, good.length), new byte[1])));
        return all;
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesAnswersThatAreNotMungeds(byte[] answer) throws IOException {
        try (var _ = ScriptedMunged.at(socket, keeping(requests, c -> ScriptedMunged.write(c, answer)))) {
            assertSays(MungeError.SOCKET, assertThrows(MungeException.class, () -> munge.decode(CREDENTIAL)),
                    "munged at " + socket, "not understood");
            assertEquals(1, requests.size());
        }
    }

    @Test
    void refusesARealm() throws IOException {
        byte[] answer = ByteBuffer.wrap(answerAbout(0, "", 9)).put(17, (byte) 1).array();
        try (var _ = ScriptedMunged.at(socket, answering(answer))) {
            assertSays(MungeError.BAD_REALM, assertThrows(MungeException.class, () -> munge.decode(CREDENTIAL)),
                    "realm");
        }
    }

    @Test
    void refusesACredentialWithALineBreakOrWithoutItsNul() throws IOException {
        for (String text : List.of("MUNGE:\nAA:\0", "MUNGE:AA:", "")) {
            Files.deleteIfExists(socket);
            byte[] body = ByteBuffer.allocate(6 + text.length()).putInt(2, text.length()).put(6, ascii(text)).array();
            try (var _ = ScriptedMunged.at(socket, answering(framed(3, body)))) {
                MungeException e = assertThrows(MungeException.class, () -> munge.encode(EncodeOptions.DEFAULT, HELLO));
                assertSays(MungeError.SOCKET, e, "the credential in it");
            }
        }
    }
}
