package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * What the requests of one client mean. Payloads are none of its business: it finds the open file, and whoever holds the
 * buffers reads and writes.
 *
 * <p>
 * For several threads, whose requests do not get in each other's way ({@link Needs}); but while there is a Tversion, and at
 * the {@link #reset}, no other.
 */
final class Session {
    private final Exports exports;
    private final Limits limits;
    private final Authentication authentication;
    private final FidTable fids = new FidTable();
    private final Changes changes = new Changes(this);
    private final Locks locks;
    private final AtomicInteger open = new AtomicInteger();
    private volatile int msize;
    private volatile boolean attached;
    private volatile boolean established;
    private volatile int largestFrame = Limits.UNVERSIONED_FRAME;
    private volatile int largestPayload;
    private volatile FileTree.User user = new FileTree.User("", Protocol.NONUNAME);

    Session(Exports exports, Limits limits, Authentication authentication, LockTable locks) {
        this.locks = new Locks(locks);
        this.exports = exports;
        this.limits = limits;
        this.authentication = authentication;
    }

    /** 0 while no version is agreed on. */
    int msize() {
        return msize;
    }

    int fids() {
        return fids.size() + authentication.afids();
    }

    /** Users whose credentials were verified. */
    List<Integer> verified() {
        return authentication.verified();
    }

    /** Whether the client ever had all that it needs to be served: a version and, if any export asks who it is, a root or a user. */
    boolean isEstablished() {
        return established;
    }

    private boolean isAdmitted() {
        return attached || !authentication.verified().isEmpty();
    }

    FileTree.User user() {
        return user;
    }

    /** The longest request that is taken now: there is less to say before the client has attached. */
    int largestFrame() {
        return largestFrame;
    }

    /** How much a reply may carry: an older v9fs takes a frame of all of msize for a broken one. */
    int largestPayload() {
        return largestPayload;
    }

    private void setBounds() {
        boolean admitted = msize != 0 && isAdmitted();
        if (admitted) {
            largestFrame = msize;
        } else {
            largestFrame = msize == 0 ? Limits.UNVERSIONED_FRAME : Math.min(msize, exports.unattachedFrame());
        }
        largestPayload = admitted ? msize - Protocol.IOHDRSZ : 0;
        if (msize != 0 && (isAdmitted() || !exports.authenticate())) {
            established = true;
        }
    }

    /**
     * The reply to a request that carries no payload either way.
     *
     * @throws IOException for Rlerror
     */
    Rmessage answer(Tmessage request) throws IOException {
        if (msize == 0 && !(request instanceof Tversion)) {
            throw new ErrnoException(Errno.EPROTO, "no version is agreed on");
        }
        return switch (request) {
            case Tversion m -> version(m);
            case Tauth m -> auth(m);
            case Tattach m -> attach(m);
            case Tflush _ -> new Rflush();
            case Twalk m -> walk(m);
            case Tlopen m -> open(m);
            case Tclunk m -> clunk(m);
            case Tremove m -> remove(m);
            case Tgetattr m -> new Rgetattr(attr(fid(m.fid()), m.mask()));
            case Treadlink m -> new Rreadlink(fid(m.fid()).node().readlink());
            case Tstatfs m -> new Rstatfs(fid(m.fid()).node().statfs());
            case Txattrwalk m -> xattrwalk(m);
            case Tfsync m -> fsync(m);
            case Tlock m -> locks.lock(fid(m.fid()), m);
            case Tgetlock m -> locks.find(fid(m.fid()), m);
            case Tlcreate _,Tsymlink _,Tmknod _,Trename _,Tsetattr _,Txattrcreate _,Tlink _,Tmkdir _,Trenameat _,Tunlinkat _ ->
                changes.answer(request);
            case Tread m -> throw withPayload(m);
            case Twrite m -> throw withPayload(m);
            case Treaddir m -> throw withPayload(m);
        };
    }

    private static IllegalStateException withPayload(Tmessage request) {
        return new IllegalStateException(request.getClass().getSimpleName() + " is not answered here");
    }

    private Rmessage version(Tversion m) throws ErrnoException {
        reset();
        int agreed = Integer.compareUnsigned(m.msize(), limits.msize()) < 0 ? m.msize() : limits.msize();
        if (!m.version().equals(Protocol.VERSION_9P2000_L)) {
            return new Rversion(agreed, Protocol.VERSION_UNKNOWN);
        }
        if (agreed < Limits.SMALLEST_MSIZE) {
            throw new ErrnoException(Errno.EMSGSIZE, "msize " + agreed + " is too small");
        }
        msize = agreed;
        setBounds();
        return new Rversion(agreed, Protocol.VERSION_9P2000_L);
    }

    private Rmessage auth(Tauth m) throws ErrnoException {
        requireUnused(m.afid());
        return authentication.start(exports.get(m.aname()), m);
    }

    private Rmessage attach(Tattach m) throws IOException {
        requireFree(m.fid());
        Exports.Export export = exports.get(m.aname());
        FileTree.User attaching = authentication.admit(export, m);
        setBounds();
        FileTree tree = export.tree();
        if (tree == null) {
            throw new ErrnoException(Errno.ENOENT, "no such export");
        }
        FileNode root = tree.attach(m.aname(), attaching);
        add(m.fid(), Fid.of(tree, root));
        user = attaching;
        attached = true;
        setBounds();
        return new Rattach(root.qid());
    }

    private void requireUnused(int number) throws ErrnoException {
        if (number == Protocol.NOFID || fids.get(number) != null || authentication.isAfid(number)) {
            throw new ErrnoException(Errno.EBADF, "fid " + Integer.toUnsignedString(number) + " is in use");
        }
    }

    private void requireFree(int number) throws ErrnoException {
        requireUnused(number);
        if (fids.size() >= limits.fids()) {
            throw tooManyFids();
        }
    }

    /** Puts a fid of a number that was free, and keeps to the bound also where others have put some meanwhile. */
    private void add(int number, Fid fid) throws IOException {
        if (!fids.add(number, fid, limits.fids())) {
            fid.close();
            throw tooManyFids();
        }
    }

    private ErrnoException tooManyFids() {
        return new ErrnoException(Errno.EMFILE, "more than " + limits.fids() + " fids");
    }

    /** The file to read; an afid says itself that there is nothing. */
    OpenFile readable(int number) throws ErrnoException {
        Fid fid = fids.get(number);
        return fid == null ? authentication.afid(number) : fid.readable();
    }

    /** The file to write. */
    OpenFile writable(int number) throws ErrnoException {
        Fid fid = fids.get(number);
        return fid == null ? authentication.afid(number) : fid.writable();
    }

    /** What stands for a file: an afid does not, and no other request than a read, a write or a clunk takes one. */
    Fid fid(int number) throws ErrnoException {
        Fid fid = fids.get(number);
        if (fid == null) {
            throw new ErrnoException(Errno.EBADF, "fid " + Integer.toUnsignedString(number) + " is not in use");
        }
        return fid;
    }

    private Rmessage walk(Twalk m) throws IOException {
        Fid from = fid(m.fid());
        boolean moves = m.newfid() == m.fid();
        if (!moves) {
            requireFree(m.newfid());
        }
        if (m.names().isEmpty()) {
            if (!moves) {
                add(m.newfid(), from.twin());
            }
            return new Rwalk(List.of());
        }
        if (moves && from.isOpen()) {
            throw new ErrnoException(Errno.EBADF, "an open fid cannot be moved");
        }
        List<Qid> qids = new ArrayList<>(m.names().size());
        Fid to = Walks.walk(from, m.names(), qids);
        if (to != null && moves) {
            move(m.fid(), to);
        } else if (to != null) {
            add(m.newfid(), to);
        }
        return new Rwalk(qids);
    }

    private Rmessage open(Tlopen m) throws IOException {
        Fid fid = fid(m.fid());
        if (fid.isOpen()) {
            throw new ErrnoException(Errno.EBADF, "open already");
        }
        Qid qid = opening(() -> open(fid, m));
        return new Rlopen(qid, largestPayload());
    }

    private static Qid open(Fid fid, Tlopen m) throws IOException {
        if (fid.node().qid().isDirectory()) {
            if (FileNode.wantsToWrite(m.flags())) {
                throw new ErrnoException(Errno.EISDIR, "a directory");
            }
            OpenDirectory directory = fid.node().openDirectory();
            fid.open(directory);
            return directory.qid();
        }
        if ((m.flags() & Tlopen.DIRECTORY) != 0) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        OpenFile file = fid.node().open(m.flags());
        fid.open(file, OpenFlags.allowsRead(m.flags()), OpenFlags.allowsWrite(m.flags()));
        return file.qid();
    }

    /** Does what makes an open fid, of which there may be only so many. */
    <T> T opening(DiskAccess.Deed<T> deed) throws IOException {
        if (open.incrementAndGet() > limits.openFiles()) {
            open.decrementAndGet();
            throw new ErrnoException(Errno.EMFILE, "more than " + limits.openFiles() + " open files");
        }
        boolean done = false;
        try {
            T made = deed.run();
            done = true;
            return made;
        } finally {
            if (!done) {
                open.decrementAndGet();
            }
        }
    }

    /** Makes a fid another one. */
    void move(int number, Fid to) throws IOException {
        Fid old = fids.put(number, to);
        if (old != null) {
            old.close();
        }
    }

    /** Frees the fid, whether what was to be done at the end was done or not. */
    private Rmessage clunk(Tclunk m) throws IOException {
        if (!authentication.clunk(m.fid())) {
            Fid fid = fid(m.fid());
            try (Closeable _ = () -> drop(m.fid(), fid)) {
                fid.commit();
            }
        }
        return new Rclunk();
    }

    private Rmessage remove(Tremove m) throws IOException {
        if (authentication.clunk(m.fid())) {
            throw new ErrnoException(Errno.EROFS, "an afid is no file of a tree");
        }
        Fid fid = fid(m.fid());
        try (Closeable _ = () -> drop(m.fid(), fid)) {
            Changes.remove(fid);
        }
        return new Rremove();
    }

    private void drop(int number, Fid fid) throws IOException {
        fids.remove(number);
        if (fid.isOpen()) {
            open.decrementAndGet();
        }
        locks.release(fid);
        fid.close();
    }

    private static Attr attr(Fid fid, long mask) throws IOException {
        OpenFile file = fid.file();
        Attr a = file == null ? fid.node().attr() : file.attr();
        return new Attr(a.valid() & mask, a.qid(), a.mode(), a.uid(), a.gid(), a.nlink(), a.rdev(), a.size(),
                a.blksize(),
                a.blocks(), a.atime(), a.mtime(), a.ctime(), a.btime(), a.gen(), a.dataVersion());
    }

    private Rmessage fsync(Tfsync m) throws IOException {
        fid(m.fid()).sync(m.datasync() != 0);
        return new Rfsync();
    }

    /** newfid reads the value, or the names, each ended by a NUL as {@code listxattr(2)} has them. */
    private Rmessage xattrwalk(Txattrwalk m) throws IOException {
        Fid fid = fid(m.fid());
        requireFree(m.newfid());
        return new Rxattrwalk(opening(() -> openXattr(fid, m)));
    }

    private int openXattr(Fid fid, Txattrwalk m) throws IOException {
        ByteBuffer value = m.name().isEmpty() ? list(fid.node().xattrs()) : fid.node().xattr(m.name());
        BytesFile file = new BytesFile(fid.node().attr(), value);
        Fid attribute = fid.twin();
        attribute.open(file, true, false);
        add(m.newfid(), attribute);
        return file.size();
    }

    private static ByteBuffer list(List<String> names) {
        return ByteBuffer.wrap(Names.encode(String.join("\0", names) + (names.isEmpty() ? "" : "\0")));
    }

    /** Forgets everything but who was verified, as at a new Tversion or at the end. */
    void reset() {
        msize = 0;
        open.set(0);
        attached = false;
        authentication.clunkAll();
        setBounds();
        for (Fid fid : fids.clear()) {
            locks.release(fid);
            try {
                fid.close();
            } catch (IOException e) {
                // nobody is left to be told
            }
        }
    }
}
