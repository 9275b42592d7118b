package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rmkdir;
import org.ninep.message.Rmessage.Rmknod;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rsymlink;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tmkdir;
import org.ninep.message.Tmessage.Tmknod;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Tsymlink;

/** Making what is no file, names, and listings of what changes. */
final class Directories {
    private static final int MANY = 100;
    private static final int FIFO = 0010000;

    private Directories() {}

    static List<Case> cases() {
        return List.of(
                new Case("mkdir.directory", "Tmkdir makes a directory, empty, with the mode asked for", "mkdir(2)",
                        Directories::mkdir),
                new Case("mkdir.exists", "Tmkdir of a name that exists is refused with EEXIST", "mkdir(2)",
                        Directories::mkdirExists),
                new Case("mknod.fifo", "Tmknod makes a fifo", "mknod(2)", Directories::fifo),
                new Case("mknod.file", "Tmknod makes a regular file, empty", "mknod(2)", Directories::node),
                new Case("symlink.target", "Tsymlink makes a link with the target as it was given", "symlink(2)",
                        Directories::symlink),
                new Case("name.longest", "A name of 255 bytes is taken, one of 256 refused with ENAMETOOLONG",
                        "path_resolution(7)", Directories::longest),
                new Case("name.utf-8", "A name that is not ASCII comes back as it was given", "intro(5)",
                        Directories::utf8),
                new Case("readdir.many", MANY + " files are listed, each once, with any count", "diod's protocol.md",
                        Directories::many),
                new Case("readdir.changing", "In a directory that changes while it is read, what stays is listed once",
                        "readdir(3)", Directories::changing));
    }

    private static void mkdir(Subject server) throws IOException {
        Made made = Made.in(server);
        Qid qid = made.session().call(new Tmkdir(Session.HOME, "mkdir", 0751, made.gid()), Rmkdir.class).qid();
        int fid = made.session().walk("mkdir");
        Attr attr = made.session().attr(fid);
        require(attr.isDirectory() && qid.isDirectory(), "mode 0" + Integer.toOctalString(attr.mode()) + ", " + qid);
        same(attr.qid(), qid, "the qid in Rmkdir");
        made.session().open(fid);
        same(List.of(), Session.names(made.session().list(fid, 0, made.session().count())), "the names in it");
        if ((attr.mode() & 0777) != 0751) {
            server.differs("made with mode 0751, it has 0" + Integer.toOctalString(attr.mode() & 07777));
        }
    }

    private static void mkdirExists(Subject server) throws IOException {
        Made made = Made.in(server);
        made.directory("mkdir.exists");
        made.session().refused(new Tmkdir(Session.HOME, "mkdir.exists", 0700, made.gid()), Errno.EEXIST);
    }

    private static void fifo(Subject server) throws IOException {
        Made made = Made.in(server);
        made.session().call(new Tmknod(Session.HOME, "fifo", FIFO | 0600, 0, 0, made.gid()), Rmknod.class);
        same(FIFO, made.session().attr(made.session().walk("fifo")).mode() & Attr.S_IFMT, "the kind in its mode");
    }

    private static void node(Subject server) throws IOException {
        Made made = Made.in(server);
        made.session().call(new Tmknod(Session.HOME, "node", Attr.S_IFREG | 0600, 0, 0, made.gid()), Rmknod.class);
        Attr attr = made.session().attr(made.session().walk("node"));
        require(attr.isRegular() && attr.size() == 0,
                "mode 0" + Integer.toOctalString(attr.mode()) + ", size " + attr.size());
    }

    private static void symlink(Subject server) throws IOException {
        Made made = Made.in(server);
        for (String target : List.of("file", "/no/such", "../..", "x".repeat(500))) {
            String name = "symlink" + target.length();
            Qid qid = made.session().call(new Tsymlink(Session.HOME, name, target, made.gid()), Rsymlink.class).qid();
            require(qid.isSymlink(), "Rsymlink has " + qid);
            int fid = made.session().walk(name);
            same(target, made.session().call(new Treadlink(fid), Rreadlink.class).target(), "the target");
        }
        made.session().refused(new Tsymlink(Session.HOME, "symlink4", "x", made.gid()), Errno.EEXIST);
    }

    private static void longest(Subject server) throws IOException {
        Made made = Made.in(server);
        made.closed("n".repeat(255));
        made.session().refused(new Tlcreate(made.session().walk(), "n".repeat(256), Tlopen.RDWR, 0600, made.gid()),
                Errno.ENAMETOOLONG);
    }

    private static void utf8(Subject server) throws IOException {
        Made made = Made.in(server);
        String name = "n\u00e4m\u20ac \ud83d\ude00\n";
        made.closed(name);
        int home = made.session().walk();
        made.session().open(home);
        require(Session.names(made.session().list(home, 0, made.session().count())).contains(name),
                "the name is not in the listing");
    }

    private static int filled(Made made, String name, int files) throws IOException {
        int directory = made.directory(name);
        for (int i = 0; i < files; i++) {
            int fid = made.session().walk(directory, List.of());
            made.session().call(new Tlcreate(fid, "f" + i, Tlopen.RDWR, 0600, made.gid()), Rlcreate.class);
            made.session().clunk(fid);
        }
        return directory;
    }

    private static void many(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = filled(made, "readdir.many", MANY);
        made.session().open(fid);
        for (int count : new int[]{made.session().count(), 1000, 64}) {
            List<String> names = Session.names(made.session().list(fid, 0, count));
            same(MANY, names.size(), "the number of names with a count of " + count);
        }
    }

    /** Reads some, removes files on both sides of where it stands, makes one, and reads the rest. */
    private static void changing(Subject server) throws IOException {
        Made made = Made.in(server);
        Session session = made.session();
        int fid = filled(made, "readdir.changing", MANY);
        session.open(fid);
        List<DirectoryEntry> listed = new ArrayList<>(session.entries(fid, 0, 1000));
        List<String> first = Session.names(listed);
        Set<String> staying = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            if (i % 10 == 0) {
                session.call(new Tremove(session.walk("readdir.changing", "f" + i)), Rremove.class);
            } else {
                staying.add("f" + i);
            }
        }
        listed.addAll(session.list(fid, listed.getLast().offset(), session.count()));
        List<String> names = Session.names(listed);
        same(names.size(), new HashSet<>(names).size(), "the number of different names");
        staying.removeAll(names);
        same(Set.of(), staying, "the names that stay and are not listed, after " + first.size() + " were read");
    }
}
