package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.transport.Connection;
import org.ninep.transport.Transport;

/**
 * One connection to a 9P2000.L server. It is made once: when it is lost, every request on it fails with a
 * {@link ConnectionLostException}, and a new client is needed.
 *
 * <p>
 * Any number of threads may use it and its files at once, up to {@link ClientBuilder#maxRequests} requests are on the wire
 * together, and further ones wait for their turn. A request that is not answered within
 * {@link ClientBuilder#requestTimeout} fails with a {@link org.ninep.RequestTimeoutException} and is flushed; the connection
 * goes on. A thread that is interrupted while it waits gets an {@link InterruptedIOException} and harms nobody else.
 *
 * <p>
 * Thread-safe.
 */
public final class Client implements AutoCloseable {
    /** The smallest msize that is accepted from a server, in bytes; Linux has the same bound. */
    public static final int MIN_MSIZE = 4096;
    /** The largest msize that can be offered, in bytes. */
    public static final int MAX_MSIZE = 16 << 20;

    private final Session session;
    private final Caller caller;
    private final @Nullable Authenticator authenticator;

    Client(Session session, ClientBuilder options) {
        this.session = session;
        this.caller = new Caller(session, options.requestTimeout);
        this.authenticator = options.authenticator;
    }

    /** The ways to configure a client that connects over this transport. */
    public static ClientBuilder builder(Transport transport) {
        return new ClientBuilder(transport);
    }

    /**
     * Connects to the server that the URI names, with defaults for all that it does not say.
     *
     * @throws IllegalArgumentException if the URI asks for authentication: that takes an {@link Authenticator}
     * @see ClientBuilder#connect
     */
    public static Client connect(NinepUri uri) throws IOException {
        if (uri.auth() == NinepUri.Auth.MUNGE) {
            throw withoutAuthenticator(uri);
        }
        ClientBuilder builder = builder(uri.transport());
        uri.msize().ifPresent(builder::msize);
        return builder.connect();
    }

    private static IllegalArgumentException withoutAuthenticator(NinepUri uri) {
        return new IllegalArgumentException(
                uri + " asks for authentication, for which the builder takes an authenticator");
    }

    static Client connect(ClientBuilder options) throws IOException {
        Session session = Session.open(dial(options), options);
        Client client = new Client(session, options);
        boolean done = false;
        try {
            client.version(options);
            done = true;
            return client;
        } finally {
            if (!done) {
                session.close();
            }
        }
    }

