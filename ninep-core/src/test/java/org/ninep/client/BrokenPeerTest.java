package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.NinepException;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.testkit.PeerConnection;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** Whatever the peer sends, every request ends in one answer, and nobody's buffer is harmed. */
@Timeout(120)
class BrokenPeerTest {
    private static final int MSIZE = 8192;

    private final byte[] content = Bytes.random(100_000, 11);
    private ScriptedPeer peer = ScriptedPeer.inProcess("h:564");
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        peer.serving(content).holding(Tread.class).answering(Tversion.class, t -> new Rversion(MSIZE, t.version()));
        client = Client.builder(peer.transport()).connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    private AwaitedRead read(int length) {
        AwaitedRead read = new AwaitedRead();
        file.read(ByteBuffer.allocate(length), 0, Duration.ofHours(1), read);
        return read;
    }

    private static byte[] header(int size, int type, int tag) {
        return ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN).putInt(size).put((byte) type).putShort((short) tag)
                .array();
    }

    /** Everything in flight fails with what the peer did, and everything after with that as the cause. */
    private ProtocolException assertEnds(AwaitedRead... reads) throws Exception {
        ProtocolException first = reads[0].failure(ProtocolException.class);
        assertBegins("h:564: ", first);
        for (AwaitedRead read : reads) {
            assertEquals(first.getMessage(), read.failure(ProtocolException.class).getMessage());
        }
        peer.connection().awaitClosedByClient();
        assertFalse(client.isOpen());
        ConnectionLostException later = assertThrows(ConnectionLostException.class, () -> file.getattr());
        assertEquals(first.getMessage(), later.getMessage());
        return first;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, MSIZE + 1, 1 << 30, Integer.MIN_VALUE, -1})
    void aFrameOfAnImpossibleSizeEndsTheConnection(int size) throws Exception {
        AwaitedRead first = read(10);
        AwaitedRead second = read(10);
        Request<Tread> request = peer.expect(Tread.class);
        peer.connection().sendRaw(header(size, 117, request.tag()));
        assertContains("not 9P: a frame of " + Integer.toUnsignedString(size) + " bytes", assertEnds(first, second));
    }

    @Test
    void aReplyToATagThatNobodyHasEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        Request<Tread> request = peer.expect(Tread.class);
        peer.connection().send(request.tag() + 1, new Rread(ByteBuffer.allocate(10)));
        assertContains("tag " + (request.tag() + 1) + ", which no request in flight has", assertEnds(read));
    }

    @ParameterizedTest
    @ValueSource(ints = {Protocol.NOTAG, 20_000})
    void aReplyToATagThatIsNeverGivenOutEndsTheConnection(int tag) throws Exception {
        AwaitedRead read = read(10);
        peer.connection().send(tag, new Rversion(MSIZE, Protocol.VERSION_9P2000_L));
        assertContains("tag " + tag, assertEnds(read));
    }

    @Test
    void aReplyOfAnotherTypeEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        AwaitedRead other = read(10);
        peer.expect(Tread.class).answer(new Rclunk());
        assertContains("a reply of type 121 to Tread /image at 0, 10 bytes", assertEnds(read, other));
    }

    @Test
    void aReplyOfATypeThatDoesNotExistEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        peer.connection().sendRaw(header(7, 250, peer.expect(Tread.class).tag()));
        assertEnds(read);
    }

    /** So nfs-ganesha refuses: with the type of Rerror of plain 9P2000 and the body of Rlerror. Linux' client takes it. */
    @Test
    void aRefusalMayHaveTheTypeOfRerror() throws Exception {
        AwaitedRead read = read(10);
        peer.connection().sendRaw(header(11, 107, peer.expect(Tread.class).tag()));
        peer.connection().sendRaw(new byte[]{13, 0, 0, 0});
        assertEquals(Errno.EACCES, read.failure(RemoteException.class).errno());
        assertTrue(client.isOpen());
    }

    @Test
    void anRerrorWithATextEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        peer.connection().sendRaw(header(12, 107, peer.expect(Tread.class).tag()));
        peer.connection().sendRaw(new byte[]{3, 0, 'b', 'a', 'd'});
        assertContains("Rlerror: 1 bytes too many", assertEnds(read));
    }

    @Test
    void aRequestWhereAReplyIsDueEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        peer.connection().sendRaw(header(7, 116, peer.expect(Tread.class).tag()));
        assertEnds(read);
    }

    @Test
    void anRflushThatNobodyAskedForEndsTheConnection() throws Exception {
        AwaitedRead read = read(10);
        peer.expect(Tread.class).answer(new Rflush());
        assertEnds(read);
    }

    @Test
    void aSecondAnswerEndsTheConnection() throws Exception {
        AwaitedRead first = read(10);
        AwaitedRead second = read(10);
        Request<Tread> request = peer.expect(Tread.class);
        peer.expect(Tread.class);
        request.answer(Bytes.answer(content, request.message()));
        assertEquals(10, first.count());
        request.answer(Bytes.answer(content, request.message()));
        assertEnds(second);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 1000, Integer.MIN_VALUE})
    void anRreadWhoseCountIsNotItsLengthEndsTheConnection(int more) throws Exception {
        AwaitedRead read = read(10);
        Request<Tread> request = peer.expect(Tread.class);
        byte[] reply = PeerConnection.encode(request.tag(), Bytes.answer(content, request.message()));
        ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).putInt(7, 10 + more);
        peer.connection().sendRaw(reply);
        assertEnds(read);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 10})
    void anRreadWithoutACountEndsTheConnection(int size) throws Exception {
        AwaitedRead read = read(10);
        byte[] reply = Arrays.copyOf(header(size, 117, peer.expect(Tread.class).tag()), size);
        peer.connection().sendRaw(reply);
        peer.connection().sendRaw(new byte[4]);
        assertEnds(read);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 100})
    void aTornBodyEndsTheConnectionAndTheEndpointIsNamed(int size) throws Exception {
        AwaitedRead read = read(10);
        peer.expect(Tread.class);
        peer.holding(Tgetattr.class);
        Background<?> getattr = Background.run(() -> file.getattr());
        int tag = peer.expect(Tgetattr.class).tag();
        peer.connection().sendRaw(Arrays.copyOf(header(size, 25, tag), size));
        assertContains("truncated", getattr.failure(ProtocolException.class));
        assertEnds(read);
    }

    @Test
    void bytesBehindTheBodyEndTheConnection() throws Exception {
        AwaitedRead read = read(10);
        int tag = peer.expect(Tread.class).tag();
        byte[] reply = Arrays.copyOf(PeerConnection.encode(tag, new Rlerror(Errno.EIO)), 12);
        reply[0] = 12;
        peer.connection().sendRaw(reply);
        assertEnds(read);
    }

    @Test
    void repliesMayComeInPiecesOfAnySize() throws Exception {
        for (int piece : new int[]{1, 2, 3, 5, 7, 10, 11, 12, 13, 100}) {
            AwaitedRead read = read(50);
            Request<Tread> request = peer.expect(Tread.class);
            peer.answering(Treadlink.class, _ -> null);
            Background<String> readlink = Background.run(() -> file.readlink());
            int other = peer.expect(Treadlink.class).tag();
            byte[] replies = join(PeerConnection.encode(request.tag(), Bytes.answer(content, request.message())),
                    PeerConnection.encode(other, new Rreadlink("somewhere/else")));
            for (int at = 0; at < replies.length; at += piece) {
                peer.connection().sendRaw(replies, at, Math.min(replies.length, at + piece));
            }
            assertEquals(50, read.count());
            assertEquals("somewhere/else", readlink.get());
        }
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Test
    void manyRepliesMayComeAtOnce() throws Exception {
        AwaitedRead[] reads = new AwaitedRead[200];
        byte[] replies = new byte[0];
        for (int i = 0; i < reads.length; i++) {
            reads[i] = read(i % 20);
            Request<Tread> request = peer.expect(Tread.class);
            Rmessage reply = i % 3 == 0 ? new Rlerror(Errno.EIO) : Bytes.answer(content, request.message());
            replies = join(PeerConnection.encode(request.tag(), reply), replies);
        }
        peer.connection().sendRaw(replies);
        for (int i = 0; i < reads.length; i++) {
            if (i % 3 == 0) {
                reads[i].failure(NinepException.class);
            } else {
                assertEquals(i % 20, reads[i].count());
            }
        }
    }

    @Test
    void aReplyOfExactlyMsizeIsTaken() throws Exception {
        peer.holding(Tgetattr.class).answering(Treadlink.class, _ -> new Rreadlink("x".repeat(MSIZE - 9)));
        assertEquals(MSIZE - 9, file.readlink().length());
        peer.answering(Treadlink.class, _ -> new Rreadlink("x".repeat(MSIZE - 8)));
        assertThrows(ProtocolException.class, () -> file.readlink());
    }

    // The connection's end.

    private void overTcp() throws IOException {
        close();
        peer = ScriptedPeer.tcp();
        open();
    }

    @Test
    void theServersCloseFailsWhatIsInFlight() throws Exception {
        AwaitedRead first = read(10);
        AwaitedRead second = read(10);
        peer.awaitHeld(2);
        peer.connection().close();
        assertEquals("h:564: the server closed the connection",
                first.failure(ConnectionLostException.class).getMessage());
        second.failure(ConnectionLostException.class);
        assertFalse(client.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 7, 10, 11, 12, 500, 1010})
    void aCloseInTheMiddleOfAReplyFailsIt(int sent) throws Exception {
        overTcp();
        AwaitedRead read = read(1000);
        Request<Tread> request = peer.expect(Tread.class);
        byte[] reply = PeerConnection.encode(request.tag(), Bytes.answer(content, request.message()));
        peer.connection().sendRaw(reply, 0, sent);
        peer.connection().close();
        read.failure(ConnectionLostException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 500})
    void aResetInTheMiddleOfAReplyFailsIt(int sent) throws Exception {
        overTcp();
        AwaitedRead read = read(1000);
        Background<?> getattr = getattrInFlight();
        Request<Tread> request = peer.find(Tread.class, _ -> true);
        byte[] reply = PeerConnection.encode(request.tag(), Bytes.answer(content, request.message()));
        peer.connection().sendRaw(reply, 0, sent);
        peer.connection().reset();
        assertBegins(peer.transport().endpoint() + ": the connection broke: ",
                read.failure(ConnectionLostException.class));
        getattr.failure(ConnectionLostException.class);
    }

    private Background<?> getattrInFlight() {
        peer.holding(Tgetattr.class);
        Background<?> getattr = Background.run(() -> file.getattr());
        peer.find(Tgetattr.class, _ -> true);
        return getattr;
    }

    @Test
    void requestsToAPeerThatIsGoneFail() throws Exception {
        overTcp();
        peer.connection().reset();
        for (int i = 0; i < 3; i++) {
            assertThrows(ConnectionLostException.class, () -> file.read(ByteBuffer.allocate(10), 0));
            assertThrows(ConnectionLostException.class, () -> file.getattr());
        }
        assertTrue(peer.received(Tread.class).size() <= 1);
    }

    @Test
    void aReplyWithoutARequestEndsAnIdleConnection() {
        peer.connection().send(0, new Rclunk());
        peer.connection().awaitClosedByClient();
        assertThrows(ConnectionLostException.class, () -> file.getattr());
    }
}
