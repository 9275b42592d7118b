package org.ninep.check.bench;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Twalk;

/**
 * What the server has for reading checks to look at, each as names from {@link Session#HOME}.
 *
 * <p>
 * Immutable.
 *
 * @param homeIsDirectory whether HOME is one
 * @param file a file with content, if one was found; empty names if HOME is one
 * @param directory a directory below HOME, if one was found
 * @param link a symbolic link, if one was found
 */
public record Samples(boolean homeIsDirectory, @Nullable List<String> file, @Nullable List<String> directory,
        @Nullable List<String> link) {
    /** Nothing was found. */
    public static final Samples NONE = new Samples(true, null, null, null);

    private static final int DIRECTORIES = 16;
    private static final int ENTRIES = 64;

    /** Looks into HOME and a few directories below it. */
    static Samples find(Session session) throws IOException {
        if (!session.attr(Session.HOME).isDirectory()) {
            return new Samples(false, List.of(), null, null);
        }
        Samples found = NONE;
        Deque<List<String>> todo = new ArrayDeque<>(List.of(List.of()));
        for (int looked = 0; looked < DIRECTORIES && !todo.isEmpty() && !found.areComplete(); looked++) {
            List<String> directory = todo.removeFirst();
            for (String name : names(session, directory)) {
                List<String> path = new ArrayList<>(directory);
                path.add(name);
                found = found.with(session, path, todo);
            }
        }
        return found;
    }

    private boolean areComplete() {
        return file != null && directory != null && link != null;
    }

    private static List<String> names(Session session, List<String> directory) throws IOException {
        int fid = session.walk(Session.HOME, directory);
        try {
            if (!(session.call(new Tlopen(fid, Tlopen.RDONLY)) instanceof Rlopen)) {
                return List.of();
            }
            List<DirectoryEntry> entries = new ArrayList<>();
            while (entries.size() < ENTRIES) {
                long offset = entries.isEmpty() ? 0 : entries.getLast().offset();
                List<DirectoryEntry> some = session.entries(fid, offset, session.count());
                if (some.isEmpty()) {
                    break;
                }
                entries.addAll(some);
            }
            return Session.names(entries).stream().limit(ENTRIES).toList();
        } finally {
            session.clunk(fid);
        }
    }

    private Samples with(Session session, List<String> path, Deque<List<String>> todo) throws IOException {
        int fid = session.newFid();
        if (!(session.call(new Twalk(Session.HOME, fid, path)) instanceof Rwalk(var qids))
                || qids.size() < path.size()) {
            return this;
        }
        try {
            Attr attr = session.attr(fid);
            if (attr.isDirectory()) {
                todo.add(path);
                return new Samples(homeIsDirectory, file, directory == null ? path : directory, link);
            }
            if (attr.isSymlink()) {
                return new Samples(homeIsDirectory, file, directory, link == null ? path : link);
            }
            boolean usable = file == null && attr.isRegular() && attr.size() > 0 && isReadable(session, fid);
            return usable ? new Samples(homeIsDirectory, path, directory, link) : this;
        } finally {
            session.clunk(fid);
        }
    }

    private static boolean isReadable(Session session, int fid) throws IOException {
        return session.call(new Tlopen(fid, Tlopen.RDONLY)) instanceof Rlopen
                && session.call(new Tread(fid, 0, 1)) instanceof Rread(var data) && data.hasRemaining();
    }
}