    private static Connection dial(ClientBuilder options) throws IOException {
        try {
            return options.transport.connect(options.connectTimeout);
        } catch (ConnectionLostException e) {
            if (Thread.currentThread().isInterrupted()) {
                InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private void version(ClientBuilder options) throws IOException {
        Rversion answer;
        try {
            answer = caller.call(null, new Tversion(options.msize, Protocol.VERSION_9P2000_L), "", Rversion.class,
                    options.connectTimeout, _ -> {});
        } catch (RemoteException e) {
            throw new ProtocolException(
                    endpoint() + ": the server refuses the version 9P2000.L: " + e.errno().description(), e);
        } catch (ConnectionLostException e) {
            // a peer that speaks first, and not 9P, may break the connection before there is a request to fail
            throw e.getCause() instanceof ProtocolException broken
                    ? new ProtocolException(String.valueOf(broken.getMessage()), broken)
                    : e;
        }
        if (!answer.version().equals(Protocol.VERSION_9P2000_L)) {
            throw new ProtocolException(
                    endpoint() + ": the server speaks \"" + answer.version() + "\", not 9P2000.L");
        }
        if (answer.msize() < MIN_MSIZE || answer.msize() > options.msize) {
            throw new ProtocolException(endpoint() + ": the server answers msize "
                    + Integer.toUnsignedString(answer.msize()) + ", where " + MIN_MSIZE + " to " + options.msize
                    + " are acceptable");
        }
        session.msize(answer.msize());
    }

    /** The server, for people: {@code server:564}. */
    public String endpoint() {
        return session.peer();
    }

    /** The largest frame that was agreed upon, in bytes. */
    public int msize() {
        return session.msize();
    }

    /** Whether requests can still be made. */
    public boolean isOpen() {
        return session.isOpen();
    }

    /**
     * Has the handler called once when the connection has ended, for whatever reason: on the reader thread, after all
     * requests have been failed, or at once if it has ended already. So a connection that is lost while nothing is asked of it
     * is noticed.
     *
     * @param handler told why; must not block
     */
    public void whenEnded(Consumer<IOException> handler) {
        session.whenEnded(handler);
    }

    /**
     * Attaches to an export (attach(5)), after authenticating if the builder was given an authenticator.
     *
     * @param aname the export; may be empty
     * @param uname the user's name; may be empty where the uid says it
     * @param uid the user's number, unsigned, or {@link Protocol#NONUNAME}
     * @return the export's root, which the caller closes
     */
    public RemoteFile attach(String aname, String uname, int uid) throws IOException {
        return attach(aname, uname, uid, authenticator);
    }

    private RemoteFile attach(String aname, String uname, int uid, @Nullable Authenticator as) throws IOException {
        Handle afid = as == null ? null : authenticate(aname, uname, uid, as);
        try {
            int fid = caller.takeFid();
            Tattach request = new Tattach(fid, afid == null ? Protocol.NOFID : afid.fid(), uname, aname, uid);
            Rattach reply = caller.callForFid(afid, request, aname, Rattach.class, fid);
            return new RemoteFile(this, caller, new Handle(fid, "/"), reply.qid());
        } catch (RemoteException e) {
            throw afid != null && as != null && e.errno().equals(Errno.EPERM) ? refused(e, as, aname) : e;
        } finally {
            if (afid != null) {
                caller.close(afid);
            }
        }
    }

    /** Servers say EPERM of exports, too. */
    private static RemoteException refused(RemoteException e, Authenticator as, String aname) {
        String advice = as.adviceIfRefused();
        return advice.isEmpty()
                ? e
                : e.withAdvice("refused after authentication: the aname \"" + aname
                        + "\" is not exported to this user, or " + advice);
    }

    /**
     * Attaches as the URI says, as the process's effective user where it names none; with {@code auth=none} without
     * authenticating.
     *
     * @throws IllegalArgumentException if the URI asks for authentication, and the builder was given no authenticator
     * @see #attach(String, String, int)
     */
    public RemoteFile attach(NinepUri uri) throws IOException {
        if (uri.auth() == NinepUri.Auth.MUNGE && authenticator == null) {
            throw withoutAuthenticator(uri);
        }
        int uid = uri.uid().orElseGet(ProcessUser::effectiveUid);
        return attach(uri.aname(), uri.uname(), uid, uri.auth() == NinepUri.Auth.NONE ? null : authenticator);
    }

    /**
     * Attaches, walks to the URI's path and opens the file for reading.
     *
     * @return the open file, which the caller closes
     * @throws IllegalArgumentException if the URI asks for authentication, and the builder was given no authenticator
     */
    public RemoteFile open(NinepUri uri) throws IOException {
        try (RemoteFile root = attach(uri)) {
            RemoteFile file = root.walk(uri.path());
            boolean opened = false;
            try {
                file.open();
                opened = true;
                return file;
            } finally {
                if (!opened) {
                    file.close();
                }
            }
        }
    }

    /** The afid that proves who we are, or null if the server wants none. */
    private @Nullable Handle authenticate(String aname, String uname, int uid, Authenticator as) throws IOException {
        int fid = caller.takeFid();
        try {
            caller.callForFid(null, new Tauth(fid, uname, aname, uid), aname, Rauth.class, fid);
        } catch (RemoteException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return null;
            }
            throw e;
        }
        Handle afid = new Handle(fid, "afid of " + aname);
        boolean done = false;
        try {
            as.authenticate(new AuthFile(caller, afid, uname, aname, uid));
            done = true;
            return afid;
        } finally {
            if (!done) {
                caller.close(afid);
            }
        }
    }

    /**
     * Closes after the requests in flight have been answered, or when the time is over, whichever comes first. New
     * requests are refused from the call on.
     */
    public void close(Duration patience) {
        session.close(patience);
    }

    /**
     * Closes at once: requests in flight fail with a {@link ConnectionLostException}, and when this returns their buffers
     * are the callers' again, unless a handler blocks or is itself who closes. The server forgets all fids.
     */
    @Override
    public void close() {
        session.close();
    }

    @Override
    public String toString() {
        return "Client(" + endpoint() + ", msize " + msize() + ")";
    }
}
