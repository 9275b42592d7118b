package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Twalk;

/**
 * Makes requests over a session and waits for their answers, and keeps account of the fids.
 *
 * <p>
 * Thread-safe.
 */
final class Caller {
    private final Session session;
    private final Duration timeout;
    private final Fids fids = new Fids();
    private volatile boolean lacksRenameat;
    private volatile boolean lacksUnlinkat;

    /** @param timeout for each request but the first, which is Tversion */
    Caller(Session session, Duration timeout) {
        this.session = session;
        this.timeout = timeout;
    }

    Session session() {
        return session;
    }

    Duration timeout() {
        return timeout;
    }

    /** The most bytes of data in one message, whatever the file says: {@code msize - 24}. */
    int maxCount() {
        return session.msize() - Protocol.IOHDRSZ;
    }

    /** The most bytes that one read or write of the file can carry. */
    int maxCount(Handle file) {
        int unit = file.iounit();
        return unit > 0 ? Math.min(unit, maxCount()) : maxCount();
    }

    /** Server and path, for people. */
    String name(Handle file) {
        return session.peer() + ": " + file.path();
    }

    /** Ends the session, for the peer broke the protocol. Returns what to throw. */
    ProtocolException broken(String what) {
        return session.broken(what);
    }

    /** A request about a file, which must be open. */
    <R extends Rmessage> R call(Handle file, Tmessage request, Class<R> replyType) throws IOException {
        return call(file, request, file.path(), replyType);
    }

    /**
     * A request about a file, which must be open.
     *
     * @param path for messages
     */
    <R extends Rmessage> R call(Handle file, Tmessage request, String path, Class<R> replyType) throws IOException {
        return call(file, null, request, path, replyType, timeout, _ -> {});
    }

    /** A request about two files, which must be open. */
    <R extends Rmessage> R call(Handle file, Handle second, Tmessage request, String path, Class<R> replyType)
            throws IOException {
        return call(file, second, request, path, replyType, timeout, _ -> {});
    }

    /**
     * A request.
     *
     * @param file which must be open, or null
     * @param path for messages; may be empty
     * @param abandoned told what became of the request if this fails with anything but the server's answer: the late reply,
     *     or null if the server never carried it out. Not called if the connection ends
     */
    <R extends Rmessage> R call(@Nullable Handle file, Tmessage request, String path, Class<R> replyType,
            Duration timeout, Consumer<@Nullable Rmessage> abandoned) throws IOException {
        return call(file, null, request, path, replyType, timeout, abandoned);
    }

    private <R extends Rmessage> R call(@Nullable Handle file, @Nullable Handle second, Tmessage request, String path,
            Class<R> replyType, Duration timeout, Consumer<@Nullable Rmessage> abandoned) throws IOException {
        Outcome.OfMessage outcome = new Outcome.OfMessage();
        boolean submitted = false;
        try {
            MessageCall call = new MessageCall(request, file, second, path, outcome, abandoned);
            if (call.size() > session.msize()) {
                throw new IllegalArgumentException(session.peer() + ": " + call.description() + ": a frame of "
                        + call.size() + " bytes, where msize allows " + session.msize());
            }
            requireMayWait(call);
            submitted = true;
            session.submit(call, timeout);
        } finally {
            if (!submitted) {
                abandoned.accept(null);
            }
        }
        return replyType.cast(outcome.await(session));
    }

    /** A request about a file, which must be open, without waiting; it makes no fid. */
    void submit(Handle file, Tmessage request, Duration timeout, Answer answer) {
        session.submit(new MessageCall(request, file, null, file.path(), answer, _ -> {}), timeout);
    }

    /** Reads or writes once, and waits. */
    int transfer(TransferCall call, Outcome<Integer> outcome) throws IOException {
        requireMayWait(call);
        session.submit(call, timeout);
        return outcome.await(session);
    }

    /**
     * @throws IllegalStateException on the thread that reads replies: it must never wait for one
     * @throws InterruptedIOException if the thread is interrupted already
     */
    void requireMayWait(Call call) throws InterruptedIOException {
        session.refuseToWait();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException(
                    session.peer() + ": " + call.description() + ": interrupted before it was sent");
        }
    }

    // What the server has turned out not to know.

    boolean lacksRenameat() {
        return lacksRenameat;
    }

    void setLacksRenameat() {
        lacksRenameat = true;
    }

    boolean lacksUnlinkat() {
        return lacksUnlinkat;
    }

    void setLacksUnlinkat() {
        lacksUnlinkat = true;
    }

    // Fids.

    int takeFid() {
        return fids.take();
    }

    /** The server does not know the fid, or no more. */
    void releaseFid(int fid) {
        fids.release(fid);
    }

    /** A request that makes the fid. If it fails the fid is free again, at the latest when the server says so. */
    <R extends Rmessage> R callForFid(@Nullable Handle file, Tmessage request, String path, Class<R> replyType, int fid)
            throws IOException {
        try {
            return call(file, request, path, replyType, timeout, late -> {
                if (late != null && makesFid(request, late)) {
                    clunk(fid);
                } else {
                    fids.release(fid);
                }
            });
        } catch (RemoteException e) {
            fids.release(fid);
            throw e;
        }
    }

    /**
     * A request that changes what a new fid, which nobody else has, stands for. If it fails the fid is given back.
     *
     * @param file the fid, under the name that it is going to have
     */
    <R extends Rmessage> R callOnNewFid(Handle file, Tmessage request, Class<R> replyType) throws IOException {
        try {
            return call(null, request, file.path(), replyType, timeout, _ -> clunk(file.fid()));
        } catch (RemoteException e) {
            clunk(file.fid());
            throw e;
        }
    }

    /**
     * A request by which the server lets go of the fid, whatever it answers: Tremove or Tclunk. The file is closed, however
     * this ends.
     */
    <R extends Rmessage> R callEndingFid(Handle file, Tmessage request, Class<R> replyType) throws IOException {
        if (!file.close()) {
            throw new Handle.Closed(name(file));
        }
        boolean answered = false;
        try {
            R reply = call(null, request, file.path(), replyType, timeout, late -> {
                if (late == null) {
                    clunk(file.fid());
                } else {
                    fids.release(file.fid());
                }
            });
            answered = true;
            return reply;
        } catch (RemoteException e) {
            answered = true;
            throw e;
        } finally {
            if (answered) {
                fids.release(file.fid());
            }
        }
    }

    private static boolean makesFid(Tmessage request, Rmessage late) {
        return switch (late) {
            case Rmessage.Rlerror _ -> false;
            case Rwalk walk -> request instanceof Twalk asked && walk.qids().size() == asked.names().size();
            default -> true;
        };
    }

    /** Forgets the file without waiting. Idempotent. */
    void close(Handle file) {
        if (file.close()) {
            clunk(file.fid());
        }
    }

    /** Forgets the fid without waiting; it is free again when the server has confirmed that. */
    void clunk(int fid) {
        session.submit(new MessageCall(new Tclunk(fid), null, null, "", new Answer() {
            @Override
            public void completed(Rmessage reply) {
                fids.release(fid);
            }

            @Override
            public void failed(IOException cause) {
                if (cause instanceof RemoteException) {
                    fids.release(fid);
                }
            }
        }, _ -> {}), null);
    }
}
