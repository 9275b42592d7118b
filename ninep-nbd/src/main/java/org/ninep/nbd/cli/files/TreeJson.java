package org.ninep.nbd.cli.files;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Attr;

/** A tree as one line of JSON, which is written as it comes. Confined to one thread. */
final class TreeJson implements TreeCommand.Form {

    private final PrintStream out;
    /** How many directories are begun and not ended. */
    private int open;
    private boolean first = true;

    TreeJson(PrintStream out) {
        this.out = out;
        out.print("{\"tree\":");
    }

    @Override
    public void directory(RemoteWalk.Level directory, @Nullable Attr attr, boolean shown) {
        goTo(directory.depth());
        out.print(object(directory.parent() == null ? directory.file().path() : directory.name(), attr, null));
        if (shown) {
            out.print(",\"contents\":[");
            open++;
            first = true;
        } else {
            out.print('}');
            first = false;
        }
    }

    @Override
    public void file(RemoteWalk.Level in, String name, @Nullable Attr attr, @Nullable String target) {
        goTo(in.depth() + 1);
        out.print(object(name, attr, target) + "}");
        first = false;
    }

    /** Ends directories until so many are open, and the comma is there for what comes next. */
    private void goTo(int depth) {
        while (open > depth) {
            out.print("]}");
            open--;
            first = false;
        }
        if (!first) {
            out.print(',');
        }
    }

    private static String object(String name, @Nullable Attr attr, @Nullable String target) {
        StringBuilder text = new StringBuilder("{\"name\":").append(quoted(name));
        if (attr != null) {
            text.append(",\"type\":").append(quoted(FileText.type(attr.mode())))
                    .append(",\"mode\":\"%04o\"".formatted(attr.mode() & 07777))
                    .append(",\"uid\":").append(Integer.toUnsignedString(attr.uid()))
                    .append(",\"gid\":").append(Integer.toUnsignedString(attr.gid()))
                    .append(",\"size\":").append(Long.toUnsignedString(attr.size()))
                    .append(",\"modified\":").append(quoted(attr.mtime().toInstant().toString()));
        }
        if (target != null) {
            text.append(",\"target\":").append(quoted(target));
        }
        return text.toString();
    }

    /** With escapes for all that is not printed as it is, a lone surrogate among it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public void sum(long directories, long files, long bytes) {
        while (open > 0) {
            out.print("]}");
            open--;
        }
        out.println(",\"directories\":" + directories + ",\"files\":" + files + ",\"bytes\":" + bytes + "}");
    }
}
