package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.RemoteDirectory;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.files.Failures;
import org.ninep.nbd.cli.files.Place;

/**
 * Copies a local tree to a server. Each name is looked up in the directory that it is in, which is held open, so that nobody can
 * lead this out of the tree by putting a link in a directory's place. On its way it holds, of each directory above, a
 * descriptor here, a fid there, and the names.
 *
 * <p>Confined to one thread.
 */
final class TreePut {

    private static final int WRITABLE = 0700;
    private static final LinkOption[] FOLLOW = {};
    private static final LinkOption[] NO_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

    private final Uploads uploads;
    private final Failures failures;
    private final boolean follow;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** @param follow whether links are followed, out of the tree, too */
    TreePut(Uploads uploads, Failures failures, boolean follow) {
        this.uploads = uploads;
        this.failures = failures;
        this.follow = follow;
    }

    /**
     * A directory on the way.
     *
     * @param path for people, and for the targets of links
     * @param attributes of the directory here
     * @param file the directory there
     * @param made whether it was not there before
     */
    private record Level(Path path, SecureDirectoryStream<Path> here, Iterator<Path> entries,
            PosixFileAttributes attributes, RemoteFile file, RemoteDirectory names, boolean made) {

        void close() throws IOException {
            file.close();
            here.close();
        }
    }

    /** Copies a directory, to a place or, if that is null, into an existing directory there. */
    void put(Path directory, RemoteFile into, @Nullable Place to) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(directory, PosixFileAttributes.class);
        try {
            enter(directory, open(directory), attributes, into, to);
            while (!levels.isEmpty()) {
                step();
            }
        } finally {
            for (Level level : levels) {
                level.close();
            }
        }
    }

    @SuppressWarnings("StreamResourceLeak") // it is closed when the walk leaves the directory
    private static DirectoryStream<Path> open(Path directory) throws IOException {
        try {
            return Files.newDirectoryStream(directory);
        } catch (FileSystemException e) {
            throw Uploads.unreadable(directory, e);
        }
    }

    private void enter(Path path, DirectoryStream<Path> stream, PosixFileAttributes attributes, RemoteFile into,
            @Nullable Place to) throws IOException {
        boolean entered = false;
        try {
            if (!(stream instanceof SecureDirectoryStream<Path> here)) {
                throw new CommandFailure(ExitStatus.FAILED,
                        path + ": on this platform, trees cannot be read without following links");
            }
            requireNoLoop(path, attributes);
            // before anything is made there: the tree may be copied into itself
            List<Path> entries = names(path, here);
            boolean made = to != null && mkdir(to, uploads.mode(attributes) | WRITABLE);
            RemoteFile file = to == null ? into.walk("") : to.requireDirectory(to.walk());
            levels.push(new Level(path, here, entries.iterator(), attributes, file, file.directory(), made));
            entered = true;
        } finally {
            if (!entered) {
                stream.close();
            }
        }
    }

    private void requireNoLoop(Path path, PosixFileAttributes attributes) throws CommandFailure {
        Object key = attributes.fileKey();
        if (follow && levels.stream().anyMatch(level -> Objects.equals(key, level.attributes().fileKey()))) {
            throw new CommandFailure(ExitStatus.UNUSABLE, path + ": a link leads to a directory that it is in");
        }
    }

    private static List<Path> names(Path path, DirectoryStream<Path> here) throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            here.forEach(entry -> names.add(entry.getFileName()));
        } catch (DirectoryIteratorException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read " + path + ": " + e.getMessage(), e);
        }
        names.sort(null);
        return names;
    }

    private static boolean mkdir(Place place, int mode) throws IOException {
        try {
            place.names().mkdir(place.name(), mode);
            return true;
        } catch (RemoteException e) {
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            return false;
        }
    }

    private void step() throws IOException {
        Level level = levels.getFirst();
        if (level.entries().hasNext()) {
            Path name = level.entries().next();
            failures.part(() -> entry(level, name));
            return;
        }
        try {
            failures.part(() -> uploads.finish(level.file(), level.attributes(), level.made()));
        } finally {
            levels.removeFirst().close();
        }
    }

    private void entry(Level level, Path name) throws IOException {
        LinkOption[] links = follow ? FOLLOW : NO_FOLLOW;
        Path path = level.path().resolve(name);
        PosixFileAttributes attributes;
        try {
            attributes = level.here().getFileAttributeView(name, PosixFileAttributeView.class, links).readAttributes();
        } catch (FileSystemException e) {
            throw Uploads.unreadable(path, e);
        }
        Place place = new Place(level.file(), level.names(), LocalNames.of(name));
        if (attributes.isDirectory()) {
            enter(path, open(level, name, path, links), attributes, level.file(), place);
        } else if (attributes.isSymbolicLink()) {
            uploads.link(path, place);
        } else if (attributes.isRegularFile()) {
            try (SeekableByteChannel content = content(level, name, path, links)) {
                uploads.file(content, path.toString(), attributes, place);
            }
        } else {
            throw new CommandFailure(ExitStatus.UNUSABLE,
                    path + ": is neither a file, nor a directory, nor a link, and is not copied");
        }
    }

    private static DirectoryStream<Path> open(Level level, Path name, Path path, LinkOption... links)
            throws IOException {
        try {
            return level.here().newDirectoryStream(name, links);
        } catch (FileSystemException e) {
            throw Uploads.unreadable(path, e);
        }
    }

    private static SeekableByteChannel content(Level level, Path name, Path path, LinkOption... links)
            throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(links));
        options.add(StandardOpenOption.READ);
        try {
            return level.here().newByteChannel(name, options);
        } catch (FileSystemException e) {
            throw Uploads.unreadable(path, e);
        }
    }
}
