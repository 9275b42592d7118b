package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.Client;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.server.FileTree.User;

/** Who may attach to an export that requires authentication, and as whom. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AuthenticationTest {
    private static final int AFID = 100;
    private static final int ROOT = 0;
    private static final int JOE = 1000;
    private static final int ANN = 1001;

    private final Tickets tickets = new Tickets();
    private final Tickets otherTickets = new Tickets();
    private final Visitors secret = new Visitors();
    private final Visitors open = new Visitors();
    private final Server server = Server.builder().authentication(tickets).export("/secret", secret)
            .export("/other", secret, otherTickets).exportToAnyone("/open", open).build();
    private final List<RawClient> clients = new ArrayList<>();
    private final RawClient client = connect();

    @AfterEach
    void close() throws IOException {
        for (RawClient each : clients) {
            each.close();
        }
        server.close();
    }

    private RawClient connect() {
        try {
            RawClient connected = RawClient.versioned(server.transport("test"), 1 << 20);
            clients.add(connected);
            return connected;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Tauth auth(int uid) {
        return new Tauth(AFID, "", "/secret", uid);
    }

    private static Tattach attach(int fid, int afid, int uid) {
        return new Tattach(fid, afid, "", "/secret", uid);
    }

    /** Makes the afid and writes a credential to it. */
    private static void present(RawClient client, int uid, ByteBuffer credential) throws IOException {
        client.call(auth(uid), Rauth.class);
        int length = credential.remaining();
        assertEquals(length, client.call(new Twrite(AFID, 0, credential), Rwrite.class).count());
    }

    /** Attaches with a good credential, and clunks the afid. */
    private void login(RawClient client, int fid, int uid) throws IOException {
        present(client, uid, tickets.issue(uid));
        client.call(attach(fid, AFID, uid), Rattach.class);
        client.call(new Tclunk(AFID), Rclunk.class);
    }

    private Errno refusedLogin(int uid, ByteBuffer credential) throws IOException {
        present(client, uid, credential);
        Errno errno = client.refused(attach(0, AFID, uid));
        client.call(new Tclunk(AFID), Rclunk.class);
        return errno;
    }

    private static User user(int uid) {
        return new User("", uid);
    }

    @Test
    void attachesTheUserWhomTheCredentialProves() throws IOException {
        assertEquals(Qid.AUTH, client.call(auth(JOE), Rauth.class).aqid().type());
        client.call(new Twrite(AFID, 0, tickets.issue(JOE)), Rwrite.class);
        client.call(attach(0, AFID, JOE), Rattach.class);
        assertEquals(List.of(user(JOE)), secret.users());
        assertEquals(List.of(new Verifier.Claim("test", "/secret", user(JOE))), tickets.asked());
        client.open(1, "hello");
        assertEquals("hello", client.text(1));
        ClientStats stats = server.connections().getFirst();
        assertEquals(JOE, stats.uid());
        assertEquals(List.of(JOE), stats.verified());
    }

    @Test
    void aNameProvesNothingAndTheVerifiedUidStandsInForNone() throws IOException {
        client.call(new Tauth(AFID, "root", "/secret", Protocol.NONUNAME), Rauth.class);
        client.call(new Twrite(AFID, 0, tickets.issue(JOE)), Rwrite.class);
        client.call(new Tattach(0, AFID, "root", "/secret", Protocol.NONUNAME), Rattach.class);
        client.call(new Tattach(1, Protocol.NOFID, "root", "/secret", Protocol.NONUNAME), Rattach.class);
        client.call(new Tattach(2, Protocol.NOFID, "root", "/secret", JOE), Rattach.class);
        assertEquals(List.of(user(JOE), user(JOE), user(JOE)), secret.users());
    }

    @Test
    void refusesACredentialOfAnotherUserEvenOfRoot() throws IOException {
        assertEquals(Errno.EPERM, refusedLogin(JOE, tickets.issue(ANN)));
        assertEquals(Errno.EPERM, refusedLogin(ROOT, tickets.issue(ANN)));
        assertEquals(Errno.EPERM, refusedLogin(JOE, tickets.issue(ROOT)));
        assertEquals(Errno.EPERM, client.refused(attach(0, Protocol.NOFID, ANN)), "it proved nobody");
        assertEquals(List.of(), secret.users());
    }

    @Test
    void refusesAForeignCredentialAndNoneAtAll() throws IOException {
        assertEquals(Errno.EPERM, refusedLogin(JOE, otherTickets.issue(JOE)));
        assertEquals(Errno.EPERM, refusedLogin(JOE, ByteBuffer.allocate(3)));
        assertEquals(Errno.EPERM, refusedLogin(JOE, ByteBuffer.allocate(0)));
        assertEquals(List.of(), secret.users());
        login(client, 0, JOE);
    }

    @Test
    void refusesACredentialThatWasUsedOnAnotherConnection() throws IOException {
        ByteBuffer credential = tickets.issue(JOE);
        RawClient first = connect();
        present(first, JOE, credential.duplicate());
        first.call(attach(0, AFID, JOE), Rattach.class);
        assertEquals(Errno.EPERM, refusedLogin(JOE, credential));
    }

    @Test
    void asksTheVerifierOnceForAnAfidWhateverComesOfIt() throws IOException {
        present(client, JOE, ByteBuffer.allocate(3));
        assertEquals(Errno.EPERM, client.refused(attach(0, AFID, JOE)));
        assertEquals(Errno.EPERM, client.refused(new Twrite(AFID, 3, tickets.issue(JOE))));
        assertEquals(Errno.EPERM, client.refused(attach(0, AFID, JOE)));
        assertEquals(1, tickets.asked().size());
        client.call(new Tclunk(AFID), Rclunk.class);

        present(client, JOE, tickets.issue(JOE));
        client.call(attach(0, AFID, JOE), Rattach.class);
        assertEquals(Errno.EPERM, client.refused(attach(1, AFID, JOE)));
        assertEquals(2, tickets.asked().size());
        assertEquals(1, secret.users().size());
    }

    @Test
    void anAfidIsForTheUserAndTheExportOfItsTauthAndUsedUpByAnyOther() throws IOException {
        List<Tattach> others = List.of(attach(0, AFID, ANN), attach(0, AFID, Protocol.NONUNAME),
                new Tattach(0, AFID, "joe", "/secret", JOE), new Tattach(0, AFID, "", "/other", JOE),
                new Tattach(0, AFID, "", "/open", JOE), new Tattach(0, AFID, "", "/nowhere", JOE));
        for (Tattach other : others) {
            present(client, JOE, tickets.issue(JOE));
            assertEquals(Errno.EPERM, client.refused(other), other::toString);
            assertEquals(Errno.EPERM, client.refused(attach(0, AFID, JOE)), other::toString);
            client.call(new Tclunk(AFID), Rclunk.class);
        }
        assertEquals(List.of(), tickets.asked());
        assertEquals(List.of(), secret.users());
        assertEquals(List.of(), open.users());
    }

    @Test
    void refusesToAttachWithoutAnAfidBeforeACredentialWasVerified() throws IOException {
        assertEquals(Errno.EPERM, client.refused(attach(0, Protocol.NOFID, JOE)));
        assertEquals(Errno.EPERM, client.refused(attach(0, Protocol.NOFID, Protocol.NONUNAME)));
        present(client, JOE, tickets.issue(JOE));
        assertEquals(Errno.EPERM, client.refused(attach(0, Protocol.NOFID, JOE)), "written is not verified");
        assertEquals(Errno.EBADF, client.refused(attach(0, 77, JOE)));
        login(connect(), 0, ROOT);
        assertEquals(Errno.EPERM, client.refused(attach(0, Protocol.NOFID, JOE)), "others' identity is theirs");
    }

    @Test
    void afterACredentialTheSameUserMayAttachWithoutAnAfidAndNoOther() throws IOException {
        login(client, 0, JOE);
        client.call(attach(1, Protocol.NOFID, JOE), Rattach.class);
        assertEquals(Errno.EPERM, client.refused(attach(2, Protocol.NOFID, ANN)));
        assertEquals(Errno.EPERM, client.refused(attach(2, Protocol.NOFID, ROOT)));
        assertEquals(List.of(user(JOE), user(JOE)), secret.users());
    }

    @Test
    void afterRootsCredentialAnyUserMayAttachWithoutAnAfid() throws IOException {
        login(client, 0, ROOT);
        client.call(attach(1, Protocol.NOFID, JOE), Rattach.class);
        client.call(attach(2, Protocol.NOFID, Protocol.NONUNAME), Rattach.class);
        client.call(new Tattach(3, Protocol.NOFID, "nobody", "/secret", Protocol.NONUNAME), Rattach.class);
        assertEquals(List.of(user(ROOT), user(JOE), user(ROOT), new User("nobody", Protocol.NONUNAME)),
                secret.users());
        assertEquals(Errno.EPERM, refusedLoginAt(4, JOE, tickets.issue(ROOT)), "an afid is held to its own user");
    }

    private Errno refusedLoginAt(int fid, int uid, ByteBuffer credential) throws IOException {
        present(client, uid, credential);
        return client.refused(attach(fid, AFID, uid));
    }

    @Test
    void severalUsersMayAuthenticateOnOneConnection() throws IOException {
        login(client, 0, JOE);
        login(client, 1, ANN);
        client.call(attach(2, Protocol.NOFID, JOE), Rattach.class);
        client.call(attach(3, Protocol.NOFID, ANN), Rattach.class);
        assertEquals(Errno.EPERM, client.refused(attach(4, Protocol.NOFID, 1002)));
        assertEquals(Errno.EPERM, client.refused(attach(4, Protocol.NOFID, Protocol.NONUNAME)), "which of them?");
        assertEquals(List.of(JOE, ANN), server.connections().getFirst().verified());
    }

    @Test
    void whatOneVerifierVouchesForSaysNothingToAnother() throws IOException {
        login(client, 0, ROOT);
        assertEquals(Errno.EPERM, client.refused(new Tattach(1, Protocol.NOFID, "", "/other", ROOT)));
        assertEquals(Errno.EPERM, client.refused(new Tattach(1, Protocol.NOFID, "", "/other", JOE)));
    }

    /** diod 1.0.24 and 1.1.0 take a connection for authenticated once root has attached to an export that asks for nothing. */
    @Test
    void anAttachToAnExportForAnyoneMakesNoIdentity() throws IOException {
        for (int uid : List.of(ROOT, JOE)) {
            client.call(new Tattach(uid, Protocol.NOFID, "root", "/open", uid), Rattach.class);
            assertEquals(Errno.EPERM, client.refused(attach(1, Protocol.NOFID, uid)));
            assertEquals(Errno.EPERM, client.refused(new Tattach(1, Protocol.NOFID, "root", "ctl", uid)));
        }
        assertEquals(List.of(), secret.users());
        assertEquals(List.of(new User("root", ROOT), new User("root", JOE)), open.users());
        assertEquals(List.of(), server.connections().getFirst().verified());
    }

    @Test
    void exportsForAnyoneNeedNoAuthenticationAndTakeNoAfid() throws IOException {
        assertEquals(Errno.ENOENT, client.refused(new Tauth(AFID, "", "/open", JOE)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(0, AFID, "", "/open", JOE)));
        client.call(new Tattach(0, Protocol.NOFID, "", "/open", JOE), Rattach.class);
    }

    @Test
    void whoHasNotAuthenticatedCannotTellWhatIsExported() throws IOException {
        assertEquals(Errno.EPERM, client.refused(new Tattach(0, Protocol.NOFID, "", "/nowhere", JOE)));
        client.call(new Tauth(1, "", "/nowhere", JOE), Rauth.class);
        client.call(new Twrite(1, 0, ByteBuffer.allocate(9)), Rwrite.class);
        assertEquals(Errno.EPERM, client.refused(new Tattach(0, 1, "", "/nowhere", JOE)));
        login(client, 0, JOE);
        assertEquals(Errno.ENOENT, client.refused(new Tattach(2, Protocol.NOFID, "", "/nowhere", JOE)));
    }

    @Test
    void ctlIsForThoseWhoHaveAuthenticated() throws IOException {
        assertEquals(Errno.EPERM, client.refused(new Tattach(0, Protocol.NOFID, "", "ctl", JOE)));
        login(client, 0, JOE);
        client.call(new Tattach(1, Protocol.NOFID, "", "ctl", JOE), Rattach.class);
        client.walk(1, 2, "clients");
        client.open(2);
        assertTrue(client.text(2).endsWith(" verified=1000\n"));
    }

    @Test
    void ctlIsForAnyoneIfItIsExportedSo() throws IOException {
        try (Server lax = Server.builder().export("/", secret, tickets)
                .exportToAnyone("ctl", new CtlTree(List::of)).build();
                RawClient anyone = RawClient.versioned(lax.transport("test"), 8192)) {
            anyone.attach(0, "ctl");
        }
        try (Server strict = Server.builder().export("/", secret, tickets).exportToAnyone("/open", open).build();
                RawClient anyone = RawClient.versioned(strict.transport("test"), 8192)) {
            assertEquals(Errno.EPERM, anyone.refused(new Tattach(0, Protocol.NOFID, "", "ctl", JOE)));
        }
    }

    /**
     * v9fs cannot authenticate. A mount program does, on a connection that it then hands to the kernel, whose Tversion begins a
     * new session on it.
     */
    @Test
    void aNewVersionForgetsAfidsButNotWhoseConnectionItIs() throws IOException {
        login(client, 0, ROOT);
        client.call(auth(JOE), Rauth.class);
        client.call(new Tversion(1 << 20, Protocol.VERSION_9P2000_L), Rversion.class);
        assertEquals(Errno.EBADF, client.refused(attach(0, AFID, JOE)));
        client.call(new Tattach(0, Protocol.NOFID, "nobody", "/secret", Protocol.NONUNAME), Rattach.class);
        client.call(attach(1, Protocol.NOFID, JOE), Rattach.class);
        assertEquals(Errno.EPERM, connect().refused(attach(0, Protocol.NOFID, JOE)), "another connection");
    }

    @Test
    void aVerifierThatFailsOrFindsNobodyLetsNobodyIn() throws IOException {
        List<Verifier> broken = List.of((_, _) -> {
            throw new IllegalStateException("a bug");
        }, (_, _) -> {
            throw new ErrnoException(Errno.ENOENT, "no daemon");
        }, (_, _) -> {
            throw new IOException();
        }, (_, _) -> Protocol.NONUNAME);
        for (Verifier verifier : broken) {
            try (Server unlucky = Server.builder().export("/secret", secret, verifier).build();
                    RawClient peer = RawClient.versioned(unlucky.transport("test"), 8192)) {
                for (int uid : List.of(JOE, Protocol.NONUNAME)) {
                    present(peer, uid, ByteBuffer.allocate(5));
                    assertEquals(Errno.EPERM, peer.refused(attach(0, AFID, uid)));
                    assertEquals(Errno.EPERM, peer.refused(attach(0, Protocol.NOFID, uid)));
                    peer.call(new Tclunk(AFID), Rclunk.class);
                }
            }
        }
        assertEquals(List.of(), secret.users());
    }

    @Test
    void theClientsAuthenticatorIsItsCounterpart() throws IOException {
        try (Client peer = Client.builder(server.transport("test"))
                .authenticator(afid -> afid.write(tickets.issue(afid.uid()))).connect()) {
            peer.attach("/secret", "", JOE).close();
            peer.attach("/secret", "", ANN).close();
            peer.attach("/open", "", ANN).close();
        }
        try (Client peer = Client.builder(server.transport("test"))
                .authenticator(afid -> afid.write(tickets.issue(ANN))).connect()) {
            RemoteException e = assertThrows(RemoteException.class, () -> peer.attach("/secret", "", JOE));
            assertEquals(Errno.EPERM, e.errno());
        }
        assertEquals(List.of(user(JOE), user(ANN)), secret.users());
        assertEquals(List.of(user(ANN)), open.users());
    }

    @Test
    void onlyWritesAndClunksAreForAfids() throws IOException {
        login(client, 0, JOE);
        client.call(auth(JOE), Rauth.class);
        List<Tmessage> others = List.of(new Twalk(AFID, 2, List.of()), new Twalk(AFID, AFID, List.of("hello")),
                new Tlopen(AFID, 0), new Tgetattr(AFID, 0x7ff), new Tstatfs(AFID), new Treadlink(AFID),
                new Treaddir(AFID, 0, 100), new Tfsync(AFID, 0), new Txattrwalk(AFID, 2, ""),
                new Tlcreate(AFID, "x", 0, 0644, 0), new Tunlinkat(AFID, "x", 0), new Tmkdir(AFID, "x", 0, 0));
        for (Tmessage other : others) {
            assertEquals(Errno.EBADF, client.refused(other), other::toString);
        }
        assertEquals(Errno.EIO, client.refused(new Tread(AFID, 0, 100)));
        client.call(new Tflush(9), Rflush.class);
        client.call(new Twrite(AFID, 0, tickets.issue(JOE)), Rwrite.class);
        client.call(attach(1, AFID, JOE), Rattach.class);
    }
}
