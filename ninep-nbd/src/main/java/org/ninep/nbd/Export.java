package org.ninep.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.ninep.nbd.NbdConstants.NBD_MAX_STRING;

import java.util.Objects;

/**
 * A device under the name that clients ask for. Exports are read-only.
 *
 * <p>Immutable.
 *
 * @param name what clients ask for: at most 4096 bytes of UTF-8 without NUL; may be empty
 * @param description a text for people who list the exports, within the same bounds; may be empty
 * @param device what is read; it stays open until whoever made it closes it
 */
public record Export(String name, String description, BlockDevice device) {

    /**
     * An export.
     *
     * @throws IllegalArgumentException if the name or the description is too long or contains NUL
     */
    public Export {
        requireString("name", name);
        requireString("description", description);
        Objects.requireNonNull(device, "device");
    }

    /**
     * An export without a description.
     *
     * @param name what clients ask for
     * @param device what is read
     */
    public Export(String name, BlockDevice device) {
        this(name, "", device);
    }

    private static void requireString(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the " + what + " of an export must not contain NUL");
        }
        int length = value.getBytes(UTF_8).length;
        if (length > NBD_MAX_STRING) {
            throw new IllegalArgumentException("the " + what + " of an export takes at most " + NBD_MAX_STRING
                    + " bytes of UTF-8, not " + length);
        }
    }
}
