package org.ninep.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Authenticator;
import org.ninep.client.Client;
import org.ninep.client.ClientBuilder;
import org.ninep.client.NinepUri;
import org.ninep.client.OpenFlags;
import org.ninep.client.RemoteFile;

/**
 * Exports of 9P2000.L servers as file systems of {@code java.nio.file}, which finds this class by itself:
 *
 * <pre>{@code
 * URI uri = URI.create("ninep:9p://server/?aname=/srv/images");
 * try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of()); Stream<Path> all = Files.walk(fs.getPath("/"))) {
 *     all.forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>
 * A URI is {@code ninep:} and behind it one of {@link NinepUri}, for {@link URI} allows no scheme that begins with a digit. A
 * file system is one connection, and the export that it attached to; the URI's path is then {@code /}. A lost connection is not
 * made anew: everything fails with a {@link org.ninep.ConnectionLostException} until the file system is closed and opened
 * again. Closing it closes the connection. The environment may have
 *
 * <ul>
 * <li>{@code authenticator}: an {@link Authenticator}, which a URI with {@code auth=munge} needs;
 * <li>{@code connectTimeout} and {@code requestTimeout}: {@link Duration}s, as {@link ClientBuilder} has them.
 * </ul>
 *
 * <p>
 * What a server refuses is thrown as the exception that {@code java.nio.file} has for it, with the server's
 * {@link org.ninep.RemoteException} as its cause: ENOENT is {@link java.nio.file.NoSuchFileException}, EEXIST
 * {@link java.nio.file.FileAlreadyExistsException}, EACCES and EPERM {@link AccessDeniedException}, ENOTEMPTY
 * {@link java.nio.file.DirectoryNotEmptyException}, ENOTDIR {@link java.nio.file.NotDirectoryException}; any other is a
 * {@link FileSystemException} that names it.
 *
 * <p>
 * Symbolic links are followed here, within the export: an absolute target is looked for from its root. New files have the
 * permissions 0644 and new directories 0755 unless an attribute says otherwise; the server may mask them. Users and groups
 * are numbers. {@link java.nio.file.Files#isWritable} of a directory and {@link java.nio.file.Files#isExecutable} look whether the
 * mode allows it to anybody, for 9P has no question for that. {@code FileSystem.isReadOnly} is false even where the server
 * lets nobody write. A move without ATOMIC_MOVE, and a copy, look first whether the target is there: who makes it just then
 * has it replaced by a move.
 *
 * <p>
 * These throw {@link UnsupportedOperationException}: {@code newFileChannel} and {@code newAsynchronousFileChannel} (so there is no
 * mapping and no {@code FileLock}: see {@link RemoteFile#locks}), {@code newWatchService}, file systems over a {@code Path},
 * attributes of new links, attribute views other than {@code basic}, {@code owner}, {@code posix} and {@code unix}, copies of
 * devices, pipes and sockets. A path that is not UTF-8 has no URI.
 *
 * <p>
 * Thread-safe.
 */
public final class NinepFileSystemProvider extends FileSystemProvider {
    /** The scheme of its URIs. */
    static final String SCHEME = "ninep";

    private static final Set<String> ENVIRONMENT = Set.of("authenticator", "connectTimeout", "requestTimeout");

    private final Map<NinepUri, NinepFileSystem> open = new ConcurrentHashMap<>();

    /** For the JDK, which makes one. */
    public NinepFileSystemProvider() {}

    @Override
    public String getScheme() {
        return SCHEME;
    }

    // File systems.

