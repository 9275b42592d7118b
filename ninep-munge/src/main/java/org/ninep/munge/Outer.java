package org.ninep.munge;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The part of a credential that everybody can read.
 *
 * <pre>
 * version[1] = 3  cipher[1]  mac[1]  zip[1]  realmLen[1] = 0  IV[one block of the cipher]
 * </pre>
 *
 * <p>
 * Immutable.
 */
final class Outer {
    private static final int VERSION = 3;
    private static final int FIXED_BYTES = 5;

    private final Cipher cipher;
    private final Mac mac;
    private final Zip zip;
    private final byte[] iv;

    /** Takes over the IV. */
    Outer(Cipher cipher, Mac mac, Zip zip, byte[] iv) {
        this.cipher = cipher;
        this.mac = mac;
        this.zip = zip;
        this.iv = iv;
    }

    /**
     * Reads it from the beginning of a credential, and leaves the buffer behind it.
     *
     * @throws MungeException BAD_CRED, BAD_VERSION, BAD_CIPHER, BAD_MAC, BAD_ZIP or BAD_REALM
     */
    static Outer decode(ByteBuffer from) throws MungeException {
        try {
            int version = from.get() & 0xFF;
            if (version != VERSION) {
                throw new MungeException(MungeError.BAD_VERSION, "the credential is of version " + version
                        + ", and only version " + VERSION + " is known");
            }
            int cipherCode = from.get() & 0xFF;
            Cipher cipher = Cipher.of(cipherCode).orElseThrow(() -> new MungeException(MungeError.BAD_CIPHER,
                    "the credential has cipher " + cipherCode + ", which is unknown"));
            int macCode = from.get() & 0xFF;
            Mac mac = Mac.of(macCode).orElseThrow(() -> new MungeException(MungeError.BAD_MAC,
                    "the credential has MAC " + macCode + ", which is unknown"));
            checkTogether(cipher, mac);
            int zipCode = from.get() & 0xFF;
            Zip zip = Zip.of(zipCode).orElseThrow(() -> new MungeException(MungeError.BAD_ZIP,
                    "the credential has compression " + zipCode + ", which is unknown"));
            if (from.get() != 0) {
                throw new MungeException(MungeError.BAD_REALM,
                        "the credential names a security realm; realms are not verified, so none is accepted");
            }
            byte[] iv = new byte[cipher.blockBytes()];
            from.get(iv);
            return new Outer(cipher, mac, zip, iv);
        } catch (BufferUnderflowException cutOff) {
            throw new MungeException(MungeError.BAD_CRED, "the credential is cut off within its first part");
        }
    }

    /**
     * Reads the MAC, which follows this part, and leaves the buffer behind it.
     *
     * @throws MungeException BAD_CRED
     */
    byte[] decodeMac(ByteBuffer from) throws MungeException {
        if (from.remaining() < mac.bytes()) {
            throw new MungeException(MungeError.BAD_CRED, "the credential is cut off within its MAC");
        }
        byte[] code = new byte[mac.bytes()];
        from.get(code);
        return code;
    }

    /** @throws MungeException BAD_MAC if the MAC is shorter than the cipher's key */
    static void checkTogether(Cipher cipher, Mac mac) throws MungeException {
        if (mac.bytes() < cipher.keyBytes()) {
            throw new MungeException(MungeError.BAD_MAC, cipher + " takes a MAC of at least " + cipher.keyBytes()
                    + " bytes, and " + mac + " has " + mac.bytes());
        }
    }

    byte[] encode() {
        return ByteBuffer.allocate(FIXED_BYTES + iv.length).put((byte) VERSION).put((byte) cipher.code())
                .put((byte) mac.code()).put((byte) zip.code()).put((byte) 0).put(iv).array();
    }

    Cipher cipher() {
        return cipher;
    }

    Mac mac() {
        return mac;
    }

    Zip zip() {
        return zip;
    }

    /** Not a copy. */
    byte[] iv() {
        return iv;
    }
}
