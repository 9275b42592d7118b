package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;
import org.ninep.client.OpenFlags;
import org.ninep.client.RemoteFile;
import org.ninep.client.SetAttr;
import org.ninep.message.Timespec;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.files.Place;
import org.ninep.nbd.cli.files.Replacement;
import org.ninep.nbd.cli.files.Umask;

/**
 * What {@code put} makes on a server: files, links and directories as those here are.
 *
 * <p>Confined to one thread.
 */
final class Uploads {

    private static final int READABLE_AND_WRITABLE = 0666;
    private static final int OWNERS = 0700;

    private final PipelinedWrites writes;
    private final boolean preserve;
    private final boolean sync;
    private final Progresses progresses;

    /** Who shows how far a file is. */
    interface Progresses {

        /**
         * Begins to show a file, or null.
         *
         * @param size in bytes; 0 if that is not known
         */
        @Nullable
        Progress of(String name, long size);
    }

    /**
     * @param preserve whether permissions and times are those of the files here
     * @param sync whether the server is asked to put each file on its disk
     */
    Uploads(PipelinedWrites writes, boolean preserve, boolean sync, Progresses progresses) {
        this.writes = writes;
        this.preserve = preserve;
        this.sync = sync;
        this.progresses = progresses;
    }

    /** The permissions of what becomes of a file. */
    int mode(@Nullable PosixFileAttributes attributes) {
        if (attributes == null) {
            return READABLE_AND_WRITABLE & ~Umask.ofThisProcess();
        }
        int mode = 0;
        for (PosixFilePermission permission : attributes.permissions()) {
            mode |= bit(permission);
        }
        return preserve ? mode : mode & ~Umask.ofThisProcess();
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 0040;
            case GROUP_WRITE -> 0020;
            case GROUP_EXECUTE -> 0010;
            case OTHERS_READ -> 0004;
            case OTHERS_WRITE -> 0002;
            case OTHERS_EXECUTE -> 0001;
        };
    }

    /**
     * Makes a file, which replaces what is there when it is whole.
     *
     * @param where the content comes from, for people
     * @param attributes of the file here, if it is one
     */
    void file(ReadableByteChannel content, String where, @Nullable PosixFileAttributes attributes, Place place)
            throws IOException {
        try {
            Replacement.byRename(place, name -> {
                int flags = OpenFlags.WRONLY | OpenFlags.EXCL;
                try (RemoteFile file = place.names().create(name, flags, mode(attributes))) {
                    fill(file, content, where, attributes);
                }
            });
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.of(e),
                    "cannot put " + where + " to " + place.path() + ": " + Complaints.words(e), e);
        }
    }

    private void fill(RemoteFile file, ReadableByteChannel content, String where,
            @Nullable PosixFileAttributes attributes) throws IOException {
        long size = attributes == null ? 0 : attributes.size();
        Progress progress = progresses.of(where, size);
        long written = writes.copy(content, where, file, progress == null ? _ -> {} : progress::at);
        if (progress != null) {
            progress.end(written);
        }
        if (preserve && attributes != null) {
            file.setattr(likeness(attributes));
        }
        if (sync) {
            file.fsync(false);
        }
    }

    private SetAttr likeness(PosixFileAttributes attributes) {
        return SetAttr.NOTHING.withMode(mode(attributes))
                .withAtime(time(attributes.lastAccessTime()))
                .withMtime(time(attributes.lastModifiedTime()));
    }

    private static Timespec time(FileTime time) {
        return Timespec.of(time.toInstant());
    }

    /** Makes a symbolic link with the same text, which replaces a file or a link that is there. */
    void link(Path link, Place place) throws IOException {
        Path target;
        try {
            target = Files.readSymbolicLink(link);
        } catch (FileSystemException e) {
            throw unreadable(link, e);
        }
        Replacement.of(place, true, name -> place.names().symlink(name, LocalNames.of(target)));
    }

    /** That a file here cannot be read, and why; the path is said once, by us or by the exception. */
    static CommandFailure unreadable(Path path, FileSystemException e) {
        String reason = e.getReason();
        boolean said = reason == null && path.toString().equals(e.getFile());
        return new CommandFailure(ExitStatus.FAILED,
                "cannot read " + (said ? "" : path + ": ") + (reason == null ? Complaints.words(e) : reason), e);
    }

    /** Gives a directory its attributes, when what is in it is there. */
    void finish(RemoteFile directory, PosixFileAttributes attributes, boolean made) throws IOException {
        int mode = mode(attributes);
        if (preserve) {
            directory.setattr(likeness(attributes));
        } else if (made && (mode & OWNERS) != OWNERS) {
            directory.setattr(SetAttr.NOTHING.withMode(mode));
        }
    }
}
