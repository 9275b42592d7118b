package org.ninep.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.server.FileNode;
import org.ninep.server.OpenDirectory;
import org.ninep.server.OpenFile;

/** What holds for trees that can be changed. The root is an empty directory. */
final class WritingChecks {
    private static final int EXCL = 0200;
    private static final Timespec T = new Timespec(1_000_000_000, 0);

    private WritingChecks() {}

    /** Makes a file with content. */
    private static Qid make(FileNode directory, String name, String content) throws IOException {
        FileNode.Created created = directory.create(name, Tlopen.RDWR | EXCL, 0600, gid(directory));
        try (FileNode node = created.node(); OpenFile file = created.file()) {
            Expect.write(file, 0, content);
            return node.qid();
        }
    }

    private static int gid(FileNode directory) throws IOException {
        return directory.attr().gid();
    }

    static void files(FileNode root) throws IOException {
        Expect.that(root.isWritable(), "the tree is not writable");
        FileNode.Created created = root.create("file", Tlopen.RDWR | EXCL, 0640, gid(root));
        try (FileNode node = created.node(); OpenFile file = created.file()) {
            Expect.same(node.qid().path(), file.qid().path(), "the qid of the new file, open and not");
            Expect.that(node.attr().isRegular(), "the new file is no regular file");
            Expect.same(0640, node.attr().mode() & 0777, "the new file's mode");
            Expect.write(file, 0, "hello, world");
            Expect.write(file, 7, "WORLD");
            Expect.same("hello, WORLD", Expect.text(file), "what was written");
            Expect.write(file, 15, "far");
            Expect.same("hello, WORLD\0\0\0far", Expect.text(file), "what was written behind the end");
            Expect.same(18L, file.attr().size(), "the size of what was written");
            file.sync(true);
            file.sync(false);
        }
        Expect.same(List.of("file"), Expect.names(root), "the names in the directory");
        Expect.same("hello, WORLD\0\0\0far", Expect.text(root, "file"), "what was written, opened again");
        try (OpenDirectory open = root.openDirectory()) {
            open.sync(false);
        }
    }

    static void existing(FileNode root) throws IOException {
        make(root, "file", "content");
        Expect.refused(() -> make(root, "file", "x"), "creating what is there, with O_EXCL", Errno.EEXIST);
        FileNode.Created there = root.create("file", Tlopen.RDWR, 0, gid(root));
        try (FileNode _ = there.node(); OpenFile file = there.file()) {
            Expect.same("content", Expect.text(file), "the file that was there");
        }
        FileNode.Created cut = root.create("file", Tlopen.WRONLY | Tlopen.TRUNC, 0, gid(root));
        try (FileNode node = cut.node(); OpenFile _ = cut.file()) {
            Expect.same(0L, node.attr().size(), "the size after O_TRUNC");
        }
        root.makeDirectory("d", 0700, gid(root));
        Expect.refused(() -> root.create("d", Tlopen.RDWR, 0600, gid(root)), "opening a directory", Errno.EISDIR);
        try (FileNode file = root.walk("file")) {
            Expect.refused(() -> file.create("x", Tlopen.RDWR, 0600, 0), "creating in a file", Errno.ENOTDIR);
        }
    }

    static void directories(FileNode root) throws IOException {
        Qid made = root.makeDirectory("d", 0750, gid(root));
        Expect.refused(() -> root.makeDirectory("d", 0700, gid(root)), "making a directory again", Errno.EEXIST);
        try (FileNode d = root.walk("d")) {
            Expect.same(made.path(), d.qid().path(), "the qid of the new directory");
            Expect.that(d.attr().isDirectory(), "the new directory is none");
            Expect.same(0750, d.attr().mode() & 0777, "the new directory's mode");
            make(d, "x", "");
        }
        Expect.refused(() -> root.unlink("d", true), "removing a directory that is not empty", Errno.ENOTEMPTY,
                Errno.EEXIST);
        Expect.refused(() -> root.unlink("d", false), "removing a directory as a file", Errno.EISDIR, Errno.EPERM);
        try (FileNode d = root.walk("d")) {
            Expect.refused(() -> d.unlink("x", true), "removing a file as a directory", Errno.ENOTDIR);
            d.unlink("x", false);
        }
        root.unlink("d", true);
        Expect.refused(() -> root.unlink("d", true), "removing what is not there", Errno.ENOENT);
        Expect.same(List.of(), Expect.names(root), "the names in the directory");
    }

