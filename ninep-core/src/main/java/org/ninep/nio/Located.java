package org.ninep.nio;

import java.io.Closeable;
import java.nio.file.FileSystemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.RemoteException;
import org.ninep.client.RemoteFile;

/**
 * Where a path leads: to a file, or to a name in a directory where there is none yet.
 *
 * <p>
 * Confined to one thread.
 */
final class Located implements Closeable {
    private final NinepPath path;
    private final List<String> names;
    private final @Nullable RemoteFile file;
    private final @Nullable RemoteException why;

    private Located(NinepPath path, List<String> names, @Nullable RemoteFile file, @Nullable RemoteException why) {
        this.path = path;
        this.names = List.copyOf(names);
        this.file = file;
        this.why = why;
    }

    /** There it is; belongs to this from now on. */
    static Located at(NinepPath path, List<String> names, RemoteFile file) {
        return new Located(path, names, file, null);
    }

    /** There is nothing, but the directory in which it would be may be there. */
    static Located nothing(NinepPath path, List<String> names, RemoteException why) {
        return new Located(path, names, null, why);
    }

    /** The names from the root to it, free of links, {@code .} and {@code ..}. */
    List<String> names() {
        return names;
    }

    /** The file, not open, or null if there is none. */
    @Nullable
    RemoteFile file() {
        return file;
    }

    /** The file, not open. */
    RemoteFile require() throws FileSystemException {
        if (file != null) {
            return file;
        }
        if (why != null) {
            throw Errors.of(why, path, null);
        }
        throw new FileSystemException(path.toString());
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
