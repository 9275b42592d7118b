package org.ninep.check.bench;

import static org.ninep.check.bench.Observed.require;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Twrite;

/**
 * The server, for the length of one check: its connections end with it.
 *
 * <p>
 * Confined to one thread.
 */
public final class Subject implements Closeable {
    /** Nothing is refused for such an msize: it is the smallest that Linux takes. */
    public static final int SMALL_MSIZE = 4096;
    private static final int AFID = 99;
    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(1);

    private final Target target;
    private final Allowance allowance;
    private final Samples samples;
    private final List<RawConnection> connections = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    public Subject(Target target, Allowance allowance, Samples samples) {
        this.target = target;
        this.allowance = allowance;
        this.samples = samples;
    }

    /** The server, and as whom it is asked. */
    public Target target() {
        return target;
    }

    /** How long to wait for what may rightly never come: a tenth of the timeout, and a second at most. */
    public Duration moment() {
        Duration tenth = target.timeout().dividedBy(10);
        return tenth.compareTo(LONGEST_MOMENT) < 0 ? tenth : LONGEST_MOMENT;
    }

    /** What the server does right in what matters, but not as documented. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** Notes a difference. */
    public void differs(String seen) {
        differences.add(seen);
    }

    /** A new connection on which nothing was said. */
    public RawConnection connect() throws IOException {
        String exhausted = allowance.exhausted();
        if (!exhausted.isEmpty()) {
            throw Observed.skipped(exhausted);
        }
        RawConnection connection = RawConnection.open(target, allowance);
        connections.add(connection);
        return connection;
    }

    /** Tversion on that connection. */
    public Rversion version(RawConnection connection, int msize, String version) throws IOException {
        Tversion request = new Tversion(msize, version);
        return Session.done(request, offer(connection, request), Rversion.class);
    }

    /** The answer to Tversion, which may be Rlerror. */
    public Rmessage offer(RawConnection connection, Tversion request) throws IOException {
        connection.send(Protocol.NOTAG, request);
        return new Session(connection, this::differs, 0).answer(Protocol.NOTAG, request);
    }

    /** A new connection on which 9P2000.L is agreed on. */
    public Session versioned(int msize) throws IOException {
        RawConnection connection = connect();
        Rversion agreed = version(connection, msize, Protocol.VERSION_9P2000_L);
        require(agreed.version().equals(Protocol.VERSION_9P2000_L),
                "the server speaks \"" + agreed.version() + "\", not 9P2000.L");
        require(agreed.msize() > Protocol.IOHDRSZ && agreed.msize() <= msize,
                "msize " + Integer.toUnsignedString(agreed.msize()) + " where " + msize + " was offered");
        connection.limit(agreed.msize());
        return new Session(connection, this::differs, agreed.msize());
    }

    /** A new connection, attached: {@link Session#ROOT} and {@link Session#HOME} are there. */
    public Session attach() throws IOException {
        return attach(target.msize());
    }

    /** As {@link #attach()}, with another msize to offer. */
    public Session attach(int msize) throws IOException {
        Session session = versioned(msize);
        attach(session, Session.ROOT);
        int home = session.walk(Session.ROOT, target.path());
        session.call(new Twalk(home, Session.HOME, List.of()), Rmessage.Rwalk.class);
        session.clunk(home);
        return session;
    }

    /** Attaches on that session, after authenticating if the target says so. */
    public Rattach attach(Session session, int fid) throws IOException {
        int afid = authenticate(session);
        Rattach attached = session.call(new Tattach(fid, afid, target.uname(), target.aname(), target.uid()),
                Rattach.class);
        if (afid != Protocol.NOFID) {
            session.clunk(afid);
        }
        return attached;
    }

    private int authenticate(Session session) throws IOException {
        Target.Credentials credentials = target.credentials();
        if (credentials == null) {
            return Protocol.NOFID;
        }
        Tauth request = new Tauth(AFID, target.uname(), target.aname(), target.uid());
        Rmessage answer = session.call(request);
        if (answer instanceof Rlerror(Errno errno) && errno.equals(Errno.ENOENT)) {
            return Protocol.NOFID;
        }
        Session.done(request, answer, Rauth.class);
        ByteBuffer credential = ByteBuffer.wrap(credentials.make());
        for (long offset = 0; credential.hasRemaining();) {
            int count = session.call(new Twrite(AFID, offset, credential.slice()), Rwrite.class).count();
            require(count > 0 && count <= credential.remaining(), "Rwrite of an afid with count " + count);
            credential.position(credential.position() + count);
            offset += count;
        }
        return AFID;
    }

    // What there is to look at.

    /** Finds what the server has to look at. */
    public Samples find() throws IOException {
        return Samples.find(attach());
    }

    /** Attached, and HOME is a directory. */
    public Session inDirectory() throws IOException {
        if (!samples.homeIsDirectory()) {
            throw Observed.skipped("there is no directory: the URI names a file");
        }
        return attach();
    }

    /** A file with content, from HOME. */
    public List<String> file() throws IOException {
        return found(samples.file(), "regular file with content that can be read");
    }

    /** A directory below HOME. */
    public List<String> directory() throws IOException {
        return found(samples.directory(), "directory below it");
    }

    /** A symbolic link, from HOME. */
    public List<String> link() throws IOException {
        return found(samples.link(), "symbolic link");
    }

    private static List<String> found(@Nullable List<String> path, String what) throws Observed {
        if (path == null) {
            throw Observed.skipped("no " + what + " was found at the URI's path");
        }
        return path;
    }

    /** Ends all connections that were made. */
    @Override
    public void close() {
        for (RawConnection connection : connections) {
            try {
                connection.close();
            } catch (IOException e) {
                // it is as closed as it can be
            }
        }
    }
}
