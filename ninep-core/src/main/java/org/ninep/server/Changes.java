package org.ninep.server;

import java.io.IOException;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * What those requests of one client mean that change a tree. A tree that is read-only is asked for nothing: EROFS.
 *
 * <p>
 * For several threads, as {@link Session}.
 */
final class Changes {
    private static final int PERMISSIONS = 07777;
    private static final int ALL_OF_SETATTR = 0x1ff;
    private static final int NANOS = 1_000_000_000;

    private final Session session;

    Changes(Session session) {
        this.session = session;
    }

    /** The reply to a request that changes something, but for Twrite, Tlopen and Tremove. */
    Rmessage answer(Tmessage request) throws IOException {
        return switch (request) {
            case Tlcreate m -> create(m);
            case Tsymlink m -> new Rsymlink(
                    directory(m.dfid()).makeSymlink(newName(m.name()), target(m.target()), m.gid()));
            case Tmknod m -> new Rmknod(
                    directory(m.dfid()).makeNode(newName(m.name()), m.mode(), m.major(), m.minor(), m.gid()));
            case Tmkdir m -> new Rmkdir(
                    directory(m.dfid()).makeDirectory(newName(m.name()), m.mode() & PERMISSIONS, m.gid()));
            case Tlink m -> link(m);
            case Trename m -> rename(m);
            case Trenameat m -> renameat(m);
            case Tunlinkat m -> unlink(m);
            case Tsetattr m -> setattr(m);
            case Txattrcreate m -> xattrcreate(m);
            default -> throw new IllegalStateException(request.getClass().getSimpleName() + " changes nothing");
        };
    }

    /** Tremove, but for the clunk. */
    static void remove(Fid fid) throws IOException {
        writable(fid).remove();
    }

    private static FileNode writable(Fid fid) throws ErrnoException {
        if (!fid.node().isWritable()) {
            throw new ErrnoException(Errno.EROFS, "read-only");
        }
        return fid.node();
    }

    private FileNode writable(int fid) throws ErrnoException {
        return writable(session.fid(fid));
    }

    private FileNode directory(int fid) throws ErrnoException {
        FileNode node = writable(fid);
        if (!node.qid().isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        return node;
    }

    /** Refuses what is no name, and {@code "."} and {@code ".."} for the reason that a system call has. */
    private static String name(String name, Errno dot, Errno dots) throws ErrnoException {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "not a name");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new ErrnoException(name.equals(".") ? dot : dots, "the directory itself or its parent");
        }
        if (Names.encode(name).length > PathNames.LONGEST_NAME) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "name too long");
        }
        return name;
    }

    private static String newName(String name) throws ErrnoException {
        return name(name, Errno.EEXIST, Errno.EEXIST);
    }

    private static String renamed(String name) throws ErrnoException {
        return name(name, Errno.EBUSY, Errno.EBUSY);
    }

    private static String target(String target) throws ErrnoException {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new ErrnoException(target.isEmpty() ? Errno.ENOENT : Errno.EINVAL, "no target of a link");
        }
        return target;
    }

    private Rmessage create(Tlcreate m) throws IOException {
        Fid fid = session.fid(m.fid());
        FileNode directory = directory(m.fid());
        if (fid.isOpen()) {
            throw new ErrnoException(Errno.EBADF, "open already");
        }
        String name = name(m.name(), Errno.EISDIR, Errno.EISDIR);
        return session.opening(() -> create(fid, directory, name, m));
    }

    private Rmessage create(Fid fid, FileNode directory, String name, Tlcreate m) throws IOException {
        FileNode.Created created = directory.create(name, m.flags(), m.mode() & PERMISSIONS, m.gid());
        Fid file = fid.become(created.node());
        file.open(created.file(), OpenFlags.allowsRead(m.flags()), OpenFlags.allowsWrite(m.flags()));
        session.move(m.fid(), file);
        return new Rlcreate(created.file().qid(), session.largestPayload());
    }

    private Rmessage link(Tlink m) throws IOException {
        FileNode directory = directory(m.dfid());
        FileNode file = session.fid(m.fid()).node();
        if (file.qid().isDirectory()) {
            throw new ErrnoException(Errno.EPERM, "a directory has one name");
        }
        directory.link(file, newName(m.name()));
        return new Rlink();
    }

    private Rmessage rename(Trename m) throws IOException {
        FileNode file = writable(m.fid());
        file.moveTo(directory(m.dfid()), renamed(m.name()));
        return new Rrename();
    }

    private Rmessage renameat(Trenameat m) throws IOException {
        FileNode from = directory(m.olddirfid());
        from.rename(renamed(m.oldname()), directory(m.newdirfid()), renamed(m.newname()));
        return new Rrenameat();
    }

    private Rmessage unlink(Tunlinkat m) throws IOException {
        FileNode from = directory(m.dirfid());
        if ((m.flags() & ~Tunlinkat.REMOVEDIR) != 0) {
            throw new ErrnoException(Errno.EINVAL, "unknown flags");
        }
        boolean directory = m.flags() != 0;
        String name = directory
                ? name(m.name(), Errno.EINVAL, Errno.ENOTEMPTY)
                : name(m.name(), Errno.EISDIR, Errno.EISDIR);
        from.unlink(name, directory);
        return new Runlinkat();
    }

    /** The size of what is open for writing may be set even where its owner may no longer open it so. */
    private Rmessage setattr(Tsetattr m) throws IOException {
        Fid fid = session.fid(m.fid());
        FileNode node = writable(fid);
        requireValid(m);
        OpenFile file = fid.writableFile();
        if ((m.valid() & Tsetattr.SIZE) != 0 && file != null) {
            file.truncate(m.size());
            int rest = m.valid() & ~Tsetattr.SIZE;
            if (rest != 0) {
                node.setattr(new Tsetattr(m.fid(), rest, m.mode(), m.uid(), m.gid(), 0, m.atime(), m.mtime()));
            }
        } else if (m.valid() != 0) {
            node.setattr(m);
        }
        return new Rsetattr();
    }

    private static void requireValid(Tsetattr m) throws ErrnoException {
        int v = m.valid();
        boolean known = (v & ~ALL_OF_SETATTR) == 0
                && ((v & Tsetattr.ATIME_SET) == 0 || (v & Tsetattr.ATIME) != 0)
                && ((v & Tsetattr.MTIME_SET) == 0 || (v & Tsetattr.MTIME) != 0);
        boolean inRange = ((v & Tsetattr.SIZE) == 0 || m.size() >= 0)
                && ((v & Tsetattr.ATIME_SET) == 0 || isMoment(m.atime()))
                && ((v & Tsetattr.MTIME_SET) == 0 || isMoment(m.mtime()));
        if (!known || !inRange) {
            throw new ErrnoException(Errno.EINVAL, "attributes that cannot be set: " + m);
        }
    }

    private static boolean isMoment(Timespec time) {
        return time.nanoseconds() >= 0 && time.nanoseconds() < NANOS;
    }

    private Rmessage xattrcreate(Txattrcreate m) throws IOException {
        Fid fid = session.fid(m.fid());
        FileNode node = writable(fid);
        if (fid.isOpen()) {
            throw new ErrnoException(Errno.EBADF, "open already");
        }
        if (m.name().isEmpty() || m.name().indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "not a name");
        }
        if (Names.encode(m.name()).length > PathNames.LONGEST_NAME) {
            throw new ErrnoException(Errno.ERANGE, "name too long");
        }
        return session.opening(() -> {
            fid.open(new XattrFile(node, m.name(), m.size(), m.flags()), false, true);
            return new Rxattrcreate();
        });
    }
}
