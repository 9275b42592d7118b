package org.ninep.server;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;

/**
 * An open directory on disk. An entry's offset is its number in the order of the first reading: the names once given
 * are kept, so that going back finds the same ones. Of a directory with more names than {@link #KEPT} only the first are
 * kept; going back behind those reads the directory anew.
 */
final class DiskDirectory implements OpenDirectory {
    static final int KEPT = 4096;
    private static final int DOTS = 2;

    private final ExportRoot root;
    private final @Nullable Location location;
    private final Qid self;
    private final Qid parent;
    private final List<Path> kept = new ArrayList<>();
    private SecureDirectoryStream<Path> directory;
    private Path path;
    private Iterator<Path> names;
    /** How many names the iterator has given. */
    private long taken;
    private @Nullable Path last;

    DiskDirectory(ExportRoot root, @Nullable Location location, Qid parent) throws IOException {
        this.root = root;
        this.location = location;
        this.parent = parent;
        Opened opened = reopen();
        this.directory = opened.directory;
        this.path = opened.path;
        this.names = directory.iterator();
        boolean done = false;
        try {
            this.self = FileStat.of(directory, path).qid(root.dev());
            done = true;
        } finally {
            if (!done) {
                directory.close();
            }
        }
    }

    private record Opened(SecureDirectoryStream<Path> directory, Path path) {}

    private Opened reopen() throws IOException {
        return root.inside(location, (outer, at) -> new Opened(
                ExportRoot.secure(outer.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)), at));
    }

    @Override
    public Qid qid() {
        return self;
    }

    @Override
    public void read(long offset, Predicate<? super DirectoryEntry> sink) throws IOException {
        if (offset < 0) {
            return;
        }
        for (long i = offset;; i++) {
            if (i < DOTS) {
                if (!sink.test(dot((int) i))) {
                    return;
                }
                continue;
            }
            Path name = name(i - DOTS);
            if (name == null) {
                return;
            }
            DirectoryEntry entry = entry(name, i + 1);
            if (entry != null && !sink.test(entry)) {
                return;
            }
        }
    }

    private DirectoryEntry dot(int i) {
        return new DirectoryEntry(i == 0 ? self : parent, i + 1L, DirectoryEntry.DT_DIR, i == 0 ? "." : "..");
    }

    /** @return null if the file has gone since its name was read, but the directory has not */
    private @Nullable DirectoryEntry entry(Path name, long offset) throws IOException {
        try {
            Path plain = name.getFileName();
            FileStat stat = FileStat.of(directory, plain, path.resolve(plain));
            return new DirectoryEntry(stat.qid(root.dev()), offset, stat.dirent(), PathNames.toName(plain));
        } catch (NoSuchFileException gone) {
            return null;
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ESTALE)) {
                throw e;
            }
            FileStat.of(directory, path);
            return null;
        }
    }

    private @Nullable Path name(long index) throws IOException {
        if (index < kept.size()) {
            return kept.get((int) index);
        }
        if (index == taken - 1) {
            return last;
        }
        if (index < taken) {
            rewind();
        }
        try {
            while (taken <= index && names.hasNext()) {
                last = names.next();
                if (taken == kept.size() && taken < KEPT) {
                    kept.add(last);
                }
                taken++;
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return index == taken - 1 ? last : null;
    }

    private void rewind() throws IOException {
        Opened again = reopen();
        directory.close();
        directory = again.directory;
        path = again.path;
        names = directory.iterator();
        taken = 0;
        last = null;
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
