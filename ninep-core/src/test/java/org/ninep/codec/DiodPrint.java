package org.ninep.codec;

import java.util.List;
import java.util.stream.Collectors;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;

/** Replies, in the words in which diod prints them when it debugs. */
final class DiodPrint {
    private static final List<String> LOCK_TYPES = List.of("RDLCK", "WRLCK", "UNLCK");
    private static final List<String> LOCK_STATUSES = List.of("SUCCESS", "BLOCKED", "ERROR", "GRACE");

    private DiodPrint() {}

    /** What stands behind the name and the tag. */
    static String of(Rmessage reply) {
        return switch (reply) {
            case Rlerror r -> "ecode " + r.errno().number();
            case Rversion r -> "msize " + r.msize() + " version '" + r.version() + "'";
            case Rauth r -> "aqid " + qid(r.aqid());
            case Rattach r -> "qid " + qid(r.qid());
            case Rwalk r -> "nwqid " + r.qids().size() + r.qids().stream().map(q -> " " + qid(q))
                    .collect(Collectors.joining());
            case Rread r -> "count " + r.data().remaining();
            case Rwrite r -> "count " + r.count();
            case Rstatfs r -> status(r.status());
            case Rlopen r -> "qid " + qid(r.qid()) + " iounit " + r.iounit();
            case Rlcreate r -> "qid " + qid(r.qid()) + " iounit " + r.iounit();
            case Rsymlink r -> "qid " + qid(r.qid());
            case Rmknod r -> "qid " + qid(r.qid());
            case Rreadlink r -> "target '" + r.target() + "'";
            case Rgetattr r -> attr(r.attr());
            case Rxattrwalk r -> "size " + r.size();
            case Rreaddir r -> "count " + r.data().remaining();
            case Rlock r -> "status P9_LOCK_" + LOCK_STATUSES.get(r.status());
            case Rgetlock r -> "type P9_LOCK_TYPE_" + LOCK_TYPES.get(r.type()) + " start " + r.start() + " length "
                    + r.length() + " proc_id " + r.procId() + " client_id '" + r.clientId() + "'";
            case Rmkdir r -> "qid " + qid(r.qid());
            case Rflush(),Rclunk(),Rremove(),Rrename(),Rsetattr(),Rxattrcreate(),Rfsync(),Rlink(),Rrenameat(),Runlinkat() ->
                "";
        };
    }

    /** The line without what stands in local time, and without blanks at its end. */
    static String comparable(String line) {
        return line.replaceFirst(" atime .*", "").strip();
    }

    private static String qid(Qid qid) {
        String kind = (qid.isDirectory() ? "d" : "") + (qid.isSymlink() ? "L" : "");
        return String.format("(%016x %d '%s')", qid.path(), qid.version(), kind);
    }

    private static String status(FileSystemStatus s) {
        return "type " + s.type() + " bsize " + s.bsize() + " blocks " + s.blocks() + " bfree " + s.bfree() + " bavail "
                + s.bavail() + " files " + s.files() + " ffree " + s.ffree() + " fsid "
                + Long.toUnsignedString(s.fsid()) + " namelen " + s.namelen();
    }

    private static String attr(Attr a) {
        return String.format("valid 0x%x qid %s mode 0%o uid %d gid %d nlink %d rdev %d size %d blksize %d blocks %d",
                a.valid(), qid(a.qid()), a.mode(), a.uid(), a.gid(), a.nlink(), a.rdev(), a.size(), a.blksize(),
                a.blocks());
    }
}
