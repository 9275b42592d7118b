package org.ninep.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.List;
import org.ninep.RemoteException;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rfsync;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Rmessage.Rstatfs;
import org.ninep.message.Tmessage.Tfsync;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Tstatfs;

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
    /** To {@link #setXattr}: fail with EEXIST if there is such an attribute. */
    public static final int XATTR_CREATE = 1;
    /** To {@link #setXattr}: fail with ENODATA if there is no such attribute. */
    public static final int XATTR_REPLACE = 2;

    private final Client client;
    private final Caller caller;
    private final Handle handle;
    private final Qid qid;
    private final Reads reads;
    private final Writes writes;
    private final Xattrs xattrs;

    RemoteFile(Client client, Caller caller, Handle handle, Qid qid) {
        this.client = client;
        this.caller = caller;
        this.handle = handle;
        this.qid = qid;
        this.reads = new Reads(caller, handle);
        this.writes = new Writes(caller, handle);
        this.xattrs = new Xattrs(caller, handle, qid);
    }

    /** The path by which it was reached, from the root of the export, whatever has been renamed since. */
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

    /** Opens it for reading (Tlopen), and returns it. */
    public RemoteFile open() throws IOException {
        return open(OpenFlags.RDONLY);
    }

    /**
     * Opens it (Tlopen), and if TRUNC leaves anything in it cuts it (Tgetattr, Tsetattr).
     *
     * @param flags of {@link OpenFlags}
     * @return this
     */
    public RemoteFile open(int flags) throws IOException {
        Rlopen reply = caller.call(handle, new Tlopen(handle.fid(), flags), Rlopen.class);
        handle.opened(flags, reply.iounit());
        Truncation.ensure(caller, handle, flags);
        return this;
    }

    /** The most bytes that one read or write can carry: the server's iounit, and never more than {@code msize - 24}. */
    public int maxCount() {
        return caller.maxCount(handle);
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
                Answer.to(handler));
    }

    /**
     * Changes attributes (Tsetattr).
     *
     * @throws RemoteException with EPERM, EACCES and others as {@code chmod(2)}, {@code chown(2)}, {@code truncate(2)} and
     *     {@code utimensat(2)}; the server may have changed some of them
     */
    public void setattr(SetAttr changes) throws IOException {
        Rsetattr ignored = caller.call(handle, changes.request(handle.fid()), Rsetattr.class);
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
        return reads.once(buffer, offset);
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
        reads.submit(reads.call(buffer, offset, null, handler), ClientBuilder.positive("timeout", timeout));
    }

    /**
     * Fills the buffer, with several Treads at once if that takes more than one.
     *
     * @param offset in the file, not negative
     * @throws java.io.EOFException if the file ends before
     */
    public void readFully(ByteBuffer buffer, long offset) throws IOException {
        reads.fully(buffer, offset);
    }

    /**
     * Fills the buffer or reads to the end of the file, with several Treads at once if that takes more than one.
     *
     * @param offset in the file, not negative
     * @return bytes read; fewer than the buffer had room for only at the end of the file
     */
    public int readUpTo(ByteBuffer buffer, long offset) throws IOException {
        return reads.upTo(buffer, offset);
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
        reads.fully(buffer, offset, ClientBuilder.positive("timeout", timeout), handler);
    }

    /**
     * Writes with one Twrite; the file must be open for writing. The data goes from a direct buffer to the socket without a copy;
     * a heap buffer costs one.
     *
     * @param buffer from its position at most {@link #maxCount()} bytes; may be read-only; its memory must be readable by
     *     any thread, and is not to be changed before this returns
     * @param offset in the file, not negative; beyond its end, zeros fill the gap
     * @return bytes written, by which the buffer's position has moved; may be fewer than there were
     * @throws RemoteException with ENOSPC, EDQUOT or EFBIG as {@code write(2)}
     * @throws org.ninep.RequestTimeoutException if no answer came; the data may have been written, or may yet be until the
     *     server has looked at the Tflush. So after an interrupt or a lost connection
     */
    public int write(ByteBuffer buffer, long offset) throws IOException {
        return writes.once(buffer, offset);
    }

    /**
     * Writes with one Twrite, without waiting.
     *
     * @param buffer as for {@link #write(ByteBuffer, long)}; neither to be changed nor moved until the handler is called
     * @param offset in the file, not negative
     * @param timeout for this request; positive
     * @param handler called once
     */
    public void write(ByteBuffer buffer, long offset, Duration timeout, WriteHandler handler) {
        writes.submit(writes.call(buffer, offset, null, handler), ClientBuilder.positive("timeout", timeout));
    }

    /**
     * Writes all that remains in the buffer, with several Twrites at once if that takes more than one, and with more where the
     * server takes less. If it fails, any part of it may have been written, not only the first.
     *
     * @param offset in the file, not negative
     * @throws IOException as {@link #write(ByteBuffer, long)}; the buffer's position is where it was
     */
    public void writeFully(ByteBuffer buffer, long offset) throws IOException {
        writes.fully(buffer, offset);
    }

    /**
     * Writes all that remains in the buffer without waiting, as {@link #writeFully(ByteBuffer, long)} does.
     *
     * @param buffer neither to be changed nor moved until the handler is called
     * @param offset in the file, not negative
     * @param timeout for each Twrite; positive
     * @param handler completed with the number of bytes that there were
     */
    public void writeFully(ByteBuffer buffer, long offset, Duration timeout, WriteHandler handler) {
        writes.fully(buffer, offset, ClientBuilder.positive("timeout", timeout), handler);
    }

    /**
     * Has the server put what was written on its disk (Tfsync); the file must be open.
     *
     * @param datasync whether attributes that no reader of the data needs may be left out, as in {@code fdatasync(2)}
     */
    public void fsync(boolean datasync) throws IOException {
        Rfsync ignored = caller.call(handle, new Tfsync(handle.fid(), datasync ? 1 : 0), Rfsync.class);
    }

    /**
     * Reads the whole directory, with as many Treaddirs as that takes; it must be open.
     *
     * @return its entries in the server's order, {@code .} and {@code ..} among them where the server gives them
     */
    public List<DirectoryEntry> readdir() throws IOException {
        return Listing.all(caller, handle);
    }

    /**
     * Reads a part of the directory with one Treaddir; it must be open.
     *
     * @param offset 0, or the offset of the last entry read
     * @return the next entries; none at the end
     */
    public List<DirectoryEntry> readdir(long offset) throws IOException {
        return Listing.from(offset, caller, handle);
    }

    /** The names in this directory, to be changed, which need not be open. What is made there belongs to this process's group. */
    public RemoteDirectory directory() {
        return directory(ProcessUser.effectiveGid());
    }

    /** The names in this directory, to be changed. What is made there belongs to this group, where the server allows it. */
    public RemoteDirectory directory(int gid) {
        return new RemoteDirectory(client, caller, handle, qid, gid);
    }

    /**
     * Moves this file to another directory or name (Trename), and replaces what is there; {@link #path()} does not name it any
     * more. If it is open another fid of it is used, for diod 1.0.24 aborts at a Trename of a fid that is open. For nfs-ganesha
     * 4.3 walk to the directory first and from there to the file: else it may move another file of that name.
     *
     * @throws RemoteException as {@link RemoteDirectory#rename}, which names what is moved, and is to be preferred
     */
    public void rename(RemoteDirectory to, String newName) throws IOException {
        to.take(this, newName);
    }

    /**
     * Removes this file from the server, and closes it, even if that fails (Tremove). Servers remove the name by which it was
     * reached; nfs-ganesha 4.3 does not survive it. {@link RemoteDirectory#unlink} and {@link RemoteDirectory#rmdir} say what
     * they remove, and are to be preferred.
     *
     * @throws RemoteException with ENOTEMPTY for a directory with something in it, and others as {@code unlink(2)}
     */
    public void remove() throws IOException {
        Rremove ignored = caller.callEndingFid(handle, new Tremove(handle.fid()), Rremove.class);
    }

    /** The names of the extended attributes (Txattrwalk with an empty name). */
    public List<String> xattrs() throws IOException {
        return xattrs.names();
    }

    /**
     * The value of an extended attribute (Txattrwalk).
     *
     * @param name with its name space: {@code user.comment}
     * @throws RemoteException with E2BIG if the value has more than 65536 bytes, as in getxattr(2)
     */
    public byte[] xattr(String name) throws IOException {
        return xattrs.get(name);
    }

    /**
     * Sets an extended attribute (Txattrcreate, Twrite and Tclunk on a fid of their own).
     *
     * @param value 1 to 65536 bytes: the protocol takes an empty one for a removal
     * @param flags {@link #XATTR_CREATE}, {@link #XATTR_REPLACE} or 0, whose failures are EEXIST, ENODATA and none
     */
    public void setXattr(String name, ByteBuffer value, int flags) throws IOException {
        if (!value.hasRemaining()) {
            throw new IllegalArgumentException(this + ": an empty value for xattr " + name + " would remove it");
        }
        xattrs.set(name, value, flags);
    }

    /**
     * Removes an extended attribute (Txattrcreate with size 0, and Tclunk).
     *
     * @throws RemoteException with ENODATA if there is none, and others as removexattr(2)
     */
    public void removeXattr(String name) throws IOException {
        xattrs.set(name, ByteBuffer.allocate(0), XATTR_REPLACE);
    }

    /** The locks on this file, which must be open. */
    public RemoteLocks locks() {
        return new RemoteLocks(caller, handle);
    }

    /**
     * A channel over this file, which must be open. Closing the channel leaves the file open. Its reads and writes pipeline as
     * many messages as their buffer takes, and a write writes all of it; an interrupt ends only what the thread does that
     * was interrupted, and does not close the channel.
     */
    public SeekableByteChannel channel() {
        return new RemoteFileChannel(this);
    }

    Handle handle() {
        return handle;
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
