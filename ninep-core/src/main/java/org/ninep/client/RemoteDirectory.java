package org.ninep.client;

import java.io.IOException;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rlink;
import org.ninep.message.Rmessage.Rmkdir;
import org.ninep.message.Rmessage.Rmknod;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rrename;
import org.ninep.message.Rmessage.Rrenameat;
import org.ninep.message.Rmessage.Rsymlink;
import org.ninep.message.Rmessage.Runlinkat;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlink;
import org.ninep.message.Tmessage.Tmkdir;
import org.ninep.message.Tmessage.Tmknod;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Trename;
import org.ninep.message.Tmessage.Trenameat;
import org.ninep.message.Tmessage.Tsymlink;
import org.ninep.message.Tmessage.Tunlinkat;

/**
 * The names in a directory, and the ways to make, move and remove them: a view of the {@link RemoteFile} that it was got from,
 * of whose fid it makes use. There is nothing to close, and it ends with that file.
 *
 * <p>
 * A name is one name: not empty, not {@code .} or {@code ..}, without a slash and a NUL. Any other fails with an
 * {@link IllegalArgumentException}, and so does one that does not fit a message. All methods wait and fail as
 * {@link RemoteFile}'s do. A change that failed with anything but a {@link RemoteException} may have happened: ask the server
 * what is there before you repeat it.
 *
 * <p>
 * Thread-safe.
 */
public final class RemoteDirectory {
    private final Client client;
    private final Caller caller;
    private final Handle handle;
    private final Qid qid;
    private final int gid;

    /** @param gid the group of what is made */
    RemoteDirectory(Client client, Caller caller, Handle handle, Qid qid, int gid) {
        this.client = client;
        this.caller = caller;
        this.handle = handle;
        this.qid = qid;
        this.gid = gid;
    }

    private String path(String name) {
        return (handle.path().equals("/") ? "" : handle.path()) + "/" + name;
    }

