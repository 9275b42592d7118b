package org.ninep.nio;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.message.DirectoryEntry;

/**
 * The entries of a directory, asked for as they are wanted, as many as a message brings.
 *
 * <p>
 * Confined to one thread, but for {@link #close}.
 */
final class Listing implements DirectoryStream<Path> {
    private final NinepPath path;
    private final RemoteFile directory;
    private final Filter<? super Path> filter;
    private boolean iterated;
    private volatile boolean closed;

    /** @param directory open; belongs to this from now on */
    Listing(NinepPath path, RemoteFile directory, Filter<? super Path> filter) {
        this.path = path;
        this.directory = directory;
        this.filter = filter;
    }

    @Override
    public Iterator<Path> iterator() {
        if (iterated || closed) {
            throw new IllegalStateException(path + (closed ? ": the stream is closed" : ": iterated before"));
        }
        iterated = true;
        return new Entries();
    }

    @Override
    public void close() {
        closed = true;
        directory.close();
    }

    private final class Entries implements Iterator<Path> {
        private final Deque<DirectoryEntry> some = new ArrayDeque<>();
        private final Set<Long> offsets = new HashSet<>();
        private long offset;
        private boolean ended;
        private @Nullable Path next;

        @Override
        public boolean hasNext() {
            try {
                while (next == null && !closed && fill()) {
                    String name = some.pop().name();
                    Path entry = path.resolve(NinepPath.parse(path.getFileSystem(), name));
                    boolean wanted = !name.equals(".") && !name.equals("..") && filter.accept(entry);
                    next = wanted ? entry : null;
                }
                return next != null;
            } catch (IOException e) {
                throw new DirectoryIteratorException(e);
            }
        }

        private boolean fill() throws IOException {
            if (some.isEmpty() && !ended) {
                List<DirectoryEntry> read = Errors.about(path, () -> directory.readdir(offset));
                ended = read.isEmpty();
                some.addAll(read);
                offset = ended ? offset : read.getLast().offset();
                if (!ended && !offsets.add(offset)) {
                    throw new IOException(path + ": the directory comes back to offset " + offset);
                }
            }
            return !some.isEmpty();
        }

        @Override
        public Path next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Path entry = Objects.requireNonNull(next);
            next = null;
            return entry;
        }
    }
}
