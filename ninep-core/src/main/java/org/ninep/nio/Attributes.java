package org.ninep.nio;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ninep.message.Attr;
import org.ninep.message.Timespec;

/**
 * What Rgetattr says of a file.
 *
 * <p>
 * Immutable.
 *
 * @param fileSystem the file's, which its key is unique in
 * @param attr as the server filled it
 */
record Attributes(NinepFileSystem fileSystem, Attr attr) implements PosixFileAttributes {
    static final Set<String> VIEWS = Set.of("basic", "owner", "posix", "unix");

    /** Which file it is, among those of one file system. */
    record Key(NinepFileSystem fileSystem, long path) {}

    private static FileTime time(Timespec time) {
        return FileTime.from(time.toInstant());
    }

    @Override
    public UserPrincipal owner() {
        return new Users.User(attr.uid());
    }

    @Override
    public GroupPrincipal group() {
        return new Users.Group(attr.gid());
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        return Modes.permissions(attr.mode());
    }

    @Override
    public FileTime lastModifiedTime() {
        return time(attr.mtime());
    }

    @Override
    public FileTime lastAccessTime() {
        return time(attr.atime());
    }

    /** The time of the last change where the server does not say when the file was made. */
    @Override
    public FileTime creationTime() {
        boolean known = (attr.valid() & Attr.BTIME) != 0 && !attr.btime().equals(Timespec.ZERO);
        return known ? time(attr.btime()) : lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
        return attr.isRegular();
    }

    @Override
    public boolean isDirectory() {
        return attr.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return attr.isSymlink();
    }

    @Override
    public boolean isOther() {
        return !isRegularFile() && !isDirectory() && !isSymbolicLink();
    }

    @Override
    public long size() {
        return attr.size();
    }

    @Override
    public Object fileKey() {
        return new Key(fileSystem, attr.qid().path());
    }

    /** All that the view has, by name. */
    private Map<String, Object> all(String view) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!view.equals("owner")) {
            all.put("size", size());
            all.put("creationTime", creationTime());
            all.put("lastAccessTime", lastAccessTime());
            all.put("lastModifiedTime", lastModifiedTime());
            all.put("isDirectory", isDirectory());
            all.put("isSymbolicLink", isSymbolicLink());
            all.put("isRegularFile", isRegularFile());
            all.put("isOther", isOther());
            all.put("fileKey", fileKey());
        }
        if (!view.equals("basic")) {
            all.put("owner", owner());
        }
        if (view.equals("posix") || view.equals("unix")) {
            all.put("group", group());
            all.put("permissions", permissions());
        }
        if (view.equals("unix")) {
            all.put("mode", attr.mode());
            all.put("ino", attr.qid().path());
            all.put("rdev", attr.rdev());
            all.put("nlink", (int) attr.nlink());
            all.put("uid", attr.uid());
            all.put("gid", attr.gid());
            all.put("ctime", time(attr.ctime()));
        }
        return all;
    }

    /**
     * What {@link java.nio.file.Files#readAttributes(java.nio.file.Path, String, java.nio.file.LinkOption...)} asks for.
     *
     * @throws UnsupportedOperationException if there is no such view
     * @throws IllegalArgumentException if it has no such attribute
     */
    Map<String, Object> named(String attributes) {
        int colon = attributes.indexOf(':');
        String view = colon < 0 ? "basic" : attributes.substring(0, colon);
        if (!VIEWS.contains(view)) {
            throw new UnsupportedOperationException("no view is called \"" + view + "\"; there are " + VIEWS);
        }
        Map<String, Object> all = all(view);
        Map<String, Object> wanted = new LinkedHashMap<>();
        for (String name : attributes.substring(colon + 1).split(",", -1)) {
            if (name.equals("*")) {
                return all;
            }
            Object value = all.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no attribute of the view " + view + " is called \"" + name + "\"");
            }
            wanted.put(name, value);
        }
        return wanted;
    }
}
