package org.ninep.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.DirectoryEntry;
import org.ninep.server.FileNode;
import org.ninep.server.FileTree;
import org.ninep.server.OpenDirectory;
import org.ninep.server.OpenFile;

/** What the checks of trees are made of. */
final class Expect {
    private Expect() {}

    interface Call {
        void run() throws IOException;
    }

    static void same(Object expected, Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", not " + actual);
        }
    }

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Exactly one of these reasons; what a tree gets from elsewhere it wraps. */
    static void refused(Call call, String what, Errno... reasons) {
        Errno reason = reasonOf(call);
        if (reason == null || !Arrays.asList(reasons).contains(reason)) {
            throw new AssertionError(what + ": expected " + Arrays.toString(reasons) + ", but "
                    + (reason == null ? "it was done" : "it was refused with " + reason));
        }
    }

    private static @Nullable Errno reasonOf(Call call) {
        try {
            call.run();
            return null;
        } catch (IOException e) {
            return FileTree.errno(e);
        }
    }

    /** Whether the tree has such a thing; if not, it must say EOPNOTSUPP. */
    static boolean supported(Call call) {
        Errno reason = reasonOf(call);
        that(reason == null || reason.equals(Errno.EOPNOTSUPP), "refused with " + reason + ", not with EOPNOTSUPP");
        return reason == null;
    }

    static List<DirectoryEntry> entries(FileNode directory) throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        try (OpenDirectory open = directory.openDirectory()) {
            open.read(0, all::add);
        }
        return all;
    }

    static List<DirectoryEntry> children(FileNode directory) throws IOException {
        return entries(directory).stream().filter(e -> !e.name().equals(".") && !e.name().equals("..")).toList();
    }

    static List<String> names(FileNode directory) throws IOException {
        return children(directory).stream().map(DirectoryEntry::name).sorted().toList();
    }

    static void write(OpenFile file, long offset, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer src = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (long at = offset; src.hasRemaining(); at = offset + src.position()) {
            int before = src.position();
            file.write(at, src);
            that(src.position() > before, "a write of " + src.remaining() + " bytes wrote none");
        }
    }

    static String text(OpenFile file) throws IOException {
        StringBuilder text = new StringBuilder();
        for (long offset = 0;;) {
            ByteBuffer dst = ByteBuffer.allocateDirect(4096);
            file.read(offset, dst);
            if (dst.position() == 0) {
                return text.toString();
            }
            offset += dst.position();
            text.append(StandardCharsets.UTF_8.decode(dst.flip()));
        }
    }

    static String text(FileNode directory, String name) throws IOException {
        try (FileNode node = directory.walk(name); OpenFile file = node.open(0)) {
            return text(file);
        }
    }
}
