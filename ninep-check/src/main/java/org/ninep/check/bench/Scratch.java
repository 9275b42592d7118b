package org.ninep.check.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rmkdir;
import org.ninep.message.Rmessage.Rsymlink;
import org.ninep.message.Rmessage.Runlinkat;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tmkdir;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Tsymlink;
import org.ninep.message.Tmessage.Tunlinkat;
import org.ninep.message.Tmessage.Twalk;

/**
 * The directory of its own in which a run writes.
 *
 * <p>
 * Confined to one thread.
 */
public final class Scratch {
    private static final int FILE = 200_017;
    private static final int DEEPEST = 8;
    private static final int MOST = 2000;

    private final Target outside;
    private final String name;
    private int removed;

    private Scratch(Target outside, String name) {
        this.outside = outside;
        this.name = name;
    }

    /**
     * Makes the directory, with a file, a directory and a link in it.
     *
     * @param target where; its path is the directory in which the new one is made
     * @throws RemoteException if the server refuses
     */
    public static Scratch make(Target target, Allowance allowance) throws IOException {
        String place = target.transport().endpoint() + ": /" + String.join("/", target.path());
        Scratch scratch = new Scratch(target,
                "ninep-check-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36));
        try (Subject server = new Subject(target, allowance, Samples.NONE)) {
            Session session = server.attach();
            Tmkdir request = new Tmkdir(Session.HOME, scratch.name, 0700, target.gid());
            if (session.call(request) instanceof Rlerror(Errno errno)) {
                throw new RemoteException(errno, place + ": cannot make a directory in it");
            }
        } catch (Observed e) {
            throw new IOException(place + ": is no directory to write in: " + e.getMessage(), e);
        }
        return scratch;
    }

    /** What reading checks look at. */
    public void fill(Allowance allowance) throws IOException {
        try (Subject server = new Subject(inside(), allowance, Samples.NONE)) {
            Session session = server.attach();
            byte[] content = new byte[FILE];
            for (int i = 0; i < FILE; i++) {
                content[i] = (byte) (i * 31 + (i >> 8));
            }
            file(session, session.walk(), "file", content);
            session.call(new Tmkdir(Session.HOME, "dir", 0700, outside.gid()), Rmkdir.class);
            for (String each : List.of("a", "b", "c")) {
                file(session, session.walk("dir"), each, each.getBytes(StandardCharsets.UTF_8));
            }
            Rmessage link = session.call(new Tsymlink(Session.HOME, "link", "file", outside.gid()));
            if (!(link instanceof Rsymlink || link instanceof Rlerror)) {
                throw new IllegalStateException("the session takes no other");
            }
        }
    }

    private void file(Session session, int fid, String called, byte[] content) throws IOException {
        session.call(new Tlcreate(fid, called, Tlopen.RDWR, 0600, outside.gid()), Rlcreate.class);
        session.write(fid, 0, content);
        session.clunk(fid);
    }

    /** The same target with the directory as HOME. */
    public Target inside() {
        List<String> path = new ArrayList<>(outside.path());
        path.add(name);
        return outside.at(path);
    }

    /**
     * Removes the directory and all that is in it.
     *
     * @return why something is left, or empty
     */
    public String remove(Allowance allowance) {
        boolean interrupted = Thread.interrupted();
        try (Subject server = new Subject(outside, allowance, Samples.NONE)) {
            remove(server.attach(), Session.HOME, name, 0);
            return "";
        } catch (IOException e) {
            return "/" + String.join("/", inside().path()) + " is left: " + e.getMessage();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void remove(Session session, int parent, String child, int depth) throws IOException {
        Observed.require(++removed <= MOST && depth <= DEEPEST, "it holds more than a run makes");
        int fid = session.newFid();
        session.call(new Twalk(parent, fid, List.of(child)), Rmessage.Rwalk.class);
        Attr attr = session.attr(fid);
        if (attr.isDirectory()) {
            int listed = session.walk(fid, List.of());
            session.open(listed);
            List<String> names = Session.names(session.list(listed, 0, session.count()));
            session.clunk(listed);
            for (String each : names) {
                remove(session, fid, each, depth + 1);
            }
        }
        int flags = attr.isDirectory() ? Tunlinkat.REMOVEDIR : 0;
        if (session.call(new Tunlinkat(parent, child, flags)) instanceof Runlinkat) {
            session.clunk(fid);
        } else {
            session.call(new Tremove(fid), Rmessage.Rremove.class);
        }
    }
}
