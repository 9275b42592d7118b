package org.ninep.nbd.cli;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ninep.server.DirectoryTree;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** As whom files are served, as the command line has it. */
sealed interface ActAs {

    /** Tells the tree. */
    void apply(DirectoryTree.Builder tree);

    /** As the server's own user. Immutable. */
    record Server() implements ActAs {
        @Override
        public void apply(DirectoryTree.Builder tree) {}
    }

    /** As the user that attaches. Immutable. */
    record AttachingUser() implements ActAs {
        @Override
        public void apply(DirectoryTree.Builder tree) {
            tree.actAsAttachingUser();
        }
    }

    /** All as one. Immutable. */
    record One(int uid, int gid) implements ActAs {
        @Override
        public void apply(DirectoryTree.Builder tree) {
            tree.squashTo(uid, gid);
        }
    }

    /** Reads {@code server}, {@code user} or {@code UID:GID}. Immutable. */
    final class Converter implements ITypeConverter<ActAs> {

        private static final Pattern IDS = Pattern.compile("(\\d{1,10}):(\\d{1,10})");

        @Override
        public ActAs convert(String text) {
            Matcher ids = IDS.matcher(text);
            if (ids.matches()) {
                OptionalInt uid = id(ids.group(1));
                OptionalInt gid = id(ids.group(2));
                if (uid.isPresent() && gid.isPresent()) {
                    return new One(uid.getAsInt(), gid.getAsInt());
                }
            }
            return switch (text) {
                case "server" -> new Server();
                case "user" -> new AttachingUser();
                default -> throw new TypeConversionException("\"" + text + "\" is not server, user or UID:GID");
            };
        }

        private static OptionalInt id(String text) {
            long id = Long.parseLong(text);
            return id <= Integer.MAX_VALUE ? OptionalInt.of((int) id) : OptionalInt.empty();
        }
    }
}
