package org.ninep.munge;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;

/**
 * A key that can be wiped, as the JDK's own cannot. Who takes a copy wipes it.
 *
 * <p>
 * Thread-safe.
 */
final class SecretBytes implements SecretKey, AutoCloseable {
    private static final long serialVersionUID = 1;

    private final transient ReentrantLock lock = new ReentrantLock();
    private final String algorithm;
    private final transient byte[] bytes;
    private transient boolean wiped;

    /** Takes over the bytes, which must not be used any more. */
    SecretBytes(String algorithm, byte[] bytes) {
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** A copy; the JDK's ciphers and MACs wipe theirs. */
    @Override
    public byte[] getEncoded() {
        lock.lock();
        try {
            if (wiped) {
                throw new IllegalStateException("the key is wiped: this MungeCodec is closed");
            }
            return bytes.clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void destroy() {
        lock.lock();
        try {
            wiped = true;
            Arrays.fill(bytes, (byte) 0);
        } finally {
            lock.unlock();
        }
    }

    /** Wipes it. */
    @Override
    public void close() {
        destroy();
    }

    @Override
    public boolean isDestroyed() {
        lock.lock();
        try {
            return wiped;
        } finally {
            lock.unlock();
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "a secret for " + algorithm;
    }
}
