package org.ninep.munge;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKey;

/**
 * What is derived from the key that hosts share: a key for MACs, and one from which each credential's own key is made.
 *
 * <p>
 * Thread-safe.
 */
final class MungeKey implements AutoCloseable {
    private final SecretBytes dekKey;
    private final SecretBytes macKey;

    private MungeKey(SecretBytes dekKey, SecretBytes macKey) {
        this.dekKey = dekKey;
        this.macKey = macKey;
    }

    /**
     * Derives.
     *
     * @param shared all of the key file, nothing trimmed; not kept
     */
    static MungeKey of(byte[] shared) {
        return new MungeKey(derived(shared, '1'), derived(shared, '2'));
    }

    private static SecretBytes derived(byte[] shared, char label) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(shared);
            sha1.update((byte) label);
            return new SecretBytes("HMAC", sha1.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Makes a credential's own key, from its MAC. */
    SecretKey dekKey() {
        return dekKey;
    }

    /** Makes MACs. */
    SecretKey macKey() {
        return macKey;
    }

    /** Wipes both. */
    @Override
    public void close() {
        dekKey.destroy();
        macKey.destroy();
    }
}
