package org.ninep.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.InPlace;

/**
 * What a server exports, and what each export asks of those who attach.
 *
 * <p>
 * If any export requires authentication, so does each name that is not exported, and all afids take as much: who has not
 * authenticated cannot tell the one from the other.
 *
 * <p>
 * Immutable.
 */
final class Exports {
    private static final int LARGEST_CREDENTIAL = 1 << 20;

    /**
     * @param tree null for a name that is not exported
     * @param verifier null if no authentication is needed
     * @param maxCredential longest credential that the verifier looks at, in bytes; 0 without a verifier
     * @param afidBytes most bytes that an afid takes
     */
    record Export(@Nullable FileTree tree, @Nullable Verifier verifier, int maxCredential, int afidBytes) {
        static Export of(@Nullable FileTree tree, @Nullable Verifier verifier) {
            int most = verifier == null ? 0 : verifier.maxBytes();
            if (verifier != null && (most < 1 || most > LARGEST_CREDENTIAL)) {
                throw new IllegalArgumentException(
                        verifier + " takes credentials of " + most + " bytes, not of 1.." + LARGEST_CREDENTIAL);
            }
            return new Export(tree, verifier, most, most);
        }

        Export withAfidsOf(int bytes) {
            return new Export(tree, verifier, maxCredential, bytes);
        }
    }

    /** Who may attach to a tree: the server's default decides, or the verifier, or nobody does. */
    record Listed(FileTree tree, boolean byDefault, @Nullable Verifier verifier) {
        @Nullable
        Verifier verifier(@Nullable Verifier byDefaultVerifier) {
            return byDefault ? byDefaultVerifier : verifier;
        }
    }

    private final Map<String, Export> byName = new LinkedHashMap<>();
    private final Export unknown;
    private final int unattachedFrame;

    /**
     * @param byDefault verifier of exports that say nothing of their own; null for none
     * @param ctl exported unless {@code ctl} is listed, and to nobody unverified if anything else is
     * @throws IllegalArgumentException if a verifier's longest credential is out of range
     */
    Exports(Map<String, Listed> listed, @Nullable Verifier byDefault, FileTree ctl) {
        listed.forEach((aname, e) -> byName.put(aname, Export.of(e.tree(), e.verifier(byDefault))));
        Verifier other = byDefault != null
                ? byDefault
                : byName.values().stream().map(Export::verifier).filter(Objects::nonNull).findFirst().orElse(null);
        Export none = Export.of(null, other);
        byName.putIfAbsent(CtlTree.ANAME, Export.of(ctl, other));
        int longest = byName.values().stream().mapToInt(Export::maxCredential)
                .reduce(none.maxCredential(), Math::max);
        byName.replaceAll((_, export) -> export.withAfidsOf(longest));
        unknown = none.withAfidsOf(longest);
        unattachedFrame = Math.max(Limits.UNVERSIONED_FRAME, InPlace.T_BYTES + longest);
    }

    /** The export of that name, or what stands for names that are not exported. */
    Export get(String aname) {
        return byName.getOrDefault(aname, unknown);
    }

    /** Whether any export requires authentication. */
    boolean authenticate() {
        return unknown.verifier() != null;
    }

    /** Longest frame that a client needs before it has attached: the one that writes a credential. */
    int unattachedFrame() {
        return unattachedFrame;
    }
}
