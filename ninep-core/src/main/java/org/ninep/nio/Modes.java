package org.ninep.nio;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Permissions as bits of a mode, and as the JDK has them. */
final class Modes {
    /** What a file gets whose creator says nothing. */
    static final int FILE = 0644;
    /** What a directory gets whose creator says nothing. */
    static final int DIRECTORY = 0755;

    /** What each bit allows, from the highest. */
    private static final List<PosixFilePermission> BITS = List.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE, GROUP_READ,
            GROUP_WRITE, GROUP_EXECUTE, OTHERS_READ, OTHERS_WRITE, OTHERS_EXECUTE);
    private static final int HIGHEST = 0400;

    private Modes() {}

    static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.size(); i++) {
            if ((mode & (HIGHEST >> i)) != 0) {
                set.add(BITS.get(i));
            }
        }
        return set;
    }

    static int bits(Iterable<?> permissions) {
        int mode = 0;
        for (Object each : permissions) {
            mode |= HIGHEST >> BITS.indexOf((PosixFilePermission) each);
        }
        return mode;
    }

    /**
     * The mode that the attributes of something new ask for.
     *
     * @throws UnsupportedOperationException if they ask for anything but permissions
     */
    static int of(int otherwise, FileAttribute<?>... attributes) {
        int mode = otherwise;
        for (FileAttribute<?> each : attributes) {
            if (each.name().equals("posix:permissions")) {
                mode = bits((Iterable<?>) each.value());
            } else if (each.name().equals("unix:mode")) {
                mode = (Integer) each.value() & 07777;
            } else {
                throw new UnsupportedOperationException(each.name() + " cannot be given to a new file");
            }
        }
        return mode;
    }
}
