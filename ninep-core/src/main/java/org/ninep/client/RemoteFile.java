package org.ninep.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rstatfs;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.message.Tmessage.Txattrwalk;

/**
 * A file on a server, held by a fid of its own. The server keeps the fid until the file is closed or the connection ends.
 *
 * <p>
 * Blocking methods wait at most {@link ClientBuilder#requestTimeout} for each request that they make. They throw the
 * {@link org.ninep.NinepException} that tells what happened, an {@link java.io.InterruptedIOException}, or a
 * {@link java.nio.channels.ClosedChannelException} if the file is closed.
 *
 * <p>
 * Thread-safe.
 */
public final class RemoteFile implements Closeable {
    private static final int LARGEST_XATTR = 64 << 10;

    private final Client client;
    private final Caller caller;
    private final Handle handle;
    private final Qid qid;
    private volatile int iounit;

    RemoteFile(Client client, Caller caller, Handle handle, Qid qid) {
        this.client = client;
        this.caller = caller;
        this.handle = handle;
        this.qid = qid;
    }

    /** The path by which it was reached, from the root of the export. */
    public String path() {
        return handle.path();
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
     * Walks from here (walk(5)), in as many messages as that takes.
     *
     * @param path names separated by slashes; empty ones and {@code .} are skipped, {@code ..} is the server's affair; no
     *     name at all gives a second handle of this file
     * @return another file, which the caller closes
     * @throws RemoteException with ENOENT if there is no such file
     * @throws IllegalArgumentException if a name alone does not fit a message
     */
    public RemoteFile walk(String path) throws IOException {
        Walk.Reached reached = new Walk(caller, handle, path).to(qid);
        return new RemoteFile(client, caller, reached.handle(), reached.qid());
    }

    /**
     * Opens it for reading (Tlopen).
     *
     * @return this
     */
    public RemoteFile open() throws IOException {
        Rlopen reply = caller.call(handle, new Tlopen(handle.fid(), Tlopen.RDONLY), Rlopen.class);
        iounit = reply.iounit();
        return this;
    }

    /** The most bytes that one read can bring: the server's iounit, and never more than {@code msize - 24}. */
    public int maxCount() {
        int unit = iounit;
        return unit > 0 ? Math.min(unit, caller.maxCount()) : caller.maxCount();
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
        return caller.call(handle, new Tgetattr(handle.fid(), mask), Rgetattr.class).attr();
    }

    /**
     * Asks for attributes (Tgetattr), without waiting.
     *
     * @param mask bits of {@link Attr}; the answer's {@code valid} says which were filled
     * @param timeout for this request; positive
     * @param handler called once
     */
    public void getattr(long mask, Duration timeout, AttrHandler handler) {
        caller.submit(handle, new Tgetattr(handle.fid(), mask), ClientBuilder.positive("timeout", timeout),
                new Answer() {
                    @Override
                    public void completed(Rmessage reply) {
                        handler.completed(((Rgetattr) reply).attr());
                    }

                    @Override
                    public void failed(IOException cause) {
                        handler.failed(cause);
                    }
                });
    }

    /** The file system that it is on (Tstatfs). */
    public FileSystemStatus statfs() throws IOException {
        return caller.call(handle, new Tstatfs(handle.fid()), Rstatfs.class).status();
    }

    /** The target of this symbolic link (Treadlink). */
    public String readlink() throws IOException {
        return caller.call(handle, new Treadlink(handle.fid()), Rreadlink.class).target();
    }

    /**
     * Reads with one Tread. The data goes from the socket into a direct buffer without a copy; a heap buffer costs one.
     *
     * @param buffer from its position at most {@link #maxCount()} bytes, and never beyond its limit; its memory must be
     *     writable by any thread
     * @param offset in the file, not negative
     * @return bytes read, which may be fewer than asked for anywhere; -1 at the end of the file
     */
    public int read(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        boolean something = buffer.hasRemaining();
        int count = caller.read(readCall(buffer, offset, outcome, outcome), outcome);
        return count == 0 && something ? -1 : count;
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
        submit(readCall(buffer, offset, null, handler), ClientBuilder.positive("timeout", timeout));
    }

    ReadCall readCall(ByteBuffer buffer, long offset, @Nullable Outcome<?> outcome, ReadHandler handler) {
        requireReadable(buffer, offset);
        return new ReadCall(handle, offset, Math.min(buffer.remaining(), maxCount()), buffer, outcome, handler);
    }

    private static void requireReadable(ByteBuffer buffer, long offset) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer to read into");
        }
        if (offset < 0 || offset > Long.MAX_VALUE - buffer.remaining()) {
            throw new IllegalArgumentException("no file reaches from offset " + offset + " over "
                    + buffer.remaining() + " bytes");
        }
    }

    void submit(ReadCall call, Duration timeout) {
        caller.session().submit(call, timeout);
    }

    void submit(List<ReadCall> calls, Duration timeout) {
        caller.session().submit(calls, timeout);
    }

    /**
     * Fills the buffer, with several Treads at once if that takes more than one.
     *
     * @param offset in the file, not negative
     * @throws java.io.EOFException if the file ends before
     */
    public void readFully(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        readAndWait(buffer, offset, outcome, Piece.exactly(this, offset, buffer, outcome));
    }

    /**
     * Fills the buffer or reads to the end of the file, with several Treads at once if that takes more than one.
     *
     * @param offset in the file, not negative
     * @return bytes read; fewer than the buffer had room for only at the end of the file
     */
    public int readUpTo(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        return readAndWait(buffer, offset, outcome, outcome);
    }

    private int readAndWait(ByteBuffer buffer, long offset, Outcome.OfRead outcome, ReadHandler handler)
            throws IOException {
        caller.requireMayWait(readCall(buffer, offset, outcome, handler));
        readPieces(buffer, offset, caller.timeout(), outcome, handler);
        return outcome.await(caller.session());
    }

    /**
     * Fills the buffer without waiting, with several Treads at once if that takes more than one.
     *
     * @param buffer not to be touched until the handler is called
     * @param offset in the file, not negative
     * @param timeout for each Tread; positive
     * @param handler completed with the number of bytes that the buffer had room for; failed with an
     *     {@link java.io.EOFException} if the file ends before
     */
    public void readFully(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
        readPieces(buffer, offset, ClientBuilder.positive("timeout", timeout), null,
                Piece.exactly(this, offset, buffer, handler));
    }

    private void readPieces(ByteBuffer buffer, long offset, Duration timeout, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        int most = maxCount();
        if (buffer.remaining() <= most) {
            submit(new Piece(this, offset, buffer, timeout, outcome, handler).next(), timeout);
        } else {
            requireReadable(buffer, offset);
            new Pieces(this, offset, buffer, most, timeout, outcome, handler).start();
        }
    }

    /**
     * Reads the whole directory, with as many Treaddirs as that takes; it must be open.
     *
     * @return its entries in the server's order, {@code .} and {@code ..} among them where the server gives them
     */
    public List<DirectoryEntry> readdir() throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        Set<Long> offsets = new HashSet<>();
        List<DirectoryEntry> some = readdir(0);
        while (!some.isEmpty()) {
            all.addAll(some);
            long offset = some.getLast().offset();
            if (!offsets.add(offset)) {
                throw caller.broken("Rreaddir of " + path() + " comes back to offset " + offset);
            }
            some = readdir(offset);
        }
        return all;
    }

    /**
     * Reads a part of the directory with one Treaddir; it must be open.
     *
     * @param offset 0, or the offset of the last entry read
     * @return the next entries; none at the end
     */
    public List<DirectoryEntry> readdir(long offset) throws IOException {
        int count = maxCount();
        ByteBuffer data = caller.call(handle, new Treaddir(handle.fid(), offset, count), Rreaddir.class).data();
        if (data.remaining() > count) {
            throw caller.broken("Rreaddir of " + path() + " of " + data.remaining() + " bytes where " + count
                    + " were asked for");
        }
        try {
            return DirectoryEntries.decode(data);
        } catch (ProtocolException e) {
            throw caller.broken(path() + ": " + e.getMessage());
        }
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
     * @throws RemoteException with E2BIG if the value has more than 65536 bytes, as in getxattr(2)
     */
    public byte[] xattr(String name) throws IOException {
        int newfid = caller.takeFid();
        String what = path() + " xattr " + name;
        Txattrwalk request = new Txattrwalk(handle.fid(), newfid, name);
        long size = caller.callForFid(handle, request, what, Rxattrwalk.class, newfid).size();
        try (RemoteFile attribute = new RemoteFile(client, caller, new Handle(newfid, what), qid)) {
            if (size < 0 || size > LARGEST_XATTR) {
                throw new RemoteException(Errno.E2BIG, attribute + ": " + Long.toUnsignedString(size) + " bytes");
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
        return handle.isClosed();
    }

    /**
     * Forgets the file (Tclunk) without waiting for the answer. Idempotent. Requests in flight are still answered, by the
     * server's choice with an error; further ones fail with a {@link java.nio.channels.ClosedChannelException}.
     */
    @Override
    public void close() {
        caller.close(handle);
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return client.endpoint() + ": " + path();
    }
}
