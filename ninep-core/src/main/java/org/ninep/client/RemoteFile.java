package org.ninep.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.NinepException;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rstatfs;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Txattrwalk;

/**
 * A file on a server, held by a fid of its own. The server keeps the fid until the file is closed or the connection ends.
 *
 * <p>
 * Blocking methods wait at most {@link ClientBuilder#requestTimeout} for each request that they make. They throw the
 * {@link NinepException} that tells what happened, or an {@link java.io.InterruptedIOException}.
 *
 * <p>
 * Thread-safe.
 */
public final class RemoteFile implements Closeable {
    private static final int LARGEST_XATTR = 64 << 10;

    private final Client client;
    private final Session session;
    private final int fid;
    private final String path;
    private final Qid qid;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int iounit;

    RemoteFile(Client client, Session session, int fid, String path, Qid qid) {
        this.client = client;
        this.session = session;
        this.fid = fid;
        this.path = path;
        this.qid = qid;
    }

    int fid() {
        if (closed.get()) {
            throw new IllegalStateException(path + " is closed");
        }
        return fid;
    }

    /** The path by which it was reached, from the root of the export. */
    public String path() {
        return path;
    }

    /** The server's identification of the file, as of the walk or attach. */
    public Qid qid() {
        return qid;
    }

    /** The connection that the file is on. */
    public Client client() {
        return client;
    }

    /**
     * Walks from here (walk(5)), in as many messages of 16 names as it takes.
     *
     * @param path names separated by slashes; empty ones and {@code .} are skipped, {@code ..} is the server's affair; no
     *     name at all gives a second handle of this file
     * @return another file, which the caller closes
     */
    public RemoteFile walk(String path) throws IOException {
        List<String> names = Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        String reached = names.isEmpty()
                ? this.path
                : (this.path.equals("/") ? "" : this.path) + "/" + String.join("/", names);
        int newfid = client.takeFid();
        Qid last = walk(fid(), newfid, first(names, 0), reached);
        for (int at = Protocol.MAXWELEM; at < names.size(); at += Protocol.MAXWELEM) {
            boolean walked = false;
            try {
                last = walkOn(newfid, first(names, at), reached);
                walked = true;
            } finally {
                if (!walked) {
                    client.clunk(newfid);
                }
            }
        }
        return new RemoteFile(client, session, newfid, reached, names.isEmpty() ? qid : last);
    }

    private static List<String> first(List<String> names, int from) {
        return names.subList(from, Math.min(names.size(), from + Protocol.MAXWELEM));
    }

    private Qid walk(int from, int newfid, List<String> names, String reached) throws IOException {
        Rwalk reply = client.callForFid(new Twalk(from, newfid, names), reached, Rwalk.class, newfid);
        if (reply.qids().size() == names.size()) {
            return names.isEmpty() ? qid : reply.qids().getLast();
        }
        client.releaseFid(newfid);
        throw partial(names, reply, reached);
    }

    private Qid walkOn(int newfid, List<String> names, String reached) throws IOException {
        Rwalk reply = client.call(new Twalk(newfid, newfid, names), reached, Rwalk.class);
        if (reply.qids().size() == names.size()) {
            return reply.qids().getLast();
        }
        throw partial(names, reply, reached);
    }

    private NinepException partial(List<String> names, Rwalk reply, String reached) {
        int found = reply.qids().size();
        if (found > names.size()) {
            return new ProtocolException(
                    client.endpoint() + ": Rwalk of " + found + " qids for " + names.size() + " names");
        }
        return new RemoteException(Errno.ENOENT,
                client.endpoint() + ": Twalk " + reached + ": \"" + names.get(found) + "\"");
    }

    /**
     * Opens it for reading (Tlopen).
     *
     * @return this
     */
    public RemoteFile open() throws IOException {
        Rlopen reply = client.call(new Tlopen(fid(), Tlopen.RDONLY), path, Rlopen.class);
        iounit = reply.iounit();
        return this;
    }

    /** The most bytes that one read can bring: the server's iounit, and never more than {@code msize - 24}. */
    public int maxCount() {
        int unit = iounit;
        return unit > 0 ? Math.min(unit, client.maxCount()) : client.maxCount();
    }

    /** All attributes that {@code stat(2)} knows (Tgetattr). */
    public Attr getattr() throws IOException {
        return getattr(Attr.BASIC);
    }

    /**
     * The attributes asked for (Tgetattr).
     *
     * @param mask bits of {@link Attr}; the answer's {@code valid} says which were filled
     */
    public Attr getattr(long mask) throws IOException {
        return client.call(new Tgetattr(fid(), mask), path, Rgetattr.class).attr();
    }

    /** The file system that it is on (Tstatfs). */
    public FileSystemStatus statfs() throws IOException {
        return client.call(new Tstatfs(fid()), path, Rstatfs.class).status();
    }

    /** The target of this symbolic link (Treadlink). */
    public String readlink() throws IOException {
        return client.call(new Treadlink(fid()), path, Rreadlink.class).target();
    }

    /**
     * Reads with one Tread. The data goes from the socket into a direct buffer without a copy; a heap buffer costs one.
     *
     * @param buffer from its position at most {@link #maxCount()} bytes, and never beyond its limit
     * @param offset in the file, not negative
     * @return bytes read, which may be fewer than asked for anywhere; -1 at the end of the file
     */
    public int read(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        submit(readCall(buffer, offset, outcome, outcome), client.requestTimeout());
        int count = await(outcome);
        return count == 0 && buffer.hasRemaining() ? -1 : count;
    }

