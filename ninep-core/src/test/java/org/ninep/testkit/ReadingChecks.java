package org.ninep.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.server.FileNode;
import org.ninep.server.OpenDirectory;
import org.ninep.server.OpenFile;

/** What holds for trees of any kind. */
final class ReadingChecks {
    private static final String NOBODY = "no file of any tree has this name";
    private static final int PIECE = 777;

    private ReadingChecks() {}

    private interface Visit {
        void to(FileNode node) throws IOException;
    }

    /** Every file, the root among them. */
    private static void each(FileNode node, Visit visit) throws IOException {
        visit.to(node);
        if (node.qid().isDirectory()) {
            for (DirectoryEntry entry : Expect.children(node)) {
                try (FileNode child = node.walk(entry.name())) {
                    each(child, visit);
                }
            }
        }
    }

    private static void eachFile(FileNode root, Visit visit) throws IOException {
        each(root, node -> {
            if (node.attr().isRegular()) {
                visit.to(node);
            }
        });
    }

    private static void eachDirectory(FileNode root, Visit visit) throws IOException {
        each(root, node -> {
            if (node.qid().isDirectory()) {
                visit.to(node);
            }
        });
    }

    static void entries(FileNode root) throws IOException {
        Expect.that(root.qid().isDirectory(), "the root is no directory");
        eachDirectory(root, directory -> {
            Set<String> names = new HashSet<>();
            for (DirectoryEntry entry : Expect.children(directory)) {
                Expect.that(names.add(entry.name()), entry.name() + " is listed twice");
                try (FileNode child = directory.walk(entry.name())) {
                    Expect.same(child.qid(), entry.qid(), entry.name() + ": the qid of its entry");
                    Expect.same(child.attr().mode() >> 12 & 0xf, entry.type(),
                            entry.name() + ": the type of its entry");
                }
            }
        });
    }

    static void dots(FileNode root) throws IOException {
        eachDirectory(root, directory -> {
            List<DirectoryEntry> all = Expect.entries(directory);
            try (FileNode parent = directory.parent()) {
                Expect.same(List.of(directory.qid()), qids(all, "."), "the entry \".\"");
                Expect.same(List.of(parent.qid()), qids(all, ".."), "the entry \"..\"");
            }
        });
    }

    private static List<Qid> qids(List<DirectoryEntry> entries, String name) {
        return entries.stream().filter(e -> e.name().equals(name)).map(DirectoryEntry::qid).toList();
    }

    static void offsets(FileNode root) throws IOException {
        boolean[] enough = {false};
        eachDirectory(root, directory -> {
            List<DirectoryEntry> all = Expect.entries(directory);
            enough[0] |= all.size() >= 5;
            try (OpenDirectory open = directory.openDirectory()) {
                Expect.same(directory.qid(), open.qid(), "the qid of the open directory");
                long offset = 0;
                for (int i = 0; i < all.size(); i++) {
                    List<DirectoryEntry> taken = new ArrayList<>();
                    open.read(offset, entry -> taken.isEmpty() && taken.add(entry));
                    Expect.same(List.of(all.get(i)), taken, "one entry behind " + offset);
                    offset = taken.getFirst().offset();
                }
                for (int i = all.size() - 1; i >= 0; i--) {
                    List<DirectoryEntry> rest = new ArrayList<>();
                    open.read(all.get(i).offset(), rest::add);
                    Expect.same(all.subList(i + 1, all.size()), rest, "the entries behind " + all.get(i).offset());
                }
            }
        });
        Expect.that(enough[0], "the tree has no directory of three entries, as this check wants");
    }

    static void parents(FileNode root) throws IOException {
        try (FileNode above = root.parent()) {
            Expect.same(root.qid(), above.qid(), "what is above the root");
        }
        eachDirectory(root, directory -> {
            for (DirectoryEntry entry : Expect.children(directory)) {
                if (entry.qid().isDirectory()) {
                    try (FileNode child = directory.walk(entry.name()); FileNode back = child.parent()) {
                        Expect.same(directory.qid(), back.qid(), "the parent of " + entry.name());
                    }
                }
            }
        });
    }

    static void attributes(FileNode root) throws IOException {
        each(root, node -> {
            Attr attr = node.attr();
            Expect.same(node.qid(), attr.qid(), "the qid in the attributes");
            Expect.same(Attr.MODE | Attr.SIZE, attr.valid() & (Attr.MODE | Attr.SIZE), "mode and size, of valid");
            Expect.that((attr.valid() & ~Attr.ALL) == 0, "unknown bits in valid: " + attr.valid());
            Expect.same(attr.isDirectory(), attr.qid().isDirectory(), "a directory, by mode and by qid");
            Expect.same(attr.isSymlink(), attr.qid().isSymlink(), "a symbolic link, by mode and by qid");
        });
    }