    private static void set(FileNode node, int valid, int mode, long size) throws IOException {
        node.setattr(new Tsetattr(0, valid, mode, 0, 0, size, T, T));
    }

    static void attributes(FileNode root) throws IOException {
        make(root, "file", "content");
        try (FileNode file = root.walk("file")) {
            set(file, Tsetattr.SIZE, 0, 3);
            Expect.same("con", Expect.text(root, "file"), "the file cut to 3 bytes");
            set(file, Tsetattr.SIZE, 0, 5);
            Expect.same("con\0\0", Expect.text(root, "file"), "the file grown to 5 bytes");
            if (Expect.supported(() -> set(file, Tsetattr.MODE, 0604, 0))) {
                Expect.same(0604, file.attr().mode() & 0777, "the mode that was set");
            }
            int times = Tsetattr.ATIME | Tsetattr.ATIME_SET | Tsetattr.MTIME | Tsetattr.MTIME_SET;
            if (Expect.supported(() -> set(file, times, 0, 0))) {
                Expect.same(T, file.attr().mtime(), "the time that was set");
            }
            try (OpenFile open = file.open(Tlopen.RDWR)) {
                open.truncate(1);
                Expect.same("c", Expect.text(open), "the open file cut to a byte");
            }
            long before = file.attr().dataVersion();
            try (OpenFile open = file.open(Tlopen.RDWR)) {
                Expect.write(open, 0, "more");
            }
            Attr now = file.attr();
            Expect.that((now.valid() & Attr.DATA_VERSION) == 0 || now.dataVersion() != before,
                    "another content has the same data version");
        }
    }

    static void renaming(FileNode root) throws IOException {
        if (!Expect.supported(() -> {
            make(root, "a", "first");
            root.rename("a", root, "b");
        })) {
            return;
        }
        root.makeDirectory("d", 0700, gid(root));
        make(root, "c", "second");
        root.rename("c", root, "b");
        Expect.same("second", Expect.text(root, "b"), "what replaced the other");
        try (FileNode d = root.walk("d")) {
            root.rename("b", d, "b");
            Expect.same(List.of("b"), Expect.names(d), "the names in the other directory");
            Expect.refused(() -> root.rename("d", d, "d"), "renaming a directory into itself", Errno.EINVAL);
        }
        Expect.refused(() -> root.rename("b", root, "x"), "renaming what is not there", Errno.ENOENT);
        Expect.same(List.of("d"), Expect.names(root), "the names that are left");
    }

    static void moving(FileNode root) throws IOException {
        Qid made = make(root, "a", "content");
        root.makeDirectory("d", 0700, gid(root));
        try (FileNode a = root.walk("a"); FileNode d = root.walk("d")) {
            if (!Expect.supported(() -> a.moveTo(d, "b"))) {
                return;
            }
            Expect.same(made.path(), a.attr().qid().path(), "the moved file's qid");
            a.moveTo(root, "c");
            try (OpenFile file = a.open(Tlopen.RDONLY)) {
                Expect.same("content", Expect.text(file), "the moved file");
            }
            Expect.same(List.of(), Expect.names(d), "the names where it was for a while");
            Expect.refused(() -> root.moveTo(d, "root"), "moving the root", Errno.EBUSY);
        }
        Expect.same(List.of("c", "d"), Expect.names(root), "the names in the end");
    }

    static void removing(FileNode root) throws IOException {
        make(root, "a", "content");
        root.makeDirectory("d", 0700, gid(root));
        try (FileNode d = root.walk("d")) {
            make(d, "x", "");
            Expect.refused(d::remove, "removing a directory that is not empty", Errno.ENOTEMPTY, Errno.EEXIST);
            try (FileNode x = d.walk("x")) {
                x.remove();
            }
            d.remove();
        }
        try (FileNode a = root.walk("a")) {
            a.remove();
        }
        Expect.refused(root::remove, "removing the root", Errno.EBUSY);
        Expect.same(List.of(), Expect.names(root), "the names that are left");
    }

