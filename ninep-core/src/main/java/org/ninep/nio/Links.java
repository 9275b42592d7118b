package org.ninep.nio;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.RemoteFile;

/**
 * Walks paths, and follows symbolic links, which is the client's business in 9P: their targets are looked for in the
 * export, absolute ones from its root. {@code ..} leads to the parent by which the directory was reached after links were
 * followed, and never out of the root; it is not sent. A path without links takes one walk.
 */
final class Links {
    /** As many links in one path as Linux follows. */
    private static final int MOST = 40;

    private final RemoteFile root;

    Links(RemoteFile root) {
        this.root = root;
    }

    /** @param follow whether the last name's link is followed too */
    Located locate(NinepPath path, boolean follow) throws IOException {
        List<String> names = path.fromRoot();
        if (!names.contains("..") && !names.contains(".")) {
            try {
                RemoteFile file = walk(names);
                if (!follow || !file.qid().isSymlink()) {
                    return Located.at(path, names, file);
                }
                file.close();
            } catch (RemoteException e) {
                if (isInADirectory(names)) {
                    return missing(path, names, e);
                }
            }
        }
        return new Search(path, follow).run();
    }

    private static Located missing(NinepPath path, List<String> names, RemoteException e) throws IOException {
        if (e.errno().equals(Errno.ENOENT)) {
            return Located.nothing(path, names, e);
        }
        throw Errors.of(e, path, null);
    }

    private boolean isInADirectory(List<String> names) throws IOException {
        if (names.size() < 2) {
            return true;
        }
        try (RemoteFile parent = walk(names.subList(0, names.size() - 1))) {
            return parent.qid().isDirectory();
        } catch (RemoteException e) {
            return false;
        }
    }

    private RemoteFile walk(List<String> names) throws IOException {
        return root.walk(String.join("/", names));
    }

    /** Name by name. */
    private final class Search {
        private final NinepPath path;
        private final boolean follow;
        private final Deque<String> rest;
        private final List<String> done = new ArrayList<>();
        private int followed;

        Search(NinepPath path, boolean follow) {
            this.path = path;
            this.follow = follow;
            this.rest = new ArrayDeque<>(path.fromRoot());
        }

        Located run() throws IOException {
            while (!rest.isEmpty()) {
                String name = rest.pop();
                if (name.equals("..")) {
                    if (!done.isEmpty()) {
                        done.removeLast();
                    }
                } else if (!name.equals(".")) {
                    done.add(name);
                    boolean more = rest.stream().anyMatch(next -> !next.equals("."));
                    if (more || follow) {
                        Located nothing = step(more);
                        if (nothing != null) {
                            return nothing;
                        }
                    }
                }
            }
            try {
                return Located.at(path, done, walk(done));
            } catch (RemoteException e) {
                return missing(path, done, e);
            }
        }

        /** Looks at what the last name leads to. */
        private @org.jspecify.annotations.Nullable Located step(boolean more) throws IOException {
            try (RemoteFile file = walk(done)) {
                if (file.qid().isSymlink()) {
                    follow(file);
                }
                return null;
            } catch (RemoteException e) {
                if (more) {
                    throw Errors.of(e, path, null);
                }
                return missing(path, done, e);
            }
        }

        private void follow(RemoteFile link) throws IOException {
            if (++followed > MOST) {
                throw new FileSystemException(path.toString(), null, "more than " + MOST + " symbolic links");
            }
            String target = link.readlink();
            done.removeLast();
            if (target.startsWith("/")) {
                done.clear();
            }
            NinepPath.split(target).reversed().forEach(rest::push);
        }
    }
}
