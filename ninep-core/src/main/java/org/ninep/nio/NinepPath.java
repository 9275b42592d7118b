package org.ninep.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.Names;

/**
 * Names in an export, separated by slashes. A name that is not UTF-8 on the wire has lone surrogates, as everywhere in ninep.
 *
 * <p>
 * Immutable.
 */
final class NinepPath implements Path {
    private final NinepFileSystem fileSystem;
    private final boolean absolute;
    /** Without a slash and none of them empty, but for the empty path, which has one empty name. */
    private final List<String> names;

    private NinepPath(NinepFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = names.isEmpty() && !absolute ? List.of("") : List.copyOf(names);
    }

    static NinepPath parse(NinepFileSystem fileSystem, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidPathException(text, "a NUL character", text.indexOf('\0'));
        }
        try {
            byte[] ignored = Names.encode(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidPathException(text, String.valueOf(e.getMessage()));
        }
        return new NinepPath(fileSystem, text.startsWith("/"), split(text));
    }

    static List<String> split(String text) {
        return Arrays.stream(text.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    }

    /** @throws ProviderMismatchException if it is another provider's */
    static NinepPath of(Path path) {
        Objects.requireNonNull(path);
        if (path instanceof NinepPath ours) {
            return ours;
        }
        throw new ProviderMismatchException(path + " is a path of " + path.getFileSystem());
    }

    static NinepPath absolute(NinepFileSystem fileSystem, List<String> names) {
        return new NinepPath(fileSystem, true, names);
    }

    private NinepPath relative(List<String> names) {
        return new NinepPath(fileSystem, false, names);
    }

    private boolean isEmpty() {
        return !absolute && names.getFirst().isEmpty();
    }

    /** The names from the root, {@code .} and {@code ..} among them. */
    List<String> fromRoot() {
        return isEmpty() ? List.of() : names;
    }

    @Override
    public NinepFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable NinepPath getRoot() {
        return absolute ? fileSystem.root() : null;
    }

    @Override
    public @Nullable NinepPath getFileName() {
        return names.isEmpty() ? null : relative(List.of(names.getLast()));
    }

    @Override
    public @Nullable NinepPath getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return new NinepPath(fileSystem, absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public NinepPath getName(int index) {
        if (index < 0 || index >= names.size()) {
            throw new IllegalArgumentException(this + " has no name " + index);
        }
        return relative(List.of(names.get(index)));
    }

    @Override
    public NinepPath subpath(int beginIndex, int endIndex) {
        if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
            throw new IllegalArgumentException(this + " has no names from " + beginIndex + " to " + endIndex);
        }
        return relative(names.subList(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof NinepPath that && that.fileSystem.equals(fileSystem) && that.absolute == absolute
                && (that.isEmpty()
                        ? isEmpty()
                        : that.names.size() <= names.size()
                                && names.subList(0, that.names.size()).equals(that.names));
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof NinepPath that) || !that.fileSystem.equals(fileSystem)) {
            return false;
        }
        if (that.absolute) {
            return equals(that);
        }
        int from = names.size() - that.names.size();
        return from >= 0 && names.subList(from, names.size()).equals(that.names);
    }

    @Override
    public NinepPath normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            boolean up = name.equals("..");
            if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.equals(".") && !(up && absolute)) {
                kept.add(name);
            }
        }
        return new NinepPath(fileSystem, absolute, kept);
    }

    @Override
    public NinepPath resolve(Path other) {
        NinepPath that = of(other);
        if (that.absolute || isEmpty()) {
            return that;
        }
        if (that.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(that.names);
        return new NinepPath(fileSystem, absolute, all);
    }

    @Override
    public NinepPath relativize(Path other) {
        NinepPath that = of(other);
        if (that.absolute != absolute || !that.fileSystem.equals(fileSystem)) {
            throw new IllegalArgumentException("no way from " + this + " to " + other);
        }
        List<String> from = normalize().fromRoot();
        List<String> to = that.normalize().fromRoot();
        int common = 0;
        while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
            common++;
        }
        List<String> way = new ArrayList<>();
        for (String name : from.subList(common, from.size())) {
            if (name.equals("..")) {
                throw new IllegalArgumentException("no way from " + this + " to " + other);
            }
            way.add("..");
        }
        way.addAll(to.subList(common, to.size()));
        return relative(way);
    }

    /** @throws IllegalArgumentException if it is not UTF-8, which a URI cannot say */
    @Override
    public URI toUri() {
        return fileSystem.uri(toAbsolutePath().toString());
    }

    @Override
    public NinepPath toAbsolutePath() {
        return absolute ? this : fileSystem.root().resolve(this);
    }

    @Override
    public NinepPath toRealPath(LinkOption... options) throws IOException {
        boolean follow = !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
        try (Located found = fileSystem.locate(this, follow)) {
            found.require();
            return absolute(fileSystem, found.names());
        }
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("9P servers tell nobody of changes");
    }

    @Override
    public int compareTo(Path other) {
        return Arrays.compareUnsigned(Names.encode(toString()), Names.encode(of(other).toString()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NinepPath that && that.fileSystem.equals(fileSystem) && that.absolute == absolute
                && that.names.equals(names);
    }

    @Override
    public int hashCode() {
        return 31 * names.hashCode() + Boolean.hashCode(absolute);
    }

    @Override
    public String toString() {
        return (absolute ? "/" : "") + String.join("/", names);
    }
}
