package org.ninep.server;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** The file that a Unix socket leaves in the file system, for which nobody but the server cares. */
final class UnixSocketFile {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFSOCK = 0xc000;

    private final Path path;
    private final Object key;

    private UnixSocketFile(Path path) throws IOException {
        this.path = path;
        this.key = key(path);
    }

    private static Object key(Path path) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path, "unix:fileKey", LinkOption.NOFOLLOW_LINKS).get("fileKey"));
    }

    /** Binds the channel, and takes away before what a dead server has left. */
    static UnixSocketFile bind(ServerSocketChannel channel, UnixDomainSocketAddress address) throws IOException {
        removeStale(address);
        channel.bind(address);
        return new UnixSocketFile(address.getPath());
    }

    private static void removeStale(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & S_IFMT) != S_IFSOCK) {
                throw new FileAlreadyExistsException(path.toString(), null, "is there and is not a socket");
            }
        } catch (NoSuchFileException free) {
            return;
        }
        if (answers(address)) {
            throw new BindException(path + ": another server is listening there");
        }
        Files.deleteIfExists(path);
    }

    private static boolean answers(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(address);
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }

    /** Removes the file, unless somebody else has put theirs in its place. */
    void remove() throws IOException {
        try {
            if (key(path).equals(key)) {
                Files.delete(path);
            }
        } catch (NoSuchFileException gone) {
            // somebody else did
        }
    }
}
