package org.ninep.munge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who makes or decodes credentials.
 *
 * <p>
 * Immutable.
 *
 * @param uid the user, unsigned
 * @param gid the user's group, unsigned
 * @param groups the supplementary groups, unsigned; they count when a credential is for one group only
 */
public record Identity(int uid, int gid, Set<Integer> groups) {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Copies the groups. */
    public Identity {
        groups = Set.copyOf(groups);
    }

    /** A user without supplementary groups. */
    public Identity(int uid, int gid) {
        this(uid, gid, Set.of());
    }

    /**
     * The effective user and group of this process, with its supplementary groups, from Linux's
     * {@code /proc/self/status}.
     *
     * @throws IOException if the platform does not say; then name the identity
     */
    public static Identity ofProcess() throws IOException {
        try {
            return parse(Files.readAllLines(STATUS));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(STATUS + " does not say who this process is; name the identity instead", e);
        }
    }

    /** From the lines of {@code /proc/PID/status}: each number line has the real, effective, saved and file system id. */
    static Identity parse(List<String> status) {
        Set<Integer> groups = Arrays.stream(value(status, "Groups:").split("\\s+", -1)).filter(id -> !id.isEmpty())
                .map(Integer::parseUnsignedInt).collect(Collectors.toCollection(LinkedHashSet::new));
        return new Identity(effective(status, "Uid:"), effective(status, "Gid:"), groups);
    }

    private static int effective(List<String> status, String name) {
        String[] ids = value(status, name).split("\\s+", -1);
        if (ids.length != 4) {
            throw new IllegalArgumentException(name + " has " + ids.length + " numbers instead of 4");
        }
        return Integer.parseUnsignedInt(ids[1]);
    }

    private static String value(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> line.substring(name.length()).trim())
                .orElseThrow(() -> new IllegalArgumentException("no line begins with " + name));
    }

    /** Whether the user's group or a supplementary one is this. */
    boolean isMember(int group) {
        return gid == group || groups.contains(group);
    }

    @Override
    public String toString() {
        return "uid " + Integer.toUnsignedString(uid) + ", gid " + Integer.toUnsignedString(gid);
    }
}