    static void unlinked(FileNode root) throws IOException {
        make(root, "a", "content");
        try (FileNode a = root.walk("a"); OpenFile file = a.open(Tlopen.RDWR)) {
            root.unlink("a", false);
            Expect.write(file, 0, "CON");
            Expect.same("CONtent", Expect.text(file), "the open file without a name");
            Expect.same(7L, file.attr().size(), "its size");
            make(root, "a", "other");
            Expect.same("CONtent", Expect.text(file), "the open file whose name another has");
        }
        Expect.same("other", Expect.text(root, "a"), "the other file");
    }

    static void symlinks(FileNode root) throws IOException {
        if (!Expect.supported(() -> root.makeSymlink("link", "../any where", gid(root)))) {
            return;
        }
        try (FileNode link = root.walk("link")) {
            Expect.that(link.qid().isSymlink(), "the link is none");
            Expect.same("../any where", link.readlink(), "the link's target");
        }
        Expect.refused(() -> root.makeSymlink("link", "x", gid(root)), "making a link again", Errno.EEXIST);
        root.unlink("link", false);
    }

    static void hardLinks(FileNode root) throws IOException {
        make(root, "a", "content");
        try (FileNode a = root.walk("a")) {
            if (!Expect.supported(() -> root.link(a, "b"))) {
                return;
            }
            Expect.refused(() -> root.link(a, "b"), "linking again", Errno.EEXIST);
            try (FileNode b = root.walk("b")) {
                Expect.same(a.qid().path(), b.qid().path(), "the qid under the other name");
            }
        }
        root.unlink("a", false);
        Expect.same("content", Expect.text(root, "b"), "the file under the other name");
    }

    static void xattrs(FileNode root) throws IOException {
        ByteBuffer value = ByteBuffer.wrap("value".getBytes(StandardCharsets.UTF_8));
        make(root, "a", "");
        try (FileNode a = root.walk("a")) {
            if (!Expect.supported(() -> a.setXattr("user.x", value, FileNode.XATTR_CREATE))) {
                return;
            }
            Expect.same(value, a.xattr("user.x"), "the attribute that was set");
            Expect.that(a.xattrs().contains("user.x"), "the attribute is not listed");
            Expect.refused(() -> a.setXattr("user.x", value, FileNode.XATTR_CREATE), "creating what is there",
                    Errno.EEXIST);
            Expect.refused(() -> a.setXattr("user.y", value, FileNode.XATTR_REPLACE), "replacing what is not there",
                    Errno.ENODATA);
            a.removeXattr("user.x");
            Expect.refused(() -> a.xattr("user.x"), "what was removed", Errno.ENODATA);
            Expect.refused(() -> a.removeXattr("user.x"), "removing again", Errno.ENODATA);
        }
    }

    static void strangers(FileNode root) throws IOException {
        make(root, "a", "content");
        FileNode stranger = new Stranger(root.qid());
        if (Expect.supported(() -> root.rename("a", root, "b"))) {
            Expect.refused(() -> root.rename("b", stranger, "x"), "renaming to another tree", Errno.EXDEV);
            try (FileNode b = root.walk("b")) {
                Expect.refused(() -> b.moveTo(stranger, "x"), "moving to another tree", Errno.EXDEV);
            }
        }
        Expect.refused(() -> root.link(stranger, "x"), "linking another tree's file", Errno.EXDEV, Errno.EOPNOTSUPP);
    }

    /** A node of no tree, that looks like a given one. */
    private record Stranger(Qid qid) implements FileNode {
        @Override
        public Attr attr() {
            throw new AssertionError("the tree asks another tree's node");
        }

        @Override
        public FileNode walk(String name) {
            throw new AssertionError("the tree asks another tree's node");
        }

        @Override
        public FileNode parent() {
            throw new AssertionError("the tree asks another tree's node");
        }

        @Override
        public OpenFile open(int flags) {
            throw new AssertionError("the tree asks another tree's node");
        }

        @Override
        public OpenDirectory openDirectory() {
            throw new AssertionError("the tree asks another tree's node");
        }

        @Override
        public FileSystemStatus statfs() {
            throw new AssertionError("the tree asks another tree's node");
        }
    }
}
