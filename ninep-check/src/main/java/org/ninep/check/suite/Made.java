package org.ninep.check.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rmkdir;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tmkdir;
import org.ninep.message.Tmessage.Twalk;

/** Things made in the scratch directory, on a session of their own: what the checks that write share. */
record Made(Session session, int gid) {
    static final int EXCLUSIVE = 0x80 | 0x40;
    static final byte[] TEXT = "0123456789".getBytes(StandardCharsets.US_ASCII);

    static Made in(Subject server) throws IOException {
        return new Made(server.attach(), server.target().gid());
    }

    /** A new file, open for both, empty. */
    int file(String name) throws IOException {
        int fid = session.walk();
        session.call(new Tlcreate(fid, name, Tlopen.RDWR | EXCLUSIVE, 0640, gid), Rlcreate.class);
        return fid;
    }

    /** A new file with ten bytes; the fid is not open. */
    int closed(String name) throws IOException {
        int fid = file(name);
        session.write(fid, 0, TEXT);
        session.clunk(fid);
        return session.walk(name);
    }

    /** A new directory. */
    int directory(String name) throws IOException {
        session.call(new Tmkdir(Session.HOME, name, 0750, gid), Rmkdir.class);
        return session.walk(name);
    }

    /** All that the open file holds. */
    String text(int fid) throws IOException {
        return new String(session.readFully(fid, 0, 1 << 16, session.count()), StandardCharsets.ISO_8859_1);
    }

    /** Whether HOME has the name. */
    boolean has(String name) throws IOException {
        return session.call(new Twalk(Session.HOME, session.newFid(), List.of(name))) instanceof Rwalk;
    }
}