    private int await(Outcome.OfRead outcome) throws IOException {
        session.refuseToWait();
        return outcome.await(session, "Tread " + path);
    }

    /**
     * Reads with one Tread, without waiting.
     *
     * @param buffer as for {@link #read(ByteBuffer, long)}; not to be touched until the handler is called
     * @param offset in the file, not negative
     * @param timeout for this request; positive
     * @param handler called once
     */
    public void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
        submit(readCall(buffer, offset, null, handler), timeout);
    }

    ReadCall readCall(ByteBuffer buffer, long offset, @Nullable Outcome<?> outcome, ReadHandler handler) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer to read into");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset " + offset);
        }
        return new ReadCall(this, fid(), offset, Math.min(buffer.remaining(), maxCount()), buffer, outcome, handler);
    }

    void submit(ReadCall call, Duration timeout) {
        session.submit(call, timeout);
    }

    /**
     * Fills the buffer, with as many Treads at once as that takes.
     *
     * @param offset in the file, not negative
     * @throws java.io.EOFException if the file ends before
     */
    public void readFully(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        ReadHandler exactly = Piece.exactly(this, offset, buffer.remaining(), outcome);
        readPieces(buffer, offset, client.requestTimeout(), outcome, exactly);
        await(outcome);
    }

    /**
     * Fills the buffer or reads to the end of the file, with as many Treads at once as that takes.
     *
     * @param offset in the file, not negative
     * @return bytes read; fewer than the buffer had room for only at the end of the file
     */
    public int readUpTo(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        readPieces(buffer, offset, client.requestTimeout(), outcome, outcome);
        return await(outcome);
    }

    /**
     * Fills the buffer without waiting, with as many Treads at once as that takes.
     *
     * @param buffer not to be touched until the handler is called
     * @param offset in the file, not negative
     * @param timeout for each Tread; positive
     * @param handler completed with the number of bytes that the buffer had room for; failed with an
     *     {@link java.io.EOFException} if the file ends before
     */
    public void readFully(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
        readPieces(buffer, offset, timeout, null, Piece.exactly(this, offset, buffer.remaining(), handler));
    }

    private void readPieces(ByteBuffer buffer, long offset, Duration timeout, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        int most = maxCount();
        int length = buffer.remaining();
        if (length <= most) {
            session.submit(new Piece(this, offset, buffer, timeout, outcome, handler).next(), timeout);
            return;
        }
        int count = Math.ceilDiv(length, most);
        Pieces pieces = new Pieces(buffer, count, handler);
        List<ReadCall> calls = new ArrayList<>(count);
        for (int at = 0; at < length; at += most) {
            ByteBuffer part = buffer.slice(buffer.position() + at, Math.min(most, length - at));
            ReadHandler end = pieces.piece(at, part.remaining());
            calls.add(new Piece(this, offset + at, part, timeout, outcome, end).next());
        }
        session.submit(calls, timeout);
    }

    /**
     * Reads the whole directory, with as many Treaddirs as that takes; it must be open.
     *
     * @return its entries in the server's order, {@code .} and {@code ..} among them where the server gives them
     */
    public List<DirectoryEntry> readdir() throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        long offset = 0;
        while (true) {
            List<DirectoryEntry> some = readdir(offset);
            if (some.isEmpty()) {
                return all;
            }
            all.addAll(some);
            if (some.getLast().offset() == offset) {
                throw new ProtocolException(this + ": Rreaddir does not move on from offset " + offset);
            }
            offset = some.getLast().offset();
        }
    }

    /**
     * Reads a part of the directory with one Treaddir; it must be open.
     *
     * @param offset 0, or the offset of the last entry read
     * @return the next entries; none at the end
     */
    public List<DirectoryEntry> readdir(long offset) throws IOException {
        Treaddir request = new Treaddir(fid(), offset, maxCount());
        return DirectoryEntries.decode(client.call(request, path, Rreaddir.class).data());
    }

    /** The names of the extended attributes (Txattrwalk with an empty name). */
    public List<String> xattrs() throws IOException {
        String names = new String(xattr(""), StandardCharsets.UTF_8);
        return Arrays.stream(names.split("\0")).filter(name -> !name.isEmpty()).toList();
    }

    /**
     * The value of an extended attribute (Txattrwalk).
     *
     * @param name with its name space: {@code user.comment}
     */
    public byte[] xattr(String name) throws IOException {
        int newfid = client.takeFid();
        long size = client.callForFid(new Txattrwalk(fid(), newfid, name), path, Rxattrwalk.class, newfid).size();
        try (RemoteFile attribute = new RemoteFile(client, session, newfid, path + " xattr " + name, qid)) {
            if (size < 0 || size > LARGEST_XATTR) {
                throw new ProtocolException(attribute + ": a size of " + Long.toUnsignedString(size) + " bytes");
            }
            ByteBuffer value = ByteBuffer.allocate((int) size);
            attribute.readFully(value, 0);
            return value.array();
        }
    }

    /**
     * A channel over this file, which must be open. Closing the channel leaves the file open. Its reads pipeline as many
     * Treads as their buffer takes; an interrupt ends only the read of the thread that was interrupted, and does not close
     * the channel.
     */
    public SeekableByteChannel channel() {
        return new RemoteFileChannel(this);
    }

    boolean isClosed() {
        return closed.get();
    }

    /**
     * Forgets the file (Tclunk) without waiting for the answer. Idempotent. Reads in flight are still answered.
     */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            client.clunk(fid);
        }
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return client.endpoint() + ": " + path;
    }
}
