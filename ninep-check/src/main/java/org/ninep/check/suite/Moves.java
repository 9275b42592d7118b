package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rlink;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rrename;
import org.ninep.message.Rmessage.Rrenameat;
import org.ninep.message.Rmessage.Runlinkat;
import org.ninep.message.Tmessage.Tlink;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Trename;
import org.ninep.message.Tmessage.Trenameat;
import org.ninep.message.Tmessage.Tunlinkat;

/** Names that come to mean something else, or nothing. */
final class Moves {
    private Moves() {}

    static List<Case> cases() {
        return List.of(
                new Case("link.second-name", "Tlink gives a file a second name: the same qid, and two links", "link(2)",
                        Moves::link),
                new Case("link.exists", "Tlink to a name that exists is refused with EEXIST", "link(2)",
                        Moves::linkExists),
                new Case("rename.file", "Trename moves a file to another directory; fid follows", "diod's protocol.md",
                        Moves::rename),
                new Case("rename.replaces", "Trename onto a file replaces it", "rename(2)", Moves::replaces),
                new Case("rename.missing", "Trename of a file whose name is gone is refused", "rename(2)",
                        Moves::renameMissing),
                new Case("renameat.file", "Trenameat moves a name to another directory", "diod's protocol.md",
                        Moves::renameat),
                new Case("renameat.missing", "Trenameat of a missing name is refused with ENOENT", "rename(2)",
                        Moves::renameatMissing),
                new Case("unlinkat.file", "Tunlinkat removes a file", "diod's protocol.md", Moves::unlinkat),
                new Case("unlinkat.flags",
                        "Tunlinkat removes directories with AT_REMOVEDIR only, and files without only",
                        "unlinkat(2)", Moves::flags),
                new Case("unlinkat.not-empty", "Tunlinkat of a directory that is not empty is refused with ENOTEMPTY",
                        "unlinkat(2)", Moves::notEmpty),
                new Case("remove.file", "Tremove removes the file and frees fid", "remove(5)", Moves::remove),
                new Case("remove.failed", "Tremove frees fid even if the removal fails", "remove(5)",
                        Moves::removeFailed));
    }

    /** What diod ends at. */
    static List<Case> breaking() {
        return List.of(new Case("rename.open", "Trename of an open fid is carried out, and it stays open",
                "trap: diod aborts", Hostile.survived(Moves::renameOpen)));
    }

    private static void renameOpen(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("rename.open");
        made.session().write(fid, 0, Made.TEXT);
        made.session().call(new Trename(fid, Session.HOME, "rename.open.new"), Rrename.class);
        same("0123456789", made.text(fid), "what it holds");
    }

    /** By whichever of the two requests the server has; of a fid that is not open. */
    static void rename(Made made, String from, String to) throws IOException {
        Session session = made.session();
        if (session.call(new Trenameat(Session.HOME, from, Session.HOME, to)) instanceof Rlerror) {
            int fid = session.walk(from);
            session.call(new Trename(fid, Session.HOME, to), Rrename.class);
            session.clunk(fid);
        }
    }

    private static void link(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("link.first");
        made.session().call(new Tlink(Session.HOME, fid, "link.second"), Rlink.class);
        int second = made.session().walk("link.second");
        same(made.session().qid(fid), made.session().qid(second), "the qid of the second name");
        same(2L, made.session().attr(second).nlink(), "the number of links");
    }

    private static void linkExists(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("link.exists");
        made.closed("link.exists.too");
        made.session().refused(new Tlink(Session.HOME, fid, "link.exists.too"), Errno.EEXIST);
    }

    private static void rename(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("rename.file");
        int directory = made.directory("rename.into");
        long path = made.session().qid(fid).path();
        made.session().call(new Trename(fid, directory, "new"), Rrename.class);
        require(!made.has("rename.file"), "the old name is still there");
        same(path, made.session().qid(made.session().walk("rename.into", "new")).path(),
                "the path of the qid of the new name");
        same(path, made.session().qid(fid).path(), "the path of the qid of fid");
        made.session().open(fid);
        same("0123456789", made.text(fid), "what is read through fid");
    }

