package org.ninep.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;

/**
 * One export, over one connection.
 *
 * <p>
 * Thread-safe.
 */
final class NinepFileSystem extends FileSystem {
    private final NinepFileSystemProvider provider;
    private final NinepUri uri;
    private final Client client;
    private final RemoteFile rootFile;
    private final Links links;
    private final NinepPath root;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param rootFile the export's root; it and the client belong to this from now on */
    NinepFileSystem(NinepFileSystemProvider provider, NinepUri uri, Client client, RemoteFile rootFile) {
        this.provider = provider;
        this.uri = uri;
        this.client = client;
        this.rootFile = rootFile;
        this.links = new Links(rootFile);
        this.root = NinepPath.absolute(this, List.of());
    }

    NinepPath root() {
        return root;
    }

    NinepUri uri() {
        return uri;
    }

    URI uri(String path) {
        return URI.create(NinepFileSystemProvider.SCHEME + ":" + uri.withPath(path));
    }

    /** @param follow whether the last name's link is followed too */
    Located locate(NinepPath path, boolean follow) throws IOException {
        requireOpen();
        return links.locate(path, follow);
    }

    /** A second handle of the directory in which these names are, which the caller closes. */
    RemoteFile directoryOf(List<String> names) throws IOException {
        requireOpen();
        return rootFile.walk(String.join("/", names.subList(0, names.size() - 1)));
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new ClosedFileSystemException();
        }
    }

    @Override
    public NinepFileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            provider.closed(this);
            rootFile.close();
            client.close();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    /** What a server lets nobody change, it says when somebody tries. */
    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root);
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        try {
            return List.of(provider.getFileStore(root));
        } catch (IOException unreachable) {
            return List.of();
        }
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Attributes.VIEWS;
    }

    @Override
    public NinepPath getPath(String first, String... more) {
        StringBuilder text = new StringBuilder(first);
        for (String next : more) {
            if (!next.isEmpty()) {
                text.append(text.isEmpty() ? "" : "/").append(next);
            }
        }
        return NinepPath.parse(this, text.toString());
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return Globs.matcher(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return Users.LOOKUP;
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("9P servers tell nobody of changes");
    }

    @Override
    public String toString() {
        return NinepFileSystemProvider.SCHEME + ":" + uri;
    }
}
