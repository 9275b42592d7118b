package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Twrite;

/** The server's own state as files; {@link DiodToolsTest} has diod's tools read them. */
@Timeout(120)
class CtlTreeTest {
    private final Server server = Server.builder().export("/", MemoryTree.builder().build()).build();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void ctlTellsOfTheServer() throws IOException {
        RawClient client = RawClient.attached(server.transport("me"), CtlTree.ANAME);
        client.open(9, "connections");
        assertEquals("me 2\n", client.text(9));
        client.open(1, "clients");
        String line = client.text(1);
        assertTrue(
                line.matches(
                        "me uname=nobody uid=65534 msize=65536 fids=3 requests=\\d+ read=5 written=0 verified=-\n"),
                line);
        client.open(2, "version");
        assertTrue(client.text(2).contains("9P2000.L"));
        client.open(3, "date");
        assertTrue(client.text(3).matches("\\d+\\.\\d{6} 0\\.0\n"));
        client.open(4, "zero");
        assertEquals(ByteBuffer.allocate(65512), client.read(4, 1L << 50, 65512));
    }

    /** In the order of diod, which dtop goes by: 5 words of state, 26 requests, 12 lengths of reads and 12 of writes. */
    @Test
    void ctlCountsWhatWasAskedAlsoByThoseWhoHaveLeft() throws IOException {
        try (RawClient gone = RawClient.attached(server.transport("gone"), CtlTree.ANAME)) {
            gone.open(1, "zero");
            gone.read(1, 0, 4095);
            gone.read(1, 0, 4096);
            gone.walk(0, 2, "null");
            gone.call(new Tlopen(2, Tlopen.WRONLY), Rlopen.class);
            gone.call(new Twrite(2, 0, ByteBuffer.allocate(65_000)), Rwrite.class);
        }
        RawClient client = RawClient.attached(server.transport("me"), CtlTree.ANAME);
        client.open(1, "tpools");
        String[] words = client.text(1).strip().split(" ", -1);
        assertEquals(5 + 26 + 12 + 12, words.length);
        assertEquals(List.of("default", "1"), List.of(words).subList(0, 2));
        assertEquals(List.of("8191", "65000"), List.of(words).subList(3, 5));
        Map<String, String> counts = Map.of("lopen", words[6], "version", words[22], "attach", words[24], "walk",
                words[26],
                "read", words[27], "write", words[28]);
        assertEquals(Map.of("lopen", "3", "version", "2", "attach", "2", "walk", "3", "read", "2", "write", "1"),
                counts);
        assertEquals(List.of("1", "1", "0"), List.of(words).subList(31, 34));
        assertEquals(List.of("0", "0", "0", "0", "1", "0"), List.of(words).subList(43, 49));
    }

    @Test
    void ctlTakesWritesToNullAndToNothingElse() throws IOException {
        RawClient client = RawClient.attached(server.transport("me"), CtlTree.ANAME);
        client.walk(0, 1, "null");
        client.call(new Tlopen(1, Tlopen.WRONLY | Tlopen.TRUNC), Rlopen.class);
        assertEquals(60_000,
                client.call(new Twrite(1, 1L << 60, ByteBuffer.allocate(60_000)), Rwrite.class).count());
        assertEquals(Errno.EFBIG, client.refused(new Twrite(1, Long.MAX_VALUE, ByteBuffer.allocate(2))));
        assertEquals(Errno.EINVAL, client.refused(new Twrite(1, -1, ByteBuffer.allocate(2))));
        assertEquals(Errno.EBADF, client.refused(new Tread(1, 0, 10)));
        client.open(2, "null");
        assertFalse(client.read(2, 0, 10).hasRemaining());
        assertEquals(Errno.EBADF, client.refused(new Twrite(2, 0, ByteBuffer.allocate(2))));
        client.walk(0, 3, "zero");
        assertEquals(Errno.EACCES, client.refused(new Tlopen(3, Tlopen.WRONLY)));
        assertEquals(60_000, server.connections().getFirst().bytesWritten());
    }

    @Test
    void anExportNamedCtlReplacesTheBuiltInOne() throws IOException {
        MemoryTree mine = MemoryTree.builder().file("mine", "x").build();
        try (Server other = Server.builder().export(CtlTree.ANAME, mine).build();
                RawClient client = RawClient.attached(other.transport("me"), CtlTree.ANAME)) {
            client.open(1, "mine");
            assertEquals(Errno.ENOENT, client.refused(new Tattach(5, Protocol.NOFID, "", "/", 0)));
        }
    }
}