    static void content(FileNode root) throws IOException {
        boolean[] any = {false};
        eachFile(root, node -> {
            try (OpenFile file = node.open(Tlopen.RDONLY)) {
                long size = file.attr().size();
                any[0] |= size > 0;
                Expect.same(node.qid(), file.qid(), "the qid of the open file");
                for (long offset = 0; offset < size;) {
                    ByteBuffer whole = ByteBuffer.allocateDirect(PIECE).position(5).limit(PIECE - 5);
                    file.read(offset, whole);
                    int got = whole.position() - 5;
                    Expect.that(got > 0 && got <= PIECE - 10, got + " bytes read at " + offset + " of " + size);
                    whole.clear();
                    for (int i : new int[]{0, 1, 2, 3, 4, PIECE - 5, PIECE - 1}) {
                        Expect.that(whole.get(i) == 0, "the buffer was written to outside of position and limit");
                    }
                    ByteBuffer one = ByteBuffer.allocateDirect(1);
                    file.read(offset + got - 1, one);
                    Expect.same(whole.get(4 + got), one.get(0), "the byte at " + (offset + got - 1));
                    offset += got;
                }
                ByteBuffer none = ByteBuffer.allocateDirect(8);
                file.read(size, none);
                file.read(size + 1_000_000, none);
                Expect.same(0, none.position(), "bytes read behind the end");
            }
        });
        Expect.that(any[0], "the tree has no file with content, as this check wants");
    }

    static void refusals(FileNode root) throws IOException {
        Expect.refused(() -> root.open(Tlopen.RDONLY).close(), "opening a directory as a file", Errno.EISDIR);
        eachDirectory(root,
                d -> Expect.refused(() -> d.walk(NOBODY).close(), "walking to what is not there", Errno.ENOENT));
        eachFile(root, f -> {
            Expect.refused(() -> f.walk(NOBODY).close(), "walking in a file", Errno.ENOTDIR);
            Expect.refused(() -> f.openDirectory().close(), "opening a file as a directory", Errno.ENOTDIR);
        });
    }

    static void links(FileNode root) throws IOException {
        each(root, node -> {
            if (node.qid().isSymlink()) {
                Expect.that(!node.readlink().isEmpty(), "a symbolic link without a target");
                Expect.refused(() -> node.open(Tlopen.RDONLY).close(), "opening a symbolic link", Errno.ELOOP);
            } else {
                Expect.refused(node::readlink, "reading what is no symbolic link", Errno.EINVAL);
            }
        });
    }

    static void xattrs(FileNode root) throws IOException {
        each(root, node -> {
            List<String> names = new ArrayList<>();
            if (Expect.supported(() -> names.addAll(node.xattrs()))) {
                for (String name : names) {
                    Expect.that(!name.isEmpty() && name.indexOf('\0') < 0, "the name of an attribute: " + name);
                    node.xattr(name);
                }
                if (!node.qid().isSymlink()) {
                    Expect.refused(() -> node.xattr("user.no.file.has.this"), "an attribute that is not there",
                            Errno.ENODATA);
                }
            }
        });
    }

    static void statfs(FileNode root) throws IOException {
        each(root, node -> {
            FileSystemStatus s = node.statfs();
            Expect.that(s.bsize() > 0 && s.namelen() > 0, "a block size or longest name that cannot be: " + s);
        });
    }

    static void changes(FileNode root) throws IOException {
        if (root.isWritable()) {
            return;
        }
        Timespec t = Timespec.ZERO;
        Expect.refused(() -> root.create("new", Tlopen.RDWR, 0600, 0), "creating", Errno.EROFS);
        Expect.refused(() -> root.makeDirectory("new", 0700, 0), "making a directory", Errno.EROFS);
        Expect.refused(() -> root.makeNode("new", 0100600, 0, 0, 0), "making a node", Errno.EROFS);
        Expect.refused(() -> root.makeSymlink("new", "x", 0), "making a link", Errno.EROFS);
        Expect.refused(() -> root.setXattr("user.x", ByteBuffer.allocate(1), 0), "setting an attribute", Errno.EROFS);
        Expect.refused(() -> root.removeXattr("user.x"), "removing an attribute", Errno.EROFS);
        each(root, node -> {
            Expect.refused(() -> node.setattr(new Tsetattr(0, Tsetattr.MODE, 0, 0, 0, 0, t, t)), "setting the mode",
                    Errno.EROFS);
            Expect.refused(() -> root.link(node, "new"), "linking", Errno.EROFS);
            Expect.refused(() -> node.moveTo(root, "new"), "moving", Errno.EROFS);
            Expect.refused(node::remove, "removing", Errno.EROFS);
        });
        for (String name : Expect.names(root)) {
            Expect.refused(() -> root.unlink(name, false), "removing a name", Errno.EROFS);
            Expect.refused(() -> root.rename(name, root, "new"), "renaming", Errno.EROFS);
        }
        eachFile(root, file -> {
            for (int flags : new int[]{Tlopen.WRONLY, Tlopen.RDWR, Tlopen.TRUNC}) {
                Expect.refused(() -> file.open(flags).close(), "opening to write", Errno.EROFS);
            }
        });
    }
}
