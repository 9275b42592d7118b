package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.client.Authenticator;
import org.ninep.client.NinepUri;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.ScriptedPeer;

/** A server that wants to know who is there, and does not always like the answer. */
@Timeout(60)
class AuthenticationTest {
    private static final byte[] IMAGE = Copy.image(100_000, 1);
    private static final int REFUSALS = 4;

    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger attaches = new AtomicInteger();
    private ScriptedPeer peer;

    @BeforeEach
    void serve() throws IOException {
        peer = ScriptedPeer.tcp().serving(IMAGE)
                .answering(Tauth.class, _ -> new Rauth(new Qid(Qid.AUTH, 0, 1)))
                .answering(Twrite.class, m -> new Rwrite(m.data().remaining()))
                .answering(Tattach.class, m -> attaches.incrementAndGet() <= REFUSALS || m.afid() == Protocol.NOFID
                        ? new Rlerror(Errno.EPERM)
                        : new Rattach(new Qid(Qid.DIRECTORY, 0, 2)));
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    private ResilientFile open(Authenticator authenticator) throws IOException {
        String endpoint = peer.transport().endpoint();
        NinepUri uri = NinepUri.parse("9p://" + endpoint + "/image?auth=munge&uid=0");
        return Connections.builder().authenticator(authenticator).build().file(List.of(uri))
                .maxBackoff(Duration.ofMillis(20)).open();
    }

    private void assertEachWasUsedOnce(int credentials) {
        List<String> written = peer.received(Twrite.class).stream()
                .map(write -> StandardCharsets.US_ASCII.decode(write.data().duplicate()).toString()).toList();
        assertEquals(credentials, written.size(), written.toString());
        assertEquals(credentials, written.stream().distinct().count(), written.toString());
    }

    @Test
    void authenticatesAnewUntilTheServerTakesIt() throws IOException {
        try (ResilientFile file = open(afid -> afid
                .write(ByteBuffer
                        .wrap(("credential " + fetched.incrementAndGet()).getBytes(StandardCharsets.US_ASCII))))) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertTrue(attaches.get() > REFUSALS, attaches + " attaches");
        assertEachWasUsedOnce(fetched.get());
        assertEquals(fetched.get(), peer.received(Tauth.class).size());
    }

    @Test
    void authenticatesWhereTheUriDoesNotAskForItIfAllAttachesAreTo() throws IOException {
        attaches.set(REFUSALS);
        NinepUri uri = NinepUri.parse("9p://" + peer.transport().endpoint() + "/image?uid=0");
        Connections.Builder connections = Connections.builder().authenticator(afid -> afid
                .write(ByteBuffer
                        .wrap(("credential " + fetched.incrementAndGet()).getBytes(StandardCharsets.US_ASCII))));
        try (ResilientFile file = connections.authenticateAll().build().file(List.of(uri)).open()) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertEachWasUsedOnce(fetched.get());
        assertTrue(fetched.get() > 0);
    }

    @Test
    void goesOnTryingWhereNoCredentialIsToBeHad() throws IOException {
        attaches.set(REFUSALS);
        try (ResilientFile file = open(afid -> {
            if (fetched.incrementAndGet() <= REFUSALS) {
                throw new IOException("munged is not running");
            }
            afid.write(ByteBuffer.wrap(("credential " + fetched).getBytes(StandardCharsets.US_ASCII)));
        })) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertTrue(fetched.get() > REFUSALS, fetched + " attempts");
    }
}
