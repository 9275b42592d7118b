package org.ninep.message;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The 28 requests of 9P2000.L. Above each stands its body on the wire; a string {@code name[s]} is
 * {@code len[2] utf8}.
 *
 * <p>
 * Immutable, but for the payload of {@link Twrite}, which is a view of the caller's buffer.
 */
public sealed interface Tmessage extends Message {
    /** {@code Tversion msize[4] version[s]}: opens a session and forgets whatever was before. Its tag is NOTAG. */
    record Tversion(int msize, String version) implements Tmessage {}

    /** {@code Tauth afid[4] uname[s] aname[s] n_uname[4]}: makes afid a file to authenticate on. */
    record Tauth(int afid, String uname, String aname, int nUname) implements Tmessage {}

    /** {@code Tattach fid[4] afid[4] uname[s] aname[s] n_uname[4]}: makes fid the root of the export aname. */
    record Tattach(int fid, int afid, String uname, String aname, int nUname) implements Tmessage {}

    /** {@code Tflush oldtag[2]}: forget the request with that tag. */
    record Tflush(int oldtag) implements Tmessage {}

    /** {@code Twalk fid[4] newfid[4] nwname[2] nwname*(wname[s])}: at most {@link Protocol#MAXWELEM} names. */
    record Twalk(int fid, int newfid, List<String> names) implements Tmessage {
        public Twalk {
            names = List.copyOf(names);
            if (names.size() > Protocol.MAXWELEM) {
                throw new IllegalArgumentException("Twalk of " + names.size() + " names, at most 16 are allowed");
            }
        }
    }

    /** {@code Tread fid[4] offset[8] count[4]}. */
    record Tread(int fid, long offset, int count) implements Tmessage {}

    /** {@code Twrite fid[4] offset[8] count[4] data[count]}: the data is the buffer's remaining bytes. */
    record Twrite(int fid, long offset, ByteBuffer data) implements Tmessage {}

    /** {@code Tclunk fid[4]}: forget fid. */
    record Tclunk(int fid) implements Tmessage {}

    /** {@code Tremove fid[4]}: remove the file and forget fid, even if the removal fails. */
    record Tremove(int fid) implements Tmessage {}

    /** {@code Tstatfs fid[4]}. */
    record Tstatfs(int fid) implements Tmessage {}

    /** {@code Tlopen fid[4] flags[4]}: flags as Linux' {@code open(2)}. */
    record Tlopen(int fid, int flags) implements Tmessage {
        /** O_RDONLY. */
        public static final int RDONLY = 0;
        /** O_WRONLY. */
        public static final int WRONLY = 1;
        /** O_RDWR. */
        public static final int RDWR = 2;
        /** O_ACCMODE, the bits that say how the file is opened. */
        public static final int ACCMODE = 3;
        /** O_TRUNC. */
        public static final int TRUNC = 0x200;
        /** O_DIRECTORY. */
        public static final int DIRECTORY = 0x10000;
    }

    /** {@code Tlcreate fid[4] name[s] flags[4] mode[4] gid[4]}: fid, a directory, becomes the new, open file. */
    record Tlcreate(int fid, String name, int flags, int mode, int gid) implements Tmessage {}

    /** {@code Tsymlink dfid[4] name[s] target[s] gid[4]}. */
    record Tsymlink(int dfid, String name, String target, int gid) implements Tmessage {}

    /** {@code Tmknod dfid[4] name[s] mode[4] major[4] minor[4] gid[4]}. */
    record Tmknod(int dfid, String name, int mode, int major, int minor, int gid) implements Tmessage {}

    /** {@code Trename fid[4] dfid[4] name[s]}. */
    record Trename(int fid, int dfid, String name) implements Tmessage {}

    /** {@code Treadlink fid[4]}. */
    record Treadlink(int fid) implements Tmessage {}

    /** {@code Tgetattr fid[4] request_mask[8]}: the bits of {@link Attr}. */
    record Tgetattr(int fid, long mask) implements Tmessage {}

    /**
     * {@code Tsetattr fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime[16] mtime[16]}: sets what {@code valid} names.
     */
    record Tsetattr(int fid, int valid, int mode, int uid, int gid, long size, Timespec atime, Timespec mtime)
            implements
                Tmessage {
        /** Bit: set the mode. */
        public static final int MODE = 0x1;
        /** Bit: set the owner. */
        public static final int UID = 0x2;
        /** Bit: set the group. */
        public static final int GID = 0x4;
        /** Bit: set the size. */
        public static final int SIZE = 0x8;
        /** Bit: set the time of access, to now unless {@link #ATIME_SET} stands too. */
        public static final int ATIME = 0x10;
        /** Bit: set the time of change, to now unless {@link #MTIME_SET} stands too. */
        public static final int MTIME = 0x20;
        /** Bit: set the time of the attributes' change to now. */
        public static final int CTIME = 0x40;
        /** Bit: with {@link #ATIME}, set it to the time given. */
        public static final int ATIME_SET = 0x80;
        /** Bit: with {@link #MTIME}, set it to the time given. */
        public static final int MTIME_SET = 0x100;
    }

    /** {@code Txattrwalk fid[4] newfid[4] name[s]}: newfid reads the attribute, or the list of names if name is empty. */
    record Txattrwalk(int fid, int newfid, String name) implements Tmessage {}

    /** {@code Txattrcreate fid[4] name[s] size[8] flags[4]}: fid becomes a file into which the value is written. */
    record Txattrcreate(int fid, String name, long size, int flags) implements Tmessage {}

    /** {@code Treaddir fid[4] offset[8] count[4]}: offset 0, or that of an entry read before. */
    record Treaddir(int fid, long offset, int count) implements Tmessage {}

    /** {@code Tfsync fid[4] datasync[4]}: some clients leave datasync out, which reads as 0. */
    record Tfsync(int fid, int datasync) implements Tmessage {}

    /** {@code Tlock fid[4] type[1] flags[4] start[8] length[8] proc_id[4] client_id[s]}. */
    record Tlock(int fid, int type, int flags, long start, long length, int procId, String clientId)
            implements
                Tmessage {
        /** Type: a lock shared with other readers. */
        public static final int RDLCK = 0;
        /** Type: a lock of one's own. */
        public static final int WRLCK = 1;
        /** Type: no lock. */
        public static final int UNLCK = 2;
        /** Flag: wait until the lock is free. */
        public static final int BLOCK = 1;
        /** Flag: a lock held before the server restarted. */
        public static final int RECLAIM = 2;
    }

    /** {@code Tgetlock fid[4] type[1] start[8] length[8] proc_id[4] client_id[s]}. */
    record Tgetlock(int fid, int type, long start, long length, int procId, String clientId) implements Tmessage {}

    /** {@code Tlink dfid[4] fid[4] name[s]}. */
    record Tlink(int dfid, int fid, String name) implements Tmessage {}

    /** {@code Tmkdir dfid[4] name[s] mode[4] gid[4]}. */
    record Tmkdir(int dfid, String name, int mode, int gid) implements Tmessage {}

    /** {@code Trenameat olddirfid[4] oldname[s] newdirfid[4] newname[s]}. */
    record Trenameat(int olddirfid, String oldname, int newdirfid, String newname) implements Tmessage {}

    /** {@code Tunlinkat dirfid[4] name[s] flags[4]}. */
    record Tunlinkat(int dirfid, String name, int flags) implements Tmessage {
        /** AT_REMOVEDIR: the name is a directory's. */
        public static final int REMOVEDIR = 0x200;
    }
}
