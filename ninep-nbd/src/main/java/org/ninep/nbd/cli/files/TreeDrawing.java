package org.ninep.nbd.cli.files;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Attr;
import org.ninep.nbd.cli.common.MessageTrace;

/** A tree as {@code tree(1)} draws it, with a slash behind directories. Confined to one thread. */
final class TreeDrawing implements TreeCommand.Form {

    private final PrintStream out;
    private final boolean sizes;

    TreeDrawing(PrintStream out, boolean sizes) {
        this.out = out;
        this.sizes = sizes;
    }

    @Override
    public void directory(RemoteWalk.Level directory, @Nullable Attr attr, boolean shown) {
        RemoteWalk.Level parent = directory.parent();
        if (parent == null) {
            out.println(MessageTrace.printable(directory.file().path()));
        } else {
            line(parent, "", directory.name() + "/");
        }
    }

    @Override
    public void file(RemoteWalk.Level in, String name, @Nullable Attr attr, @Nullable String target) {
        String size = "";
        if (sizes) {
            size = "[%11s]  ".formatted(attr == null ? "?" : Long.toUnsignedString(attr.size()));
        }
        line(in, size, name + (target == null ? "" : " -> " + target));
    }

    private void line(RemoteWalk.Level in, String size, String text) {
        StringBuilder branches = new StringBuilder();
        for (RemoteWalk.Level level = in; level.parent() != null; level = level.parent()) {
            branches.insert(0, level.parent().hasMore() ? "│   " : "    ");
        }
        branches.append(in.hasMore() ? "├── " : "└── ");
        out.println(branches + size + MessageTrace.printable(text));
    }

    @Override
    public void sum(long directories, long files, long bytes) {
        out.println();
        String text = count(directories, "directory", "directories") + ", " + count(files, "file", "files");
        out.println(sizes ? text + ", " + count(bytes, "byte", "bytes") : text);
    }

    private static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
