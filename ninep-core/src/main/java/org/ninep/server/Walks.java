package org.ninep.server;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Qid;

/** The way from one file to another, name by name. */
final class Walks {
    private Walks() {}

    /**
     * Walks, and leaves where it began as it is.
     *
     * @param qids gets those of the names that were found
     * @return null if only some were
     * @throws IOException if not even the first was
     */
    static @Nullable Fid walk(Fid from, List<String> names, List<Qid> qids) throws IOException {
        Fid at = from.twin();
        boolean arrived = false;
        try {
            for (String name : names) {
                Fid next = step(at, name);
                at.close();
                at = next;
                qids.add(at.node().qid());
            }
            arrived = true;
            return at;
        } catch (IOException e) {
            if (qids.isEmpty()) {
                throw e;
            }
            return null;
        } finally {
            if (!arrived) {
                at.close();
            }
        }
    }

    private static Fid step(Fid at, String name) throws IOException {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "not a name");
        }
        boolean dots = name.equals(".") || name.equals("..");
        if (dots && !at.node().qid().isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        return switch (name) {
            case "." -> at.twin();
            case ".." -> at.become(at.node().parent());
            default -> at.become(at.node().walk(name));
        };
    }
}
