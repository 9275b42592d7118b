package org.ninep.munge;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CBCModeCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** MUNGE's algorithms: from the JDK what it has, CAST5 and RIPEMD-160 from Bouncy Castle. */
final class Crypto {
    private Crypto() {}

    /** HMAC over one array and the beginning of another. */
    static byte[] hmac(Mac mac, SecretKey key, byte[] first, byte[] second, int secondLength) {
        if (mac == Mac.RIPEMD160) {
            HMac hmac = new HMac(new RIPEMD160Digest());
            byte[] copy = key.getEncoded();
            hmac.init(new KeyParameter(copy));
            Arrays.fill(copy, (byte) 0);
            hmac.update(first, 0, first.length);
            hmac.update(second, 0, secondLength);
            byte[] out = new byte[mac.bytes()];
            hmac.doFinal(out, 0);
            return out;
        }
        try {
            javax.crypto.Mac hmac = javax.crypto.Mac.getInstance(mac.algorithm());
            hmac.init(key);
            hmac.update(first);
            hmac.update(second, 0, secondLength);
            return hmac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + mac.algorithm(), e);
        }
    }

    /** Pads with PKCS#7 and encrypts in CBC mode, with the key that belongs to a MAC. */
    static byte[] encrypt(Cipher cipher, Mac mac, MungeKey key, byte[] macBytes, byte[] iv, byte[] plain) {
        int pad = cipher.blockBytes() - plain.length % cipher.blockBytes();
        byte[] padded = Arrays.copyOf(plain, plain.length + pad);
        Arrays.fill(padded, plain.length, padded.length, (byte) pad);
        try (SecretBytes dek = dek(cipher, mac, key, macBytes)) {
            return cbc(cipher, true, dek, iv, padded);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    /**
     * Decrypts, and leaves the padding to {@link #padding}.
     *
     * @param data of one or more whole blocks
     */
    static byte[] decrypt(Cipher cipher, Mac mac, MungeKey key, byte[] macBytes, byte[] iv, byte[] data) {
        try (SecretBytes dek = dek(cipher, mac, key, macBytes)) {
            return cbc(cipher, false, dek, iv, data);
        }
    }

    /**
     * Length of the PKCS#7 padding, or 0 if there is none. What it does and how long that takes does not depend on the
     * bytes.
     *
     * @param padded of one or more whole blocks
     */
    static int padding(byte[] padded, int blockBytes) {
        int pad = padded[padded.length - 1] & 0xFF;
        // negative where out of range or where a byte of the padding differs
        int bad = (pad - 1) | (blockBytes - pad);
        for (int i = 1; i <= blockBytes; i++) {
            int differs = -((padded[padded.length - i] & 0xFF) ^ pad);
            int inPadding = ~(pad - i) >> 31;
            bad |= differs & inPadding;
        }
        return pad & ~(bad >> 31);
    }

    private static SecretBytes dek(Cipher cipher, Mac mac, MungeKey key, byte[] macBytes) {
        byte[] whole = hmac(mac, key.dekKey(), macBytes, macBytes, 0);
        SecretBytes dek = new SecretBytes(jdkName(cipher), Arrays.copyOf(whole, cipher.keyBytes()));
        Arrays.fill(whole, (byte) 0);
        return dek;
    }

    private static String jdkName(Cipher cipher) {
        return switch (cipher) {
            case NONE, CAST5 -> cipher.name();
            case BLOWFISH -> "Blowfish";
            case AES128, AES256 -> "AES";
        };
    }

    private static byte[] cbc(Cipher cipher, boolean encrypt, SecretBytes key, byte[] iv, byte[] data) {
        return switch (cipher) {
            case NONE -> data.clone();
            case CAST5 -> cast5(encrypt, key, iv, data);
            case BLOWFISH, AES128, AES256 -> jdk(encrypt, key, iv, data);
        };
    }

    private static byte[] jdk(boolean encrypt, SecretBytes key, byte[] iv, byte[] data) {
        String name = key.getAlgorithm() + "/CBC/NoPadding";
        try {
            var cipher = javax.crypto.Cipher.getInstance(name);
            int mode = encrypt ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE;
            cipher.init(mode, key, new IvParameterSpec(iv));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + name, e);
        }
    }

    private static byte[] cast5(boolean encrypt, SecretBytes key, byte[] iv, byte[] data) {
        CBCModeCipher cipher = CBCBlockCipher.newInstance(new CAST5Engine());
        byte[] copy = key.getEncoded();
        cipher.init(encrypt, new ParametersWithIV(new KeyParameter(copy), iv));
        Arrays.fill(copy, (byte) 0);
        byte[] out = new byte[data.length];
        for (int at = 0; at < data.length; at += cipher.getBlockSize()) {
            cipher.processBlock(data, at, out, at);
        }
        return out;
    }
}
