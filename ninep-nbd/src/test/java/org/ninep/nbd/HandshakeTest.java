package org.ninep.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.nbd.RawClient.OptionAnswer;

@Timeout(120)
class HandshakeTest {

    private static final String GREETING = "4e42444d41474943 49484156454f5054 0003";
    private static final String GO = "49484156454f5054 00000007";

    private NbdServer server;
    private SocketAddress address;

    @BeforeEach
    void start() throws IOException {
        server = NbdServer.builder()
                .listen(RawClient.loopback())
                .export(new Export("disk", "The first disk", new MemoryDevice(1_000_003)))
                .export(new Export("d\u00ecsk2", new MemoryDevice(8192)))
                .start();
        address = server.addresses().getFirst();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient greeted() throws IOException {
        RawClient client = new RawClient(address);
        client.expect(GREETING);
        client.send("00000003");
        return client;
    }

    /** name length, name, number of items, items */
    private static byte[] goData(String name, int... items) {
        byte[] bytes = name.getBytes(UTF_8);
        ByteBuffer data = ByteBuffer.allocate(6 + bytes.length + 2 * items.length);
        data.putInt(bytes.length).put(bytes).putShort((short) items.length);
        for (int item : items) {
            data.putShort((short) item);
        }
        return data.array();
    }

    @Test
    void goTellsSizeFlagsAndEveryItemAskedForAndStartsTransmission() throws IOException {
        try (RawClient client = greeted()) {
            client.send(GO + "00000010 00000004 6469736b 0003 0001 0002 0003");
            client.expect("0003e889045565a9 00000007 00000003 0000000c 0000 00000000000f4243 0107");
            client.expect("0003e889045565a9 00000007 00000003 00000006 0001 6469736b");
            client.expect("0003e889045565a9 00000007 00000003 00000010 0002"
                    + HexFormat.of().formatHex("The first disk".getBytes(UTF_8)));
            client.expect("0003e889045565a9 00000007 00000003 0000000e 0003 00000001 00001000 02000000");
            client.expect("0003e889045565a9 00000007 00000001 00000000");
            client.send("25609513 0000 0000 1122334455667788 0000000000000003 00000004");
            client.expect("67446698 00000000 1122334455667788");
            client.expect(HexFormat.of().formatHex(new MemoryDevice(1_000_003).content(3, 4)));
        }
    }

    @Test
    void infoAnswersLikeGoButStaysInTheHandshake() throws IOException {
        try (RawClient client = greeted()) {
            client.option(NBD_OPT_INFO, goData("d\u00ecsk2", 3, 3, 777));
            assertEquals(NBD_REP_INFO, client.answerTo(NBD_OPT_INFO).type());
            assertEquals(NBD_REP_INFO, client.answerTo(NBD_OPT_INFO).type());
            assertEquals(NBD_REP_ACK, client.answerTo(NBD_OPT_INFO).type());
            client.option(NBD_OPT_INFO, goData("disk"));
            assertEquals(12, client.answerTo(NBD_OPT_INFO).data().remaining());
            assertEquals(NBD_REP_ACK, client.answerTo(NBD_OPT_INFO).type());
        }
    }

    @Test
    void exportNameSendsZeroesUnlessTheClientDoesWithout() throws IOException {
        try (RawClient client = new RawClient(address)) {
            client.expect(GREETING);
            client.send("00000000");
            client.option(NBD_OPT_EXPORT_NAME, "d\u00ecsk2".getBytes(UTF_8));
            client.expect("0000000000002000 0107" + "00".repeat(124));
            client.read(1, 0, 1);
            client.expectReply(NBD_SUCCESS, 1);
        }
    }

    @Test
    void theEmptyNameMeansTheFirstExport() throws IOException {
        try (RawClient client = greeted()) {
            client.option(NBD_OPT_EXPORT_NAME, new byte[0]);
            client.expect("00000000000f4243 0107");
        }
        try (NbdClient client = NbdClient.connect(address, "")) {
            assertEquals(1_000_003, client.size());
            assertEquals("disk", client.exportName());
        }
    }

    @Test
    void anUnknownExportIsErrUnknownForGoAndTheEndForExportName() throws IOException {
        try (RawClient client = greeted()) {
            client.option(NBD_OPT_GO, goData("nosuch"));
            assertEquals(NBD_REP_ERR_UNKNOWN, client.answerTo(NBD_OPT_GO).type());
            client.option(NBD_OPT_GO, new byte[]{0, 0, 0, 1, (byte) 0xff, 0, 0});
            assertEquals(NBD_REP_ERR_UNKNOWN, client.answerTo(NBD_OPT_GO).type());
            client.option(NBD_OPT_EXPORT_NAME, "nosuch".getBytes(UTF_8));
            client.expectClosed();
        }
    }

    @Test
    void listNamesTheExportsAndAbortIsAcknowledged() throws IOException {
        try (RawClient client = greeted()) {
            client.option(NBD_OPT_LIST, new byte[0]);
            client.expect("0003e889045565a9 00000003 00000002 00000016 00000004 6469736b"
                    + HexFormat.of().formatHex("The first disk".getBytes(UTF_8)));
            client.expect("0003e889045565a9 00000003 00000002 0000000a 00000006 64c3ac736b32");
            client.expect("0003e889045565a9 00000003 00000001 00000000");
            client.send("49484156454f5054 00000002 00000000");
            client.expect("0003e889045565a9 00000002 00000001 00000000");
            client.expectClosed();
        }
        assertEquals(
                List.of(new NbdClient.Listed("disk", "The first disk"), new NbdClient.Listed("d\u00ecsk2", "")),
                NbdClient.list(address));
    }

    @Test
    void unknownOptionsTlsAndStructuredRepliesAreUnsupported() throws IOException {
        try (RawClient client = greeted()) {
            for (int option : new int[]{NBD_OPT_STARTTLS, NBD_OPT_STRUCTURED_REPLY, 4, 9, 11, 0, -1}) {
                client.option(option, new byte[option & 7]);
                assertEquals(NBD_REP_ERR_UNSUP, client.answerTo(option).type());
            }
        }
    }

    @Test
    void malformedDataIsErrInvalidAndTheHandshakeGoesOn() throws IOException {
        try (RawClient client = greeted()) {
            String[] malformed = {"", "0000", "00000005 6469736b 0000", "ffffffff 0000", "00000004 6469736b",
                    "00000004 6469736b 0001", "00000004 6469736b 0000 0000", "00000004 6469736b 0001 000300"};
            for (String hex : malformed) {
                client.option(NBD_OPT_GO, HexFormat.of().parseHex(hex.replace(" ", "")));
                assertEquals(NBD_REP_ERR_INVALID, client.answerTo(NBD_OPT_GO).type(), hex);
            }
            client.option(NBD_OPT_LIST, new byte[1]);
            assertEquals(NBD_REP_ERR_INVALID, client.answerTo(NBD_OPT_LIST).type());
            client.option(NBD_OPT_GO, goData("disk"));
            assertEquals(NBD_REP_INFO, client.answerTo(NBD_OPT_GO).type());
        }
    }

    @Test
    void dataThatIsTooBigIsSkippedAndAnsweredSo() throws IOException {
        try (RawClient client = greeted()) {
            for (int size : new int[]{Handshake.MAX_OPTION_DATA + 1, Handshake.MAX_SKIPPED_DATA}) {
                client.option(NBD_OPT_GO, new byte[size]);
                assertEquals(NBD_REP_ERR_TOO_BIG, client.answerTo(NBD_OPT_GO).type());
            }
            client.option(12345, new byte[Handshake.MAX_OPTION_DATA]);
            assertEquals(NBD_REP_ERR_UNSUP, client.answerTo(12345).type());
            client.send(GO + "00100001");
            client.expectClosed();
        }
    }

    @Test
    void optionsMayComeByteByByteOrAllAtOnce() throws IOException {
        byte[] name = "disk".getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(4 + 16 + 16 + name.length + 28);
        all.putInt(3).putLong(IHAVEOPT).putInt(NBD_OPT_LIST).putInt(0);
        all.putLong(IHAVEOPT).putInt(NBD_OPT_EXPORT_NAME).putInt(name.length).put(name);
        all.put(RawClient.request(0, NBD_CMD_READ, 5, 0, 10));
        try (RawClient slow = new RawClient(address);
                RawClient hasty = new RawClient(address)) {
            hasty.send(all.array());
            for (byte b : all.array()) {
                slow.send(new byte[]{b});
            }
            for (RawClient client : List.of(slow, hasty)) {
                client.expect(GREETING);
                for (OptionAnswer answer = client.answerTo(NBD_OPT_LIST); answer.type() != NBD_REP_ACK;) {
                    answer = client.answerTo(NBD_OPT_LIST);
                }
                client.receive(10);
                client.expectReply(NBD_SUCCESS, 5);
                client.receive(10);
            }
        }
    }

    @Test
    void aClientThatSpeaksAnotherProtocolIsCutOff() throws IOException {
        byte[] tversion = HexFormat.of().parseHex("1500000064ffff00000100080039503230303" + "02e4c");
        for (byte[] words : List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8), tversion)) {
            try (RawClient client = new RawClient(address)) {
                client.expect(GREETING);
                client.send(words);
                client.expectClosed();
            }
        }
        try (RawClient client = greeted()) {
            client.send("0123456789abcdef 00000003 00000000");
            client.expectClosed();
        }
    }

    @Test
    void aClientWithoutFixedNewstyleMayOnlyNameItsExport() throws IOException {
        try (RawClient client = new RawClient(address)) {
            client.expect(GREETING);
            client.send("00000000");
            client.option(NBD_OPT_LIST, new byte[0]);
            client.expectClosed();
        }
    }

    @Test
    void moreThan64OptionsEndTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            for (int i = 0; i < Handshake.MAX_OPTIONS; i++) {
                client.option(99, new byte[0]);
                assertEquals(NBD_REP_ERR_UNSUP, client.answerTo(99).type());
            }
            client.option(99, new byte[0]);
            client.expectClosed();
        }
    }

    @Test
    void halfAHandshakeThatIsResetHarmsNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            RawClient client = greeted();
            client.send("49484156454f5054 000000");
            client.reset();
        }
        assertEquals(2, NbdClient.list(address).size());
    }
}