    private static String requireName(String name) {
        boolean isNone = name.isEmpty() || name.equals(".") || name.equals("..");
        if (isNone || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"" + name + "\" is not a name in a directory");
        }
        return name;
    }

    /**
     * Creates a regular file and opens it (Tlcreate, on a fid of its own), and cuts it if it was there and TRUNC has left
     * anything in it (Tgetattr, Tsetattr).
     *
     * @param flags of {@link OpenFlags}. Without EXCL a file that is there already is opened, where the server does not take
     *     it for an error; nfs-ganesha 4.3 opens it even with EXCL
     * @param mode permissions; the server may apply a mask of its own
     * @return the open file, which the caller closes
     * @throws RemoteException with EEXIST if the name is there already, with EACCES or EPERM if that is not allowed here, with
     *     EROFS, ENOSPC or EDQUOT as {@code open(2)}
     */
    public RemoteFile create(String name, int flags, int mode) throws IOException {
        requireName(name);
        int fid = new Walk(caller, handle, "").to(qid).handle().fid();
        Handle created = new Handle(fid, path(name));
        Tlcreate request = new Tlcreate(fid, name, flags | OpenFlags.CREAT, mode, gid);
        Rlcreate reply = caller.callOnNewFid(created, request, Rlcreate.class);
        created.opened(flags, reply.iounit());
        RemoteFile file = new RemoteFile(client, caller, created, reply.qid());
        boolean done = false;
        try {
            Truncation.ensure(caller, created, flags);
            done = true;
            return file;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /**
     * Makes a directory (Tmkdir).
     *
     * @param mode permissions; the server may apply a mask of its own
     * @return its identification
     * @throws RemoteException with EEXIST if the name is there already, and others as {@code mkdir(2)}
     */
    public Qid mkdir(String name, int mode) throws IOException {
        return caller.call(handle, new Tmkdir(handle.fid(), requireName(name), mode, gid), path(name), Rmkdir.class)
                .qid();
    }

    /**
     * Makes a device, a named pipe or a socket (Tmknod).
     *
     * @param mode the kind of file, bits of {@link org.ninep.message.Attr#S_IFMT}, and permissions
     * @param major of a device; otherwise 0
     * @param minor of a device; otherwise 0
     * @return its identification
     * @throws RemoteException with EEXIST if the name is there already, with EPERM where only root may, and others as
     *     {@code mknod(2)}
     */
    public Qid mknod(String name, int mode, int major, int minor) throws IOException {
        return caller.call(handle, new Tmknod(handle.fid(), requireName(name), mode, major, minor, gid), path(name),
                Rmknod.class).qid();
    }

    /**
     * Makes a symbolic link (Tsymlink).
     *
     * @param target any text; nobody looks whether it leads anywhere
     * @return the link's identification
     * @throws RemoteException with EEXIST if the name is there already, and others as {@code symlink(2)}
     */
    public Qid symlink(String name, String target) throws IOException {
        return caller.call(handle, new Tsymlink(handle.fid(), requireName(name), target, gid), path(name),
                Rsymlink.class).qid();
    }

    /**
     * Gives a file a further name, in this directory (Tlink).
     *
     * @param file on the same connection
     * @throws RemoteException with EEXIST if the name is there already, with EPERM for a directory, with EXDEV for a file of
     *     another file system, and others as {@code link(2)}
     */
    public void link(RemoteFile file, String name) throws IOException {
        Handle other = requireSameClient(file.handle(), file.client());
        Rlink ignored = caller.call(handle, other, new Tlink(handle.fid(), other.fid(), requireName(name)), path(name),
                Rlink.class);
    }

    private Handle requireSameClient(Handle file, Client of) {
        if (!of.equals(client)) {
            throw new IllegalArgumentException(
                    file.path() + " is on another connection, to " + of.endpoint() + ", than " + caller.name(handle));
        }
        return file;
    }

    /**
     * Moves a name, and replaces the one that it moves to (Trenameat). The paths of files that were reached by the old name
     * stay as they were, and name nothing any more; the files go on.
     *
     * <p>
     * A server that answers EOPNOTSUPP or ENOSYS, as diod 1.0.24 does, is asked by Trename with a fresh fid of the file
     * instead, now and from then on. That is two requests: if somebody puts another file in place of the old name between
     * them, it is still the former that is moved.
     *
     * @param to where the new name is; may be this directory, and is on the same connection
     * @throws RemoteException with ENOENT if there is no such name, with EISDIR, ENOTDIR or ENOTEMPTY if the new name cannot
     *     be replaced, with EXDEV if it is on another file system, and others as {@code rename(2)}
     */
    public void rename(String name, RemoteDirectory to, String newName) throws IOException {
        requireName(name);
        requireName(newName);
        Handle target = requireSameClient(to.handle, to.client);
        if (!caller.lacksRenameat()) {
            try {
                Rrenameat ignored = caller.call(handle, target,
                        new Trenameat(handle.fid(), name, target.fid(), newName), path(name), Rrenameat.class);
                return;
            } catch (RemoteException e) {
                if (!isLacking(e)) {
                    throw e;
                }
                caller.setLacksRenameat();
            }
        }
        try (RemoteFile file = walk(name)) {
            to.take(file, newName);
        }
    }

    private RemoteFile walk(String name) throws IOException {
        Walk.Reached reached = new Walk(caller, handle, name).to(qid);
        return new RemoteFile(client, caller, reached.handle(), reached.qid());
    }

    /** Has the file's name be here from now on (Trename). */
    void take(RemoteFile file, String newName) throws IOException {
        requireName(newName);
        Handle moved = requireSameClient(file.handle(), file.client());
        if (moved.isOpen()) {
            try (RemoteFile unopened = file.walk("")) {
                take(unopened, newName);
            }
        } else {
            Rrename ignored = caller.call(moved, handle, new Trename(moved.fid(), handle.fid(), newName), file.path(),
                    Rrename.class);
        }
    }

    /**
     * Removes the name of a file that is not a directory (Tunlinkat). The file itself goes when nobody has it open any more.
     *
     * <p>
     * A server that answers EOPNOTSUPP or ENOSYS, as diod 1.0.24 does, is asked by Tremove instead, now and from then on,
     * after a walk to the name has shown that it is no directory. If somebody puts an empty directory in its place between
     * the two requests, that is removed.
     *
     * @throws RemoteException with ENOENT if there is no such name, with EISDIR if it is a directory, and others as
     *     {@code unlink(2)}
     */
    public void unlink(String name) throws IOException {
        unlinkat(requireName(name), 0);
    }

    /**
     * Removes an empty directory (Tunlinkat with AT_REMOVEDIR), with the same way out as {@link #unlink} has.
     *
     * @throws RemoteException with ENOENT if there is no such name, with ENOTDIR if it is no directory, with ENOTEMPTY if
     *     there is something in it, and others as {@code rmdir(2)}
     */
    public void rmdir(String name) throws IOException {
        unlinkat(requireName(name), Tunlinkat.REMOVEDIR);
    }

    private void unlinkat(String name, int flags) throws IOException {
        if (!caller.lacksUnlinkat()) {
            try {
                Runlinkat ignored = caller.call(handle, new Tunlinkat(handle.fid(), name, flags), path(name),
                        Runlinkat.class);
                return;
            } catch (RemoteException e) {
                if (!isLacking(e)) {
                    throw e;
                }
                caller.setLacksUnlinkat();
            }
        }
        Walk.Reached reached = new Walk(caller, handle, name).to(qid);
        boolean directory = flags == Tunlinkat.REMOVEDIR;
        if (reached.qid().isDirectory() != directory) {
            caller.close(reached.handle());
            throw new RemoteException(directory ? Errno.ENOTDIR : Errno.EISDIR,
                    caller.session().peer() + ": Tremove " + path(name));
        }
        Rremove ignored = caller.callEndingFid(reached.handle(), new Tremove(reached.handle().fid()), Rremove.class);
    }

    private static boolean isLacking(RemoteException e) {
        return e.errno().equals(Errno.EOPNOTSUPP) || e.errno().equals(Errno.ENOSYS);
    }

    Handle handle() {
        return handle;
    }

    Client client() {
        return client;
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return caller.name(handle);
    }
}
