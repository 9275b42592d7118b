package org.ninep.message;

import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.Errno;

/**
 * The replies of 9P2000.L, one for each request, and {@link Rlerror}, which may stand for any of them.
 *
 * <p>
 * Immutable, but for payloads, which are views of the buffer that they came in.
 */
public sealed interface Rmessage extends Message {
    /** {@code Rlerror ecode[4]}: a Linux error number. */
    record Rlerror(Errno errno) implements Rmessage {}

    /** {@code Rversion msize[4] version[s]}: an msize not above the one offered, and the dialect or "unknown". */
    record Rversion(int msize, String version) implements Rmessage {}

    /** {@code Rauth aqid[13]}. */
    record Rauth(Qid aqid) implements Rmessage {}

    /** {@code Rattach qid[13]}. */
    record Rattach(Qid qid) implements Rmessage {}

    /** {@code Rflush}: the old request has been answered before, or never will be. */
    record Rflush() implements Rmessage {}

    /** {@code Rwalk nwqid[2] nwqid*(wqid[13])}: fewer qids than names mean that newfid was not made. */
    record Rwalk(List<Qid> qids) implements Rmessage {
        public Rwalk {
            qids = List.copyOf(qids);
            if (qids.size() > Protocol.MAXWELEM) {
                throw new IllegalArgumentException("Rwalk of " + qids.size() + " qids, at most 16 are allowed");
            }
        }
    }

    /** {@code Rread count[4] data[count]}: the data is the buffer's remaining bytes; 0 of them at the end of file. */
    record Rread(ByteBuffer data) implements Rmessage {}

    /** {@code Rwrite count[4]}. */
    record Rwrite(int count) implements Rmessage {}

    /** {@code Rclunk}. */
    record Rclunk() implements Rmessage {}

    /** {@code Rremove}. */
    record Rremove() implements Rmessage {}

    /** {@code Rstatfs type[4] bsize[4] blocks[8] bfree[8] bavail[8] files[8] ffree[8] fsid[8] namelen[4]}. */
    record Rstatfs(FileSystemStatus status) implements Rmessage {}

    /** {@code Rlopen qid[13] iounit[4]}: an iounit of 0 leaves the count to msize. */
    record Rlopen(Qid qid, int iounit) implements Rmessage {}

    /** {@code Rlcreate qid[13] iounit[4]}. */
    record Rlcreate(Qid qid, int iounit) implements Rmessage {}

    /** {@code Rsymlink qid[13]}. */
    record Rsymlink(Qid qid) implements Rmessage {}

    /** {@code Rmknod qid[13]}. */
    record Rmknod(Qid qid) implements Rmessage {}

    /** {@code Rrename}. */
    record Rrename() implements Rmessage {}

    /** {@code Rreadlink target[s]}. */
    record Rreadlink(String target) implements Rmessage {}

    /** {@code Rgetattr}: see {@link Attr}. */
    record Rgetattr(Attr attr) implements Rmessage {}

    /** {@code Rsetattr}. */
    record Rsetattr() implements Rmessage {}

    /** {@code Rxattrwalk size[8]}: how many bytes newfid has to read. */
    record Rxattrwalk(long size) implements Rmessage {}

    /** {@code Rxattrcreate}. */
    record Rxattrcreate() implements Rmessage {}

    /** {@code Rreaddir count[4] data[count]}: whole entries ({@link DirectoryEntry}); 0 bytes at the end. */
    record Rreaddir(ByteBuffer data) implements Rmessage {}

    /** {@code Rfsync}. */
    record Rfsync() implements Rmessage {}

    /** {@code Rlock status[1]}. */
    record Rlock(int status) implements Rmessage {
        /** The lock is held, or given up, as asked. */
        public static final int SUCCESS = 0;
        /** Somebody else holds a lock in the way. */
        public static final int BLOCKED = 1;
        /** The server could not do it. */
        public static final int ERROR = 2;
        /** The server restarted, and takes only locks reclaimed. */
        public static final int GRACE = 3;
    }

    /** {@code Rgetlock type[1] start[8] length[8] proc_id[4] client_id[s]}. */
    record Rgetlock(int type, long start, long length, int procId, String clientId) implements Rmessage {}

    /** {@code Rlink}. */
    record Rlink() implements Rmessage {}

    /** {@code Rmkdir qid[13]}. */
    record Rmkdir(Qid qid) implements Rmessage {}

    /** {@code Rrenameat}. */
    record Rrenameat() implements Rmessage {}

    /** {@code Runlinkat}. */
    record Runlinkat() implements Rmessage {}
}
