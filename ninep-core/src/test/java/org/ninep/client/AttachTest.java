package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class AttachTest {
    private static final NinepUri URI = NinepUri.parse("9p://h/a/b?aname=/srv&uname=joe");

    @Test
    void attachesAsTheUriSaysWithoutAuthentication() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]);
                Client client = Client.builder(peer.transport()).connect();
                RemoteFile root = client.attach(NinepUri.parse("9p://h/?aname=/srv&uname=joe&uid=4294967294"))) {
            Tattach sent = peer.received(Tattach.class).getFirst();
            assertEquals(new Tattach(sent.fid(), Protocol.NOFID, "joe", "/srv", -2), sent);
            assertEquals("/", root.path());
            assertEquals(Qid.DIRECTORY, root.qid().type());
            assertSame(client, root.client());
        }
    }

    @Test
    void attachesAsTheProcesssEffectiveUserWhereTheUriNamesNone() throws IOException {
        int owner = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]);
                Client client = Client.builder(peer.transport()).connect();
                RemoteFile root = client.attach(URI)) {
            assertNotNull(root);
            assertEquals(owner, peer.received(Tattach.class).getFirst().nUname());
        }
    }

    @Test
    void aRefusedAttachSaysWhoRefusedWhatAndFreesTheFid() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[0]).answering(Tattach.class,
                t -> t.aname().equals("/no") ? new Rlerror(Errno.EACCES) : null);
                Client client = Client.builder(peer.transport()).connect()) {
            for (int i = 0; i < 3; i++) {
                RemoteException e = assertThrows(RemoteException.class, () -> client.attach("/no", "", 0));
                assertEquals(Errno.EACCES, e.errno());
                assertBegins("h:564: Tattach /no: ", e);
            }
            assertEquals(1, peer.received(Tattach.class).stream().map(Tattach::fid).distinct().count());
        }
    }

    @Test
    void attachesWithoutAnAfidWhereTheServerWantsNoAuthentication() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]).answering(Tauth.class,
                _ -> new Rlerror(Errno.ENOENT));
                Client client = Client.builder(peer.transport()).authenticator(_ -> {
                    throw new IOException("not to be asked");
                }).connect();
                RemoteFile root = client.attach(URI)) {
            assertEquals("/", root.path());
            assertEquals(Protocol.NOFID, peer.received(Tattach.class).getFirst().afid());
            assertTrue(peer.received(Tclunk.class).isEmpty(), "there is no afid to clunk");
        }
    }

    /** A server that stores what it is told and answers reads with it, a few bytes at a time. */
    private static ScriptedPeer parrot(ByteArrayOutputStream told, int atOnce) {
        return ScriptedPeer.inProcess().serving(new byte[0]).answering(Tversion.class,
                t -> new Rversion(8192, t.version())).answering(Tauth.class, _ -> new Rauth(new Qid(Qid.AUTH, 0, 7)))
                .answering(Twrite.class, t -> {
                    assertEquals(told.size(), t.offset());
                    byte[] data = new byte[Math.min(t.data().remaining(), atOnce)];
                    t.data().get(data);
                    told.writeBytes(data);
                    return new Rwrite(data.length);
                }).answering(Tread.class, t -> new Rread(ByteBuffer.wrap("welcome".getBytes(
                        StandardCharsets.US_ASCII), 0, Math.min(7, t.count()))));
    }

    @Test
    void holdsAConversationOverTheAfidAndClunksItAfterTheAttach() throws IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        byte[] credential = Bytes.random(20_000, 1);
        ByteBuffer answer = ByteBuffer.allocate(100);
        AtomicReference<AuthFile> kept = new AtomicReference<>();
        Authenticator authenticator = afid -> {
            kept.set(afid);
            assertEquals("scripted peer", afid.endpoint());
            assertEquals("joe", afid.uname());
            assertEquals("/srv", afid.aname());
            assertEquals(42, afid.uid());
            ByteBuffer data = ByteBuffer.wrap(credential);
            afid.write(data);
            assertEquals(0, data.remaining());
            assertEquals(7, afid.read(answer));
        };
        try (ScriptedPeer peer = parrot(told, 5000);
                Client client = Client.builder(peer.transport()).authenticator(authenticator).connect();
                RemoteFile root = client.attach("/srv", "joe", 42)) {
            assertArrayEquals(credential, told.toByteArray());
            assertEquals("welcome", new String(Bytes.read(answer), StandardCharsets.US_ASCII));
            Tauth auth = peer.received(Tauth.class).getFirst();
            assertEquals(new Tauth(auth.afid(), "joe", "/srv", 42), auth);
            Tattach attach = peer.received(Tattach.class).getFirst();
            assertEquals(auth.afid(), attach.afid());
            assertEquals(credential.length, peer.received(Tread.class).getFirst().offset(), "behind what was written");
            assertTrue(peer.received(Twrite.class).stream().allMatch(t -> t.data().capacity() <= 8192 - 24));
            root.getattr();
            assertEquals(auth.afid(), peer.received(Tclunk.class).getFirst().fid());
            assertTrue(peer.received().indexOf(attach) < peer.received().indexOf(new Tclunk(auth.afid())));
            AuthFile late = kept.get();
            assertThrows(ClosedChannelException.class, () -> late.read(answer), "the afid is not the file's any more");
        }
    }

    @Test
    void clunksTheAfidWhenAuthenticationFails() throws IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try (ScriptedPeer peer = parrot(told, 5000);
                Client client = Client.builder(peer.transport()).authenticator(_ -> {
                    throw new IOException("no credential");
                }).connect()) {
            IOException e = assertThrows(IOException.class, () -> client.attach(URI));
            assertEquals("no credential", e.getMessage());
            assertThrows(IOException.class, () -> client.attach(URI));
            assertTrue(peer.received(Tattach.class).isEmpty());
            int afid = peer.received(Tauth.class).getFirst().afid();
            assertEquals(new Tclunk(afid), peer.received(Tclunk.class).getFirst());
        }
    }

    @Test
    void aRefusedTauthOtherThanEnoentFailsTheAttach() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]).answering(Tauth.class,
                _ -> new Rlerror(Errno.EPERM));
                Client client = Client.builder(peer.transport()).authenticator(_ -> {}).connect()) {
            RemoteException e = assertThrows(RemoteException.class, () -> client.attach(URI));
            assertEquals(Errno.EPERM, e.errno());
        }
    }

    @Test
    void doesNotAttachUnauthenticatedWhereTheUriAsksForAuthentication() throws IOException {
        NinepUri asking = NinepUri.parse("9p://h/x?auth=munge");
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]);
                Client client = Client.builder(peer.transport()).connect()) {
            for (Executable each : List.<Executable>of(() -> client.attach(asking), () -> client.open(asking),
                    () -> Client.connect(asking))) {
                String message = String.valueOf(assertThrows(IllegalArgumentException.class, each).getMessage());
                assertTrue(message.contains("asks for authentication"), message);
            }
            assertTrue(peer.received(Tattach.class).isEmpty());
        }
    }

    @Test
    void doesNotAuthenticateWhereTheUriSaysNone() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[0]);
                Client client = Client.builder(peer.transport()).authenticator(_ -> {}).connect();
                RemoteFile root = client.attach(NinepUri.parse("9p://h/x?auth=none"))) {
            assertEquals("/", root.path());
            assertTrue(peer.received(Tauth.class).isEmpty());
        }
    }

    private static RemoteException refused(Errno errno) throws IOException {
        Authenticator authenticator = new Authenticator() {
            @Override
            public void authenticate(AuthFile afid) {}

            @Override
            public String adviceIfRefused() {
                return "compare the keys";
            }
        };
        try (ScriptedPeer peer = parrot(new ByteArrayOutputStream(), 5000).answering(Tattach.class,
                _ -> new Rlerror(errno));
                Client client = Client.builder(peer.transport()).authenticator(authenticator).connect()) {
            return assertThrows(RemoteException.class, () -> client.attach(URI));
        }
    }

    @Test
    void saysWhatToLookAtWhereTheServerDoesNotBelieveIt() throws IOException {
        RemoteException e = refused(Errno.EPERM);
        assertEquals(Errno.EPERM, e.errno());
        assertTrue(String.valueOf(e.getMessage()).endsWith("(EPERM); refused after authentication: the aname \""
                + URI.aname() + "\" is not exported to this user, or compare the keys"), e.getMessage());
        assertTrue(String.valueOf(refused(Errno.ENOENT).getMessage()).endsWith("(ENOENT)"));
        assertTrue(String.valueOf(refused(Errno.EACCES).getMessage()).endsWith("(EACCES)"));
    }

    @Test
    void aCountOfWrittenBytesThatCannotBeEndsTheConnection() throws IOException {
        try (ScriptedPeer peer = parrot(new ByteArrayOutputStream(), 5000).answering(Twrite.class,
                t -> new Rwrite(t.data().remaining() + 1));
                Client client = Client.builder(peer.transport())
                        .authenticator(afid -> afid.write(ByteBuffer.allocate(10))).connect()) {
            assertThrows(ProtocolException.class, () -> client.attach(URI));
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void readingMoreFromTheAfidThanWasAskedForEndsTheConnection() throws IOException {
        try (ScriptedPeer peer = parrot(new ByteArrayOutputStream(), 5000).answering(Tread.class,
                t -> new Rread(ByteBuffer.allocate(t.count() + 1)));
                Client client = Client.builder(peer.transport())
                        .authenticator(afid -> afid.read(ByteBuffer.allocate(10))).connect()) {
            assertThrows(ProtocolException.class, () -> client.attach(URI));
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void opensWhatTheUriNamesAndGivesTheRootBack() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10]);
                Client client = Client.builder(peer.transport()).connect();
                RemoteFile file = client.open(URI)) {
            assertEquals("/a/b", file.path());
            assertEquals(10, file.getattr().size());
            assertEquals(new Tclunk(peer.received(Tattach.class).getFirst().fid()),
                    peer.received(Tclunk.class).getFirst());
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsGivenBack() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10]).answering(
                Tlopen.class, _ -> new Rlerror(Errno.EACCES)).holding(Tclunk.class);
                Client client = Client.builder(peer.transport()).connect()) {
            assertThrows(RemoteException.class, () -> client.open(URI));
            Request<Tclunk> first = peer.expect(Tclunk.class);
            Request<Tclunk> second = peer.expect(Tclunk.class);
            assertTrue(first.message().fid() != second.message().fid());
        }
    }

    @Test
    void refusesAUriThatAsksForAuthenticationWithoutAnAuthenticator() {
        NinepUri uri = NinepUri.parse("9p://127.0.0.1:1/?auth=munge");
        assertBegins("9p://127.0.0.1:1/?auth=munge asks for authentication",
                assertThrows(IllegalArgumentException.class, () -> Client.connect(uri)));
    }
}
