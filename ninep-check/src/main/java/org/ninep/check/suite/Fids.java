package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.message.Tmessage.Twalk;

/** Fids and tags. */
final class Fids {
    private static final int MANY = 64;

    private Fids() {}

    static List<Case> cases() {
        return List.of(
                new Case("fid.unknown", "A request on a fid that nobody made is refused with EBADF", "intro(5)",
                        Fids::unknown),
                new Case("error.type", "An error comes as Rlerror, type 7",
                        "diod's protocol.md; trap: nfs-ganesha sends type 107",
                        Fids::errorType),
                new Case("fid.clunk", "Tclunk frees the fid, and it may be used again", "clunk(5)", Fids::clunk),
                new Case("fid.many", MANY + " fids at once stand for what each was made of", "intro(5)", Fids::many),
                new Case("tag.any", "A reply has its request's tag, whatever that is", "intro(5)", Fids::anyTag),
                new Case("tag.reuse", "A tag may be used again as soon as its request is answered", "intro(5)",
                        Fids::reuse),
                new Case("tag.pipelined",
                        MANY + " requests sent at once are each answered once, with their own answers",
                        "intro(5)", Fids::pipelined));
    }

    private static void unknown(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.newFid();
        for (Tmessage request : List.of(new Tgetattr(fid, Attr.BASIC), new Twalk(fid, session.newFid(), List.of()),
                new Tlopen(fid, Tlopen.RDONLY), new Tread(fid, 0, 1), new Treaddir(fid, 0, 100), new Tstatfs(fid),
                new Tclunk(fid))) {
            session.refused(request, Errno.EBADF);
        }
    }

    private static void errorType(Subject server) throws IOException {
        Session session = server.attach();
        session.refused(new Tclunk(session.newFid()));
        require(!session.connection().hasOldErrors(), "type 107 (Rerror of other dialects), with an ecode");
    }

    private static void clunk(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.newFid();
        for (int i = 0; i < MANY; i++) {
            session.call(new Twalk(Session.HOME, fid, List.of()), Rwalk.class);
            session.clunk(fid);
            require(!session.exists(fid), "the fid is still in use after Rclunk");
        }
    }

    private static void many(Subject server) throws IOException {
        Session session = server.attach();
        List<Integer> fids = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            fids.add(session.walk(i % 2 == 0 ? Session.ROOT : Session.HOME, List.of()));
        }
        for (int i = 0; i < MANY; i++) {
            same(session.qid(i % 2 == 0 ? Session.ROOT : Session.HOME), session.qid(fids.get(i)), "the qid of a clone");
        }
    }

    private static void anyTag(Subject server) throws IOException {
        Session session = server.attach();
        Tgetattr request = new Tgetattr(Session.HOME, Attr.BASIC);
        for (int tag : new int[]{0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe}) {
            session.connection().send(tag, request);
            require(session.answer(tag, request) instanceof Rgetattr, "Tgetattr with tag " + tag + " is refused");
        }
    }

    private static void reuse(Subject server) throws IOException {
        Session session = server.attach();
        for (int i = 0; i < MANY; i++) {
            Tmessage request = i % 2 == 0 ? new Tgetattr(Session.HOME, Attr.BASIC) : new Tstatfs(Session.HOME);
            session.connection().send(7, request);
            session.answer(7, request);
        }
    }

    /** Each asks for another file, so that answers that are mixed up are seen. */
    private static void pipelined(Subject server) throws IOException {
        Session session = server.attach();
        Map<Integer, Rmessage> expected = new HashMap<>();
        ByteBuffer all = ByteBuffer.allocate(MANY * 64);
        for (int tag = 0; tag < MANY; tag++) {
            Tgetattr request = new Tgetattr(tag % 2 == 0 ? Session.ROOT : Session.HOME, Attr.BASIC);
            expected.put(tag, new Rgetattr(session.attr(request.fid())));
            all.put(RawConnection.bytes(tag, request));
        }
        session.connection().send(all.flip());
        Set<Integer> answered = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            Frame<Rmessage> reply = session.connection().receive();
            require(answered.add(reply.tag()), "tag " + reply.tag() + " is answered twice");
            require(reply.message() instanceof Rgetattr(Attr attr)
                    && expected.get(reply.tag()) instanceof Rgetattr(Attr own) && own.qid().equals(attr.qid()),
                    "tag " + reply.tag() + " is answered with " + reply.message());
        }
    }
}
