package org.ninep.check.suite;

import static org.ninep.check.suite.Hostile.survived;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Tmessage.Tread;

/** Clients that go, or stop, when the server least expects it. */
final class Vanishing {
    private static final String TRAP = "trap: a lost client with replies queued must not kill the server";
    private static final int CLIENTS = 8;
    private static final int MANY = 64;
    private static final int REQUESTS = 128;
    /** A request's length, at least. */
    private static final int LENGTH = 23;

    private Vanishing() {}

    static List<Case> cases() {
        return List.of(
                new Case("client.vanishes", "Clients that close with replies queued harm nobody else", TRAP,
                        survived(Vanishing::closes)),
                new Case("client.resets", "Clients that reset the connection with replies queued harm nobody else",
                        TRAP,
                        survived(Vanishing::resets)),
                new Case("client.does-not-read", "A client that does not read its replies stops nobody else",
                        "each client is served", survived(Vanishing::doesNotRead)),
                new Case("client.stops", "A client that stops within a request, and then goes, stops nobody else",
                        "each client is served", survived(Vanishing::stops)),
                new Case("client.many", MANY + " clients that come at once and go are survived",
                        "each client is served",
                        survived(Vanishing::many)));
    }

    /** Asks for more than a socket holds. */
    private static Session asking(Subject server) throws IOException {
        Session session = server.attach();
        ByteBuffer all = ByteBuffer.allocate(REQUESTS * LENGTH);
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        for (int tag = 0; tag < REQUESTS; tag++) {
            all.put(RawConnection.bytes(tag, new Tread(fid, 0, session.count())));
        }
        session.connection().offer(all.flip(), server.moment());
        return session;
    }

    private static void closes(Subject server) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            asking(server).connection().close();
        }
    }

    private static void resets(Subject server) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            asking(server).connection().reset();
        }
    }

    private static void doesNotRead(Subject server) throws IOException {
        asking(server);
        Session other = server.attach();
        int fid = other.walk(Session.HOME, server.file());
        other.open(fid);
        other.readFully(fid, 0, 1 << 16, other.count());
    }

    private static void stops(Subject server) throws IOException {
        Session session = server.attach();
        ByteBuffer request = RawConnection.bytes(1, new Tread(Session.HOME, 0, 1));
        session.connection().send(request.slice(0, 10));
        server.attach().qid(Session.HOME);
        session.connection().close();
    }

    private static void many(Subject server) throws IOException {
        List<RawConnection> all = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                all.add(server.attach().connection());
            }
        } finally {
            for (RawConnection each : all) {
                each.close();
            }
        }
    }
}