    private static NinepUri parse(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("\"" + uri + "\" does not begin with " + SCHEME + ":");
        }
        return NinepUri.parse(uri.getRawSchemeSpecificPart());
    }

    /**
     * Connects and attaches.
     *
     * @throws IllegalArgumentException if the URI is malformed or has a path, or the environment something unknown
     * @throws FileSystemAlreadyExistsException if this provider has one of this URI that is not closed
     */
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        NinepUri parsed = parse(uri);
        if (!parsed.path().equals("/")) {
            throw new IllegalArgumentException(uri + ": a file system begins at the root of an export: its path is /");
        }
        for (String key : env.keySet()) {
            if (!ENVIRONMENT.contains(key)) {
                throw new IllegalArgumentException("nothing is called \"" + key + "\"; there are " + ENVIRONMENT);
            }
        }
        if (open.containsKey(parsed)) {
            throw new FileSystemAlreadyExistsException(parsed.toString());
        }
        Client client = connect(parsed, env);
        boolean done = false;
        try {
            NinepFileSystem made = new NinepFileSystem(this, parsed, client, client.attach(parsed));
            if (open.putIfAbsent(parsed, made) != null) {
                throw new FileSystemAlreadyExistsException(parsed.toString());
            }
            done = true;
            return made;
        } finally {
            if (!done) {
                client.close();
            }
        }
    }

    private static Client connect(NinepUri uri, Map<String, ?> env) throws IOException {
        ClientBuilder builder = Client.builder(uri.transport());
        uri.msize().ifPresent(builder::msize);
        Authenticator authenticator = option(env, "authenticator", Authenticator.class);
        if (authenticator != null) {
            builder.authenticator(authenticator);
        } else if (uri.auth() == NinepUri.Auth.MUNGE) {
            throw new IllegalArgumentException(uri + " asks for authentication: env needs an authenticator");
        }
        Duration connectTimeout = option(env, "connectTimeout", Duration.class);
        if (connectTimeout != null) {
            builder.connectTimeout(connectTimeout);
        }
        Duration requestTimeout = option(env, "requestTimeout", Duration.class);
        if (requestTimeout != null) {
            builder.requestTimeout(requestTimeout);
        }
        return builder.connect();
    }

    private static <T> @Nullable T option(Map<String, ?> env, String key, Class<T> type) {
        Object value = env.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(key + " is not a " + type.getName() + ": " + value);
        }
        return type.cast(value);
    }

    void closed(NinepFileSystem fileSystem) {
        open.remove(fileSystem.uri(), fileSystem);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        NinepFileSystem found = open.get(parse(uri).withPath("/"));
        if (found == null) {
            throw new FileSystemNotFoundException(uri + ": open it by FileSystems.newFileSystem");
        }
        return found;
    }

    @Override
    public Path getPath(URI uri) {
        return getFileSystem(uri).getPath(parse(uri).path());
    }

    // Files.

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
            FileAttribute<?>... attributes) throws IOException {
        return new FileChannels(NinepPath.of(path), options, attributes).open();
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        NinepPath path = NinepPath.of(dir);
        try (Located found = path.getFileSystem().locate(path, true)) {
            RemoteFile there = found.require();
            if (!there.qid().isDirectory()) {
                throw new NotDirectoryException(path.toString());
            }
            return new Listing(path, opened(path, there, OpenFlags.RDONLY | OpenFlags.DIRECTORY), filter);
        }
    }

    /** A second handle of a file, open. */
    static RemoteFile opened(NinepPath path, RemoteFile file, int flags) throws IOException {
        RemoteFile second = Errors.about(path, () -> file.walk(""));
        boolean done = false;
        try {
            RemoteFile opened = Errors.about(path, () -> second.open(flags));
            done = true;
            return opened;
        } finally {
            if (!done) {
                second.close();
            }
        }
    }

    // Names.

    /** What is done to a directory about a name in it. */
    private interface Naming {
        void run(RemoteFile directory, String name) throws IOException;
    }

    /** The names from the root, of which there must be one. */
    void requireName(NinepPath path, List<String> names) throws FileSystemException {
        if (names.isEmpty()) {
            throw new FileSystemException(path.toString(), null, "the root of the export has no name");
        }
    }

    private void name(NinepPath path, Naming naming) throws IOException {
        try (Located found = path.getFileSystem().locate(path, false)) {
            if (found.names().isEmpty()) {
                throw new FileAlreadyExistsException(path.toString());
            }
            name(path, found, naming);
        }
    }

    private static void name(NinepPath path, Located found, Naming naming) throws IOException {
        Path ignored = Errors.about(path, () -> {
            try (RemoteFile directory = path.getFileSystem().directoryOf(found.names())) {
                naming.run(directory, found.names().getLast());
            }
            return path;
        });
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
        int mode = Modes.of(Modes.DIRECTORY, attributes);
        name(NinepPath.of(dir), (directory, name) -> directory.directory().mkdir(name, mode));
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        if (attributes.length > 0) {
            throw new UnsupportedOperationException("a new link takes no attributes");
        }
        String text = NinepPath.of(target).toString();
        name(NinepPath.of(link), (directory, name) -> directory.directory().symlink(name, text));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        NinepPath path = NinepPath.of(existing);
        try (Located found = path.getFileSystem().locate(path, false)) {
            RemoteFile file = found.require();
            name(NinepPath.of(link), (directory, name) -> directory.directory().link(file, name));
        }
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        NinepPath path = NinepPath.of(link);
        try (Located found = path.getFileSystem().locate(path, false)) {
            RemoteFile file = found.require();
            if (!file.qid().isSymlink()) {
                throw Errors.notLink(path);
            }
            return path.getFileSystem().getPath(Errors.about(path, file::readlink));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        NinepPath ours = NinepPath.of(path);
        try (Located found = ours.getFileSystem().locate(ours, false)) {
            boolean directory = found.require().qid().isDirectory();
            requireName(ours, found.names());
            name(ours, found, (parent, name) -> {
                if (directory) {
                    parent.directory().rmdir(name);
                } else {
                    parent.directory().unlink(name);
                }
            });
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        new Copies(this, NinepPath.of(source), NinepPath.of(target), options).copy();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        new Copies(this, NinepPath.of(source), NinepPath.of(target), options).move();
    }

    @Override
    public boolean isSameFile(Path path, Path path2) throws IOException {
        if (path.equals(path2)) {
            return true;
        }
        return path2 instanceof NinepPath other && new AttributeView(NinepPath.of(path), true, "basic").readAttributes()
                .fileKey().equals(new AttributeView(other, true, "basic").readAttributes().fileKey());
    }

    @Override
    public boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        NinepPath ours = NinepPath.of(path);
        try (Located found = ours.getFileSystem().locate(ours, true)) {
            found.require();
            return new NinepFileStore(ours.toAbsolutePath());
        }
    }

    // Attributes.

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        new Access(NinepPath.of(path)).check(modes);
    }

    private static boolean follow(LinkOption... options) {
        return !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(Path path, Class<V> type,
            LinkOption... options) {
        String name = type == BasicFileAttributeView.class
                ? "basic"
                : type == FileOwnerAttributeView.class
                        ? "owner"
                        : type == PosixFileAttributeView.class ? "posix" : "";
        return name.isEmpty() ? null : type.cast(new AttributeView(NinepPath.of(path), follow(options), name));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
            throw new UnsupportedOperationException("no attributes of " + type);
        }
        return type.cast(new AttributeView(NinepPath.of(path), follow(options), "posix").readAttributes());
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        return new AttributeView(NinepPath.of(path), follow(options), "unix").readAttributes().named(attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        int colon = attribute.indexOf(':');
        String view = colon < 0 ? "basic" : attribute.substring(0, colon);
        if (!Attributes.VIEWS.contains(view)) {
            throw new UnsupportedOperationException(
                    "no view is called \"" + view + "\"; there are " + Attributes.VIEWS);
        }
        new AttributeView(NinepPath.of(path), follow(options), view).set(attribute.substring(colon + 1), value);
    }
}