    private static void replaces(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("rename.replaces");
        made.closed("rename.replaced");
        long path = made.session().qid(fid).path();
        made.session().call(new Trename(fid, Session.HOME, "rename.replaced"), Rrename.class);
        same(path, made.session().qid(made.session().walk("rename.replaced")).path(),
                "the path of the qid of the name");
        require(!made.has("rename.replaces"), "the old name is still there");
    }

    private static void renameMissing(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("rename.missing");
        made.session().call(new Tremove(made.session().walk("rename.missing")), Rremove.class);
        made.session().refused(new Trename(fid, Session.HOME, "rename.missing.new"), Errno.ENOENT, Errno.ESTALE);
        require(!made.has("rename.missing.new"), "the new name is there");
    }

    private static void renameat(Subject server) throws IOException {
        Made made = Made.in(server);
        long path = made.session().qid(made.closed("renameat.file")).path();
        int directory = made.directory("renameat.into");
        made.session().call(new Trenameat(Session.HOME, "renameat.file", directory, "new"), Rrenameat.class);
        require(!made.has("renameat.file"), "the old name is still there");
        same(path, made.session().qid(made.session().walk("renameat.into", "new")).path(),
                "the path of the qid of the new name");
    }

    private static void renameatMissing(Subject server) throws IOException {
        Made made = Made.in(server);
        made.session().refused(new Trenameat(Session.HOME, "renameat.missing", Session.HOME, "renameat.new"),
                Errno.ENOENT);
    }

    private static void unlinkat(Subject server) throws IOException {
        Made made = Made.in(server);
        made.closed("unlinkat.file");
        made.session().call(new Tunlinkat(Session.HOME, "unlinkat.file", 0), Runlinkat.class);
        require(!made.has("unlinkat.file"), "the name is still there");
        made.session().refused(new Tunlinkat(Session.HOME, "unlinkat.file", 0), Errno.ENOENT);
    }

    private static void flags(Subject server) throws IOException {
        Made made = Made.in(server);
        made.closed("unlinkat.no-directory");
        made.directory("unlinkat.directory");
        made.session().refused(new Tunlinkat(Session.HOME, "unlinkat.directory", 0), Errno.EISDIR, Errno.EPERM);
        made.session().refused(new Tunlinkat(Session.HOME, "unlinkat.no-directory", Tunlinkat.REMOVEDIR),
                Errno.ENOTDIR);
        made.session().call(new Tunlinkat(Session.HOME, "unlinkat.directory", Tunlinkat.REMOVEDIR), Runlinkat.class);
        require(!made.has("unlinkat.directory"), "the name is still there");
    }

    private static void notEmpty(Subject server) throws IOException {
        Made made = Made.in(server);
        int directory = made.directory("unlinkat.not-empty");
        made.session().call(new Tlink(directory, made.closed("unlinkat.linked"), "x"), Rlink.class);
        made.session().refused(new Tunlinkat(Session.HOME, "unlinkat.not-empty", Tunlinkat.REMOVEDIR), Errno.ENOTEMPTY);
    }

    private static void remove(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("remove.file");
        made.session().call(new Tremove(fid), Rremove.class);
        require(!made.has("remove.file"), "the name is still there");
        require(!made.session().exists(fid), "fid is still in use");
    }

    private static void removeFailed(Subject server) throws IOException {
        Made made = Made.in(server);
        int directory = made.directory("remove.failed");
        made.session().call(new Tlink(directory, made.closed("remove.linked"), "x"), Rlink.class);
        made.session().refused(new Tremove(directory), Errno.ENOTEMPTY);
        require(!made.session().exists(directory), "fid is still in use");
    }
}
