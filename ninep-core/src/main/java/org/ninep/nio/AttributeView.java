package org.ninep.nio;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.client.SetAttr;
import org.ninep.message.Timespec;

/**
 * Reads and sets a file's attributes. It stands for the views {@code basic}, {@code owner}, {@code posix} and {@code unix}.
 *
 * <p>
 * Thread-safe.
 */
final class AttributeView implements PosixFileAttributeView {
    private final NinepPath path;
    private final boolean follow;
    private final String name;

    /** @param follow whether a symbolic link's target is meant, or the link */
    AttributeView(NinepPath path, boolean follow, String name) {
        this.path = path;
        this.follow = follow;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Attributes readAttributes() throws IOException {
        try (Located found = path.getFileSystem().locate(path, follow)) {
            RemoteFile file = found.require();
            return new Attributes(path.getFileSystem(), Errors.about(path, file::getattr));
        }
    }

    private void set(SetAttr changes) throws IOException {
        try (Located found = path.getFileSystem().locate(path, follow)) {
            RemoteFile file = found.require();
            Object ignored = Errors.about(path, () -> {
                file.setattr(changes);
                return path;
            });
        }
    }

    /** The time of creation is left alone: 9P2000.L has no way to set it. */
    @Override
    public void setTimes(@Nullable FileTime lastModifiedTime, @Nullable FileTime lastAccessTime,
            @Nullable FileTime createTime) throws IOException {
        SetAttr changes = SetAttr.NOTHING;
        if (lastModifiedTime != null) {
            changes = changes.withMtime(Timespec.of(lastModifiedTime.toInstant()));
        }
        if (lastAccessTime != null) {
            changes = changes.withAtime(Timespec.of(lastAccessTime.toInstant()));
        }
        if (!changes.equals(SetAttr.NOTHING)) {
            set(changes);
        }
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        set(SetAttr.NOTHING.withMode(Modes.bits(permissions)));
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return readAttributes().owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) throws IOException {
        set(SetAttr.NOTHING.withUid(Users.uid(owner)));
    }

    @Override
    public void setGroup(GroupPrincipal group) throws IOException {
        set(SetAttr.NOTHING.withGid(Users.gid(group)));
    }

    /**
     * Sets one attribute by name.
     *
     * @throws IllegalArgumentException if there is none of that name in this view that can be set
     */
    void set(String attribute, Object value) throws IOException {
        boolean basic = !name.equals("owner");
        boolean posix = name.equals("posix") || name.equals("unix");
        boolean unix = name.equals("unix");
        if (basic && attribute.equals("lastModifiedTime")) {
            setTimes((FileTime) value, null, null);
        } else if (basic && attribute.equals("lastAccessTime")) {
            setTimes(null, (FileTime) value, null);
        } else if (basic && attribute.equals("creationTime")) {
            setTimes(null, null, (FileTime) value);
        } else if (!name.equals("basic") && attribute.equals("owner")) {
            setOwner((UserPrincipal) value);
        } else if (posix && attribute.equals("group")) {
            setGroup((GroupPrincipal) value);
        } else if (posix && attribute.equals("permissions")) {
            set(SetAttr.NOTHING.withMode(Modes.bits((Set<?>) value)));
        } else if (unix && attribute.equals("mode")) {
            set(SetAttr.NOTHING.withMode((Integer) value & 07777));
        } else if (unix && attribute.equals("uid")) {
            set(SetAttr.NOTHING.withUid((Integer) value));
        } else if (unix && attribute.equals("gid")) {
            set(SetAttr.NOTHING.withGid((Integer) value));
        } else {
            throw new IllegalArgumentException(name + ":" + attribute + " cannot be set");
        }
    }
}
