package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Rmessage.Rxattrcreate;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.message.Tmessage.Txattrcreate;
import org.ninep.message.Tmessage.Txattrwalk;

/** Tsetattr, and extended attributes. */
final class Settings {
    private static final Timespec THEN = new Timespec(1_000_000_000, 123_456_789);
    private static final int REPLACE = 2;
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);

    private Settings() {}

    static List<Case> cases() {
        return List.of(
                new Case("setattr.mode", "Tsetattr of MODE sets the permissions, and nothing else", "chmod(2)",
                        Settings::mode),
                new Case("setattr.uid", "Tsetattr of UID to the owner is carried out", "chown(2)", Settings::uid),
                new Case("setattr.gid", "Tsetattr of GID to the group is carried out", "chown(2)", Settings::gid),
                new Case("setattr.size", "Tsetattr of SIZE cuts a file off, and lengthens it with zeros", "truncate(2)",
                        Settings::size),
                new Case("setattr.mtime-set", "MTIME with MTIME_SET sets the time given, and no other time",
                        "utimensat(2)",
                        Settings::mtime),
                new Case("setattr.atime-set", "ATIME with ATIME_SET sets the time given, and no other time",
                        "utimensat(2)",
                        Settings::atime),
                new Case("setattr.now", "ATIME and MTIME alone set the server's time", "utimensat(2)", Settings::now),
                new Case("setattr.ctime", "CTIME alone is carried out", "diod's protocol.md", Settings::ctime),
                new Case("setattr.nothing", "A Tsetattr that names nothing changes nothing", "diod's protocol.md",
                        Settings::nothing),
                new Case("xattr.set", "What is written after Txattrcreate is the value from the clunk on",
                        "diod's protocol.md", Settings::xattr),
                new Case("xattr.short", "Fewer bytes than announced set nothing, and the clunk says so",
                        "diod's protocol.md", Settings::shortXattr),
                new Case("xattr.remove", "Size 0 with XATTR_REPLACE removes an attribute",
                        "what Linux' client sends to remove one", Settings::removeXattr));
    }

    private static void set(Made made, int fid, int valid, Attr to) throws IOException {
        made.session().call(new Tsetattr(fid, valid, to.mode() & 07777, to.uid(), to.gid(), to.size(), to.atime(),
                to.mtime()), Rsetattr.class);
    }

    private static Attr with(Attr a, int mode, long size, Timespec atime, Timespec mtime) {
        return new Attr(a.valid(), a.qid(), mode, a.uid(), a.gid(), a.nlink(), a.rdev(), size, a.blksize(), a.blocks(),
                atime, mtime, a.ctime(), a.btime(), a.gen(), a.dataVersion());
    }

    private static void mode(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.mode");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.MODE, with(before, 0604, 0, THEN, THEN));
        Attr after = made.session().attr(fid);
        same(0604, after.mode() & 07777, "the mode");
        same(before.size(), after.size(), "the size");
        same(before.mtime(), after.mtime(), "mtime");
    }

    private static void uid(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.uid");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.UID, before);
        same(before.uid(), made.session().attr(fid).uid(), "the owner");
    }

    private static void gid(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.gid");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.GID, before);
        same(before.gid(), made.session().attr(fid).gid(), "the group");
    }

    private static void size(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.size");
        Attr attr = made.session().attr(fid);
        set(made, fid, Tsetattr.SIZE, with(attr, attr.mode(), 3, THEN, THEN));
        same(3L, made.session().attr(fid).size(), "the size after it was cut off");
        set(made, fid, Tsetattr.SIZE, with(attr, attr.mode(), 6, THEN, THEN));
        made.session().open(fid);
        same("012\0\0\0", made.text(fid), "the content");
    }

    private static void mtime(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.mtime");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.MTIME | Tsetattr.MTIME_SET, with(before, 0, 0, new Timespec(5, 0), THEN));
        Attr after = made.session().attr(fid);
        sameTime(server, THEN, after.mtime(), "mtime");
        same(before.atime(), after.atime(), "atime");
    }

    private static void atime(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.atime");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.ATIME | Tsetattr.ATIME_SET, with(before, 0, 0, THEN, new Timespec(5, 0)));
        Attr after = made.session().attr(fid);
        sameTime(server, THEN, after.atime(), "atime");
        same(before.mtime(), after.mtime(), "mtime");
    }

    /** File systems keep times with different precision. */
    private static void sameTime(Subject server, Timespec expected, Timespec seen, String what) throws IOException {
        same(expected.seconds(), seen.seconds(), what + "'s seconds");
        if (expected.nanoseconds() != seen.nanoseconds()) {
            server.differs(what + " has " + seen.nanoseconds() + " ns instead of " + expected.nanoseconds());
        }
    }

    private static void now(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.now");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.ATIME | Tsetattr.ATIME_SET | Tsetattr.MTIME | Tsetattr.MTIME_SET,
                with(before, 0, 0, THEN, THEN));
        set(made, fid, Tsetattr.ATIME | Tsetattr.MTIME, with(before, 0, 0, THEN, THEN));
        Attr after = made.session().attr(fid);
        require(after.mtime().seconds() >= before.mtime().seconds(), "mtime is " + after.mtime());
        require(after.atime().seconds() >= before.mtime().seconds(), "atime is " + after.atime());
    }

    private static void ctime(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.ctime");
        Attr before = made.session().attr(fid);
        set(made, fid, Tsetattr.CTIME, before);
        Attr after = made.session().attr(fid);
        same(before.mtime(), after.mtime(), "mtime");
        require(after.ctime().seconds() >= before.ctime().seconds(), "ctime went back to " + after.ctime());
    }

    private static void nothing(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("setattr.nothing");
        Attr before = made.session().attr(fid);
        set(made, fid, 0, with(before, 0, 0, THEN, THEN));
        Attr after = made.session().attr(fid);
        require(after.size() == 10 && after.mode() == before.mode() && after.mtime().equals(before.mtime()),
                "it became " + after);
    }

    /** Sets user.check, or skips where there are no extended attributes. */
    private static int withXattr(Made made, String name) throws IOException {
        int fid = made.closed(name);
        int setting = made.session().walk(fid, List.of());
        made.session().call(new Txattrcreate(setting, "user.check", VALUE.length, 0), Rxattrcreate.class);
        made.session().call(new Twrite(setting, 0, ByteBuffer.wrap(VALUE)), Rwrite.class);
        made.session().clunk(setting);
        return fid;
    }

    private static void xattr(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = withXattr(made, "xattr.set");
        int reading = made.session().newFid();
        same(5L, made.session().call(new Txattrwalk(fid, reading, "user.check"), Rxattrwalk.class).size(), "the size");
        same("value", made.text(reading), "the value");
        int listing = made.session().newFid();
        made.session().call(new Txattrwalk(fid, listing, ""), Rxattrwalk.class);
        require(List.of(made.text(listing).split("\0", -1)).contains("user.check"), "the list does not have the name");
    }

    private static void shortXattr(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = withXattr(made, "xattr.short");
        int setting = made.session().walk(fid, List.of());
        made.session().call(new Txattrcreate(setting, "user.half", 10, 0), Rxattrcreate.class);
        made.session().call(new Twrite(setting, 0, ByteBuffer.wrap(VALUE)), Rwrite.class);
        if (!(made.session().call(new Tclunk(setting)) instanceof Rlerror)) {
            server.differs("the clunk is not refused");
        }
        made.session().refused(new Txattrwalk(fid, made.session().newFid(), "user.half"), Errno.ENODATA);
    }

    private static void removeXattr(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = withXattr(made, "xattr.remove");
        int setting = made.session().walk(fid, List.of());
        made.session().call(new Txattrcreate(setting, "user.check", 0, REPLACE), Rxattrcreate.class);
        made.session().clunk(setting);
        made.session().refused(new Txattrwalk(fid, made.session().newFid(), "user.check"), Errno.ENODATA);
    }
}
