package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.RequestTimeoutException;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;

/** Tflush. */
final class Flushes {
    private static final int OLD = 20;
    private static final int FLUSH = 21;
    private static final int SECOND = 22;
    private static final int NEXT = 23;
    private static final int ROUNDS = 20;

    private Flushes() {}

    static List<Case> cases() {
        return List.of(
                new Case("flush.unknown", "Tflush of a tag that is not in use is answered with Rflush",
                        "flush(5); trap: flushing an unknown tag still gets Rflush", Flushes::unknown),
                new Case("flush.race",
                        "Of a request and its Tflush sent together: its answer, if any, then Rflush, then nothing",
                        "flush(5); trap: the old answer may still come before Rflush", Flushes::race),
                new Case("flush.tag-reuse",
                        "After Rflush the tag is free: the next request with it gets its own answer",
                        "flush(5)", Flushes::reuse),
                new Case("flush.twice", "Of two Tflush of one request the last is answered, and not before the first",
                        "flush(5): in order, and only the last need be",
                        Flushes::twice));
    }

    private static void unknown(Subject server) throws IOException {
        Session session = server.attach();
        session.call(new Tflush(0xabc), Rflush.class);
        session.call(new Tflush(0), Rflush.class);
    }

    private static int opened(Subject server, Session session) throws IOException {
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        return fid;
    }

    private static void send(Session session, ByteBuffer... frames) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(1024);
        for (ByteBuffer frame : frames) {
            all.put(frame);
        }
        session.connection().send(all.flip());
    }

    /** Takes the answers up to the last of those flushes; the old request's answer may stand before the first. */
    private static void awaitFlushed(Session session, List<Integer> flushes) throws IOException {
        boolean answered = false;
        boolean flushed = false;
        for (int tag = OLD; tag != flushes.getLast();) {
            Frame<Rmessage> reply = session.connection().receive();
            tag = reply.tag();
            if (tag == OLD) {
                require(!answered, "the request is answered twice");
                require(!flushed, "the request is answered after Rflush");
                require(reply.message() instanceof Rread || reply.message() instanceof Rmessage.Rlerror,
                        "Tread is answered with " + reply.message());
                answered = true;
            } else {
                require(flushes.contains(tag), "tag " + tag + " is answered, which is not in use");
                require(reply.message() instanceof Rflush, "Tflush is answered with " + reply.message());
                flushed = true;
            }
        }
    }

    private static void race(Subject server) throws IOException {
        Session session = server.attach();
        Tread read = new Tread(opened(server, session), 0, session.count());
        for (int i = 0; i < ROUNDS; i++) {
            send(session, RawConnection.bytes(OLD, read), RawConnection.bytes(FLUSH, new Tflush(OLD)));
            awaitFlushed(session, List.of(FLUSH));
        }
        try {
            Frame<Rmessage> late = session.connection().receive(server.moment());
            throw Observed.failed("after Rflush comes a reply with tag " + late.tag());
        } catch (RequestTimeoutException nothing) {
            require(session.exists(Session.HOME), "the session is not as it was");
        }
    }

    private static void reuse(Subject server) throws IOException {
        Session session = server.attach();
        Tread read = new Tread(opened(server, session), 0, session.count());
        Tgetattr next = new Tgetattr(Session.HOME, Attr.BASIC);
        for (int i = 0; i < ROUNDS; i++) {
            send(session, RawConnection.bytes(OLD, read), RawConnection.bytes(FLUSH, new Tflush(OLD)));
            awaitFlushed(session, List.of(FLUSH));
            session.connection().send(OLD, next);
            require(session.answer(OLD, next) instanceof Rgetattr, "Tgetattr with the tag that was flushed is refused");
        }
    }

    private static void twice(Subject server) throws IOException {
        Session session = server.attach();
        Tread read = new Tread(opened(server, session), 0, session.count());
        for (int i = 0; i < ROUNDS && server.differences().isEmpty(); i++) {
            send(session, RawConnection.bytes(OLD, read), RawConnection.bytes(FLUSH, new Tflush(OLD)),
                    RawConnection.bytes(SECOND, new Tflush(OLD)));
            awaitFlushed(session, List.of(FLUSH, SECOND));
            session.connection().send(NEXT, new Tgetattr(Session.HOME, Attr.BASIC));
            for (int tag = session.connection().receive().tag(); tag != NEXT;) {
                require(tag == FLUSH, "tag " + tag + " is answered after the last Rflush");
                server.differs("the second Tflush is answered before the first");
                tag = session.connection().receive().tag();
            }
        }
    }
}
