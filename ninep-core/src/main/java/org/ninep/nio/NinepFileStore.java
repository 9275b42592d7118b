package org.ninep.nio;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.message.FileSystemStatus;

/**
 * The file system on the server that a file is on (Tstatfs), asked for each time.
 *
 * <p>
 * Thread-safe.
 */
final class NinepFileStore extends FileStore {
    private final NinepPath path;

    NinepFileStore(NinepPath path) {
        this.path = path;
    }

    private FileSystemStatus status() throws IOException {
        try (Located found = path.getFileSystem().locate(path, true)) {
            RemoteFile file = found.require();
            return Errors.about(path, file::statfs);
        }
    }

    @Override
    public String name() {
        return path.getFileSystem().uri().toString();
    }

    @Override
    public String type() {
        return "9p";
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    private static long bytes(long blocks, int size) {
        return Math.multiplyHigh(blocks, size) == 0 && blocks * size >= 0 ? blocks * size : Long.MAX_VALUE;
    }

    @Override
    public long getTotalSpace() throws IOException {
        FileSystemStatus status = status();
        return bytes(status.blocks(), status.bsize());
    }

    @Override
    public long getUsableSpace() throws IOException {
        FileSystemStatus status = status();
        return bytes(status.bavail(), status.bsize());
    }

    @Override
    public long getUnallocatedSpace() throws IOException {
        FileSystemStatus status = status();
        return bytes(status.bfree(), status.bsize());
    }

    @Override
    public long getBlockSize() throws IOException {
        return Integer.toUnsignedLong(status().bsize());
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return Set.of(BasicFileAttributeView.class, FileOwnerAttributeView.class, PosixFileAttributeView.class)
                .contains(type);
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return Attributes.VIEWS.contains(name);
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return switch (attribute) {
            case "totalSpace" -> getTotalSpace();
            case "usableSpace" -> getUsableSpace();
            case "unallocatedSpace" -> getUnallocatedSpace();
            default -> throw new UnsupportedOperationException("no attribute " + attribute);
        };
    }

    @Override
    public String toString() {
        return name();
    }
}
